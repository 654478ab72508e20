// SPDX-License-Identifier: Apache-2.0

// The members of LoggingWorld, for whoever has a Guest of its own. Those of the
// usual guests are compiled once, in logging_world.cc.

#ifndef TRAPLINE_PROPERTIES_LOGGING_WORLD_BODY_H_
#define TRAPLINE_PROPERTIES_LOGGING_WORLD_BODY_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "properties/logging_world.h"

namespace trapline::properties {

template <class Guest>
bool LoggingWorld<Guest>::Take(model::Branch branch, const Bool& condition) {
  const bool taken = guest_.Decide(condition);
  did_.path.push_back({branch, taken});
  return taken;
}

template <class Guest>
auto LoggingWorld<Guest>::ReadByte(const Word& pa, const Bool& ok) -> Byte {
  const Byte byte = Load(pa, ok);
  did_.accesses.push_back({false, 1, Name(pa), ok, guest_.Widen(byte), 0});
  return byte;
}

template <class Guest>
auto LoggingWorld<Guest>::ReadBytes3(const Word& pa, const Bool& ok)
    -> std::array<Byte, 3> {
  const std::array<Byte, 3> bytes = {Load(pa, ok), Load(pa + 1, ok),
                                     Load(pa + 2, ok)};
  did_.accesses.push_back({false, 3, Name(pa), ok, Join(bytes), 0});
  return bytes;
}

template <class Guest>
auto LoggingWorld<Guest>::ReadWord(const Word& pa, const Bool& ok) -> Word {
  const Word word = LoadWord(pa, ok);
  did_.accesses.push_back({false, 4, Name(pa), ok, word, 0});
  return word;
}

template <class Guest>
auto LoggingWorld<Guest>::ReadPair(const Word& pa, const Bool& ok)
    -> model::PageEntry<Word> {
  const model::PageEntry<Word> pair = {LoadWord(pa, ok), LoadWord(pa + 4, ok)};
  did_.accesses.push_back({false, 8, Name(pa), ok, pair.lo, pair.hi});
  return pair;
}

template <class Guest>
void LoggingWorld<Guest>::AddWrite(const Access<Guest>& access) {
  did_.accesses.push_back(access);
  written_ = true;
}

template <class Guest>
void LoggingWorld<Guest>::WriteBytes3(const Word& pa,
                                      const std::array<Byte, 3>& bytes,
                                      const Bool& ok) {
  AddWrite({true, 3, Name(pa), ok, Join(bytes), 0});
}

template <class Guest>
void LoggingWorld<Guest>::WriteWord(const Word& pa, const Word& value,
                                    const Bool& ok) {
  AddWrite({true, 4, Name(pa), ok, value, 0});
}

template <class Guest>
void LoggingWorld<Guest>::WritePair(const Word& pa,
                                    const model::PageEntry<Word>& pair,
                                    const Bool& ok) {
  AddWrite({true, 8, Name(pa), ok, pair.lo, pair.hi});
}

template <class Guest>
void LoggingWorld<Guest>::KillGuest(const Bool& when, model::KillReason reason,
                                    const Word& arg0, const Word& arg1,
                                    const Word& arg2) {
  // Of what kills nobody, the last alone tells something: where it was.
  if (did_.kills.empty() || !guest_.IsFalse(did_.kills.back().when)) {
    did_.kills.emplace_back();
  }
  did_.kills.back() = {when,
                       reason,
                       {Name(arg0), arg1, arg2},
                       did_.accesses.size(),
                       did_.calls.size()};
}

template <class Guest>
void LoggingWorld<Guest>::AddCall(typename Call<Guest>::Kind kind,
                                  const Word& arg, const Word& errcode,
                                  bool result) {
  did_.calls.push_back({kind, arg, errcode, result, did_.accesses.size()});
}

template <class Guest>
auto LoggingWorld<Guest>::Join(const std::array<Byte, 3>& bytes) const -> Word {
  return guest_.Widen(bytes[0]) | (guest_.Widen(bytes[1]) << 8) |
         (guest_.Widen(bytes[2]) << 16);
}

template <class Guest>
auto LoggingWorld<Guest>::Load(const Word& pa, const Bool& ok) const -> Byte {
  Byte byte = guest_.InitialByte(pa);
  if (!written_) return guest_.SelectByte(ok, byte, 0);
  for (const Access<Guest>& access : did_.accesses) {
    if (!access.write) continue;
    for (uint32_t i = 0; i < access.length; ++i) {
      const Word& word = i < 4 ? access.lo : access.hi;
      const Word at = access.pa + i;
      byte = guest_.SelectByte(access.ok && at == pa,
                               guest_.Narrow(word >> (8 * (i % 4))), byte);
    }
  }
  return guest_.SelectByte(ok, byte, 0);
}

template <class Guest>
auto LoggingWorld<Guest>::LoadWord(const Word& pa, const Bool& ok) const
    -> Word {
  if (!written_) return guest_.Select(ok, guest_.InitialWord(pa), 0);
  Word word = guest_.Widen(Load(pa, ok));
  for (uint32_t i = 1; i < 4; ++i) {
    word = word | (guest_.Widen(Load(pa + i, ok)) << (8 * i));
  }
  return word;
}

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_LOGGING_WORLD_BODY_H_
