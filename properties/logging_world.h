// SPDX-License-Identifier: Apache-2.0

// The World of a guest, or of all guests, that keeps a log of what was done.

#ifndef TRAPLINE_PROPERTIES_LOGGING_WORLD_H_
#define TRAPLINE_PROPERTIES_LOGGING_WORLD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/branch.h"
#include "model/cpu.h"
#include "model/kill.h"

namespace trapline::properties {

// A __lgread or __lgwrite.
template <class Guest>
struct Access {
  bool write;
  uint32_t length;  // bytes: 1, 3, 4 or 8
  typename Guest::Word pa;
  typename Guest::Bool ok;  // lguest_address_ok let it pass
  typename Guest::Word lo;  // what was read or written, little endian; zeros
  typename Guest::Word hi;  // where a read was refused
};

// A return of demand_page or deliver_trap, or a start of
// guest_pagetable_clear_all.
template <class Guest>
struct Call {
  enum Kind { kDemandPage, kDeliverTrap, kPagetableClearAll };
  Kind kind;
  typename Guest::Word arg;      // vaddr, or num
  typename Guest::Word errcode;  // of demand_page
  bool result;
  size_t accesses;  // that came before
};

// That the guest is killed, if `when`.
template <class Guest>
struct Kill {
  typename Guest::Bool when;
  model::KillReason reason;
  std::array<typename Guest::Word, 3> args;
  size_t accesses;   // that came before
  size_t calls = 0;  // likewise
};

struct Taken {
  model::Branch branch;
  bool taken;
};

// All that one trap did beside its state, each in order.
template <class Guest>
struct Effects {
  std::vector<Access<Guest>> accesses;
  std::vector<Call<Guest>> calls;
  std::vector<Kill<Guest>> kills;
  std::vector<Taken> path;

  // Keeps its buffers.
  void Clear() {
    accesses.clear();
    calls.clear();
    kills.clear();
    path.clear();
  }
};

// Compiled once for each kind of guest: what fuzzing watches is the model.
template <class Guest>
class LoggingWorld {
 public:
  using Word = typename Guest::Word;
  using Byte = typename Guest::Byte;
  using Bool = typename Guest::Bool;

  // Both must outlive this.
  LoggingWorld(const Guest& guest, Effects<Guest>* did)
      : guest_(guest), did_(*did) {}

  bool Take(model::Branch branch, const Bool& condition);
  Word Select(const Bool& condition, const Word& yes, const Word& no) const {
    return guest_.Select(condition, yes, no);
  }

  Word Name(const Word& word) const { return guest_.Name(word); }
  Bool Name(const Bool& truth) const { return guest_.Name(truth); }

  Byte ReadByte(const Word& pa, const Bool& ok);
  std::array<Byte, 3> ReadBytes3(const Word& pa, const Bool& ok);
  Word ReadWord(const Word& pa, const Bool& ok);
  model::PageEntry<Word> ReadPair(const Word& pa, const Bool& ok);
  void WriteBytes3(const Word& pa, const std::array<Byte, 3>& bytes,
                   const Bool& ok);
  void WriteWord(const Word& pa, const Word& value, const Bool& ok);
  void WritePair(const Word& pa, const model::PageEntry<Word>& pair,
                 const Bool& ok);

  Bool LguestDataAccessible() const { return guest_.lguest_data_accessible(); }
  Bool ShadowAbsent(const Word&) { return guest_.shadow_absent(shadows_++); }
  Bool PageUnavailable(const Word&) {
    return guest_.page_unavailable(pages_++);
  }

  void DemandPage(const Word& vaddr, const Word& errcode, bool result) {
    AddCall(Call<Guest>::kDemandPage, vaddr, errcode, result);
  }
  void DeliverTrap(const Word& num, bool result) {
    AddCall(Call<Guest>::kDeliverTrap, num, 0, result);
  }
  void PagetableClearAll() {
    AddCall(Call<Guest>::kPagetableClearAll, 0, 0, true);
  }
  void KillGuest(const Bool& when, model::KillReason reason, const Word& arg0,
                 const Word& arg1, const Word& arg2);

 private:
  void AddCall(typename Call<Guest>::Kind kind, const Word& arg,
               const Word& errcode, bool result);

  void AddWrite(const Access<Guest>& access);

  Word Join(const std::array<Byte, 3>& bytes) const;
  // What stands at `pa` now: the last that was written there, if anything.
  Byte Load(const Word& pa, const Bool& ok) const;
  Word LoadWord(const Word& pa, const Bool& ok) const;

  const Guest& guest_;
  Effects<Guest>& did_;
  bool written_ = false;  // something was
  size_t shadows_ = 0;
  size_t pages_ = 0;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_LOGGING_WORLD_H_
