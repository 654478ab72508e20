// SPDX-License-Identifier: Apache-2.0

// The World that stands for every guest: each word of the state, each byte of
// guest memory and each choice of the host is a symbol.

#ifndef TRAPLINE_PROPERTIES_SYMBOLIC_WORLD_H_
#define TRAPLINE_PROPERTIES_SYMBOLIC_WORLD_H_

#include <z3++.h>

#include <array>
#include <string>
#include <vector>

#include "model/cpu.h"
#include "model/kill.h"
#include "model/state.h"
#include "properties/symbolic_value.h"

namespace trapline::properties {

class SymbolicWorld {
 public:
  using Word = SymbolicWord;
  using Byte = SymbolicByte;
  using Bool = SymbolicBool;

  struct Kill {
    model::KillReason reason;
    std::array<Word, 3> args;
  };
  // A return of demand_page (errcode is 0 in one of deliver_trap).
  struct Call {
    Word arg;
    Word errcode;
    bool result;
  };

  // Two worlds of one context have the same symbols. Both arguments must
  // outlive the world and all its values.
  SymbolicWorld(z3::context* context, Decider* decider);

  // The symbols of the state and of the gate: the same at each call.
  model::State<Word> AnyState() const;
  model::Gate<Word> AnyGate() const;

  Word Widen(const Byte& byte) const;

  Byte ReadByte(const Word& pa, bool ok);
  std::array<Byte, 3> ReadBytes3(const Word& pa, bool ok);
  Word ReadWord(const Word& pa, bool ok);
  model::PageEntry<Word> ReadPair(const Word& pa, bool ok);
  void WriteBytes3(const Word& pa, const std::array<Byte, 3>& bytes, bool ok);
  void WriteWord(const Word& pa, const Word& value, bool ok);
  void WritePair(const Word& pa, const model::PageEntry<Word>& pair, bool ok);

  // The same answer throughout: the Launcher maps nothing during a trap.
  Bool LguestDataAccessible();
  // Free at each call, and so more than any host would do.
  Bool ShadowAbsent(const Word& va);
  Bool PageUnavailable(const Word& pfn);

  void DemandPage(const Word& vaddr, const Word& errcode, bool result);
  void DeliverTrap(const Word& num, bool result);
  void PagetableClearAll() { ++pagetable_clears_; }
  void KillGuest(model::KillReason reason, const Word& arg0, const Word& arg1,
                 const Word& arg2);

  // What stood in guest memory before all writes, and after them.
  Byte InitialByte(const Word& pa) const;
  Byte FinalByte(const Word& pa) const;

  // What happened, in order. The bytes of instructions are zeros where they
  // were refused; the addresses are those of every byte that was not.
  const std::vector<Byte>& insn_bytes() const { return insn_bytes_; }
  const std::vector<Word>& read_addresses() const { return read_addresses_; }
  const std::vector<Word>& written_addresses() const {
    return written_addresses_;
  }
  const std::vector<Bool>& choices() const { return choices_; }
  const std::vector<Kill>& kills() const { return kills_; }
  const std::vector<Call>& demand_pages() const { return demand_pages_; }
  const std::vector<Call>& deliveries() const { return deliveries_; }
  int pagetable_clears() const { return pagetable_clears_; }

 private:
  Word WordSymbol(const std::string& name) const;
  Bool Choose(const std::string& name);
  Byte Load(const Word& pa);
  Word LoadWord(const Word& pa);
  void Store(const Word& pa, const Byte& byte);
  void StoreWord(const Word& pa, const Word& value);

  z3::context* const context_;
  Decider* const decider_;
  const z3::expr initial_memory_;  // from guest-physical address to byte
  z3::expr memory_;
  std::vector<Byte> insn_bytes_;
  std::vector<Word> read_addresses_;
  std::vector<Word> written_addresses_;
  std::vector<Bool> choices_;
  std::vector<Kill> kills_;
  std::vector<Call> demand_pages_;
  std::vector<Call> deliveries_;
  int pagetable_clears_ = 0;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_SYMBOLIC_WORLD_H_
