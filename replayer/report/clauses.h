// SPDX-License-Identifier: Apache-2.0

// What the clauses say of a recording, for people.

#ifndef TRAPLINE_REPLAYER_REPORT_CLAUSES_H_
#define TRAPLINE_REPLAYER_REPORT_CLAUSES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "properties/clause.h"
#include "replayer/clauses/check_trap.h"

namespace trapline::replay {

// One clause and the traps that had to do with it.
struct ClauseRow {
  const properties::Clause* clause;
  uint64_t exercised = 0;
  uint64_t broken = 0;
  // Of its deviations those that were shown, by id.
  std::vector<std::pair<std::string_view, uint64_t>> shown;
};

// All clauses, in their order.
std::vector<ClauseRow> ClauseRows(const ClauseCounts& counts);

// A line for each clause that some trap exercised, and the names of the others.
std::string ClauseTable(const ClauseCounts& counts);

// The clause that a divergence breaks: its sentence, its source and, where it
// is known, its entry of the ledger.
std::string BrokenText(const BrokenClause& broken);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_REPORT_CLAUSES_H_
