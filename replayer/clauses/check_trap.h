// SPDX-License-Identifier: Apache-2.0

// The clauses, checked on recorded traps and counted.

#ifndef TRAPLINE_REPLAYER_CLAUSES_CHECK_TRAP_H_
#define TRAPLINE_REPLAYER_CLAUSES_CHECK_TRAP_H_

#include <cstdint>
#include <vector>

#include "model/flavor.h"
#include "properties/clause.h"
#include "properties/engines/check_step.h"
#include "proto/trap.h"
#include "replayer/clauses/recorded_guest.h"

namespace trapline::replay {

// How many traps, for each of Clauses() and of Deviations(), in their order;
// empty before the first trap.
struct ClauseCounts {
  std::vector<uint64_t> exercised;
  std::vector<uint64_t> broken;  // where no deviation covers it
  std::vector<uint64_t> shown;   // deviations
  // Traps of which no clause can speak, for what the guest was killed for is
  // not told.
  uint64_t untold = 0;

  // Null: no clause can speak of the trap.
  void Add(const properties::StepCheck* check);
  void Add(const ClauseCounts& other);
};

// A clause that a trap breaks.
struct BrokenClause {
  const properties::Clause* clause;
  const properties::Deviation* deviation;  // that covers it; null: none does
};

// For the traps of one host, one after the other.
class TrapChecker {
 public:
  explicit TrapChecker(const model::Host& host)
      : guest_(host), checker_(host) {}

  // Null where no clause can speak of the trap. Valid until the next call.
  const properties::StepCheck* Check(const trace::Trap& trap);

 private:
  RecordedGuest guest_;
  properties::StepChecker checker_;
  properties::StepCheck check_;
};

// Those that no deviation covers first.
std::vector<BrokenClause> BrokenBy(const properties::StepCheck& check);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_CLAUSES_CHECK_TRAP_H_
