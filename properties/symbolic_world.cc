// SPDX-License-Identifier: Apache-2.0

#include "properties/symbolic_world.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"

namespace trapline::properties {

SymbolicWorld::SymbolicWorld(z3::context* context, Decider* decider)
    : context_(context),
      decider_(decider),
      initial_memory_(context->constant(
          "memory", context->array_sort(context->bv_sort(Word::kBits),
                                        context->bv_sort(Byte::kBits)))),
      memory_(initial_memory_) {}

SymbolicWord SymbolicWorld::WordSymbol(const std::string& name) const {
  return {decider_, context_->bv_const(name.c_str(), Word::kBits)};
}

model::State<SymbolicWord> SymbolicWorld::AnyState() const {
  model::State<Word> state;
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    state.*model::kStateWords<Word>[i] = WordSymbol(model::kStateWordNames[i]);
  }
  return state;
}

model::Gate<SymbolicWord> SymbolicWorld::AnyGate() const {
  return {WordSymbol("gate.lo"), WordSymbol("gate.hi")};
}

SymbolicWord SymbolicWorld::Widen(const Byte& byte) const {
  return {decider_, z3::zext(byte.Lift(*context_), Word::kBits - Byte::kBits)};
}

SymbolicByte SymbolicWorld::InitialByte(const Word& pa) const {
  return {decider_, z3::select(initial_memory_, pa.Lift(*context_))};
}

SymbolicByte SymbolicWorld::FinalByte(const Word& pa) const {
  return {decider_, z3::select(memory_, pa.Lift(*context_))};
}

SymbolicByte SymbolicWorld::Load(const Word& pa) {
  read_addresses_.push_back(pa);
  return FinalByte(pa);
}

SymbolicWord SymbolicWorld::LoadWord(const Word& pa) {
  z3::expr word = Load(pa).Lift(*context_);
  for (uint32_t i = 1; i < sizeof(uint32_t); ++i) {
    word = z3::concat(Load(pa + i).Lift(*context_), word);
  }
  return {decider_, word};
}

void SymbolicWorld::Store(const Word& pa, const Byte& byte) {
  written_addresses_.push_back(pa);
  memory_ = z3::store(memory_, pa.Lift(*context_), byte.Lift(*context_));
}

void SymbolicWorld::StoreWord(const Word& pa, const Word& value) {
  const z3::expr word = value.Lift(*context_);
  for (uint32_t i = 0; i < sizeof(uint32_t); ++i) {
    const unsigned low = i * Byte::kBits;
    Store(pa + i, {decider_, word.extract(low + Byte::kBits - 1, low)});
  }
}

SymbolicByte SymbolicWorld::ReadByte(const Word& pa, bool ok) {
  insn_bytes_.push_back(ok ? Load(pa) : Byte(0));
  return insn_bytes_.back();
}

std::array<SymbolicByte, 3> SymbolicWorld::ReadBytes3(const Word& pa, bool ok) {
  std::array<Byte, 3> bytes;
  for (uint32_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = ReadByte(pa + i, ok);
  }
  return bytes;
}

SymbolicWord SymbolicWorld::ReadWord(const Word& pa, bool ok) {
  return ok ? LoadWord(pa) : Word(0);
}

model::PageEntry<SymbolicWord> SymbolicWorld::ReadPair(const Word& pa,
                                                       bool ok) {
  if (!ok) return {};
  return {LoadWord(pa), LoadWord(pa + 4)};
}

void SymbolicWorld::WriteBytes3(const Word& pa,
                                const std::array<Byte, 3>& bytes, bool ok) {
  if (!ok) return;
  for (uint32_t i = 0; i < bytes.size(); ++i) Store(pa + i, bytes[i]);
}

void SymbolicWorld::WriteWord(const Word& pa, const Word& value, bool ok) {
  if (ok) StoreWord(pa, value);
}

void SymbolicWorld::WritePair(const Word& pa,
                              const model::PageEntry<Word>& pair, bool ok) {
  if (!ok) return;
  StoreWord(pa, pair.lo);
  StoreWord(pa + 4, pair.hi);
}

SymbolicBool SymbolicWorld::Choose(const std::string& name) {
  choices_.emplace_back(decider_, context_->bool_const(name.c_str()));
  return choices_.back();
}

SymbolicBool SymbolicWorld::LguestDataAccessible() {
  return Choose("lguest_data_accessible");
}

SymbolicBool SymbolicWorld::ShadowAbsent(const Word&) {
  return Choose(absl::StrCat("shadow_absent.", choices_.size()));
}

SymbolicBool SymbolicWorld::PageUnavailable(const Word&) {
  return Choose(absl::StrCat("page_unavailable.", choices_.size()));
}

void SymbolicWorld::DemandPage(const Word& vaddr, const Word& errcode,
                               bool result) {
  demand_pages_.push_back({vaddr, errcode, result});
}

void SymbolicWorld::DeliverTrap(const Word& num, bool result) {
  deliveries_.push_back({num, Word(0), result});
}

void SymbolicWorld::KillGuest(model::KillReason reason, const Word& arg0,
                              const Word& arg1, const Word& arg2) {
  kills_.push_back({reason, {arg0, arg1, arg2}});
}

}  // namespace trapline::properties
