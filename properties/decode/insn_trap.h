// SPDX-License-Identifier: Apache-2.0

// The trap of an instruction of the guest's kernel, and what the clauses and
// the ledger say of it.

#ifndef TRAPLINE_PROPERTIES_DECODE_INSN_TRAP_H_
#define TRAPLINE_PROPERTIES_DECODE_INSN_TRAP_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "model/flavor.h"
#include "properties/clause.h"
#include "properties/decode/reading.h"

namespace trapline::properties {

struct InsnTrap {
  bool rewritten;  // a VMCALL, which is to run again as another instruction
  std::vector<const Deviation*> deviations;
  std::vector<const Clause*> violated;  // that no deviation covers
  // Clauses that would look at bytes after those given.
  std::vector<const Clause*> undecided;
};

// Takes the #GP(0) of a plain guest of this flavor whose kernel stands at these
// bytes; what follows them is not known.
InsnTrap TakeInsnTrap(const model::Flavor& flavor, Bytes start);

// As in "E2 E3": each id once.
std::string Ids(absl::Span<const Deviation* const> deviations);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_DECODE_INSN_TRAP_H_
