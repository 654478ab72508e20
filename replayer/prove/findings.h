// SPDX-License-Identifier: Apache-2.0

// What the proofs of all hosts come to: clause by clause and flavor by flavor.

#ifndef TRAPLINE_REPLAYER_PROVE_FINDINGS_H_
#define TRAPLINE_REPLAYER_PROVE_FINDINGS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "properties/clause.h"
#include "properties/prove.h"

namespace trapline::replay {

// One clause in the hosts of one flavor: the answer to look at first.
struct Cell {
  properties::Answer answer = properties::Answer::kNotApplicable;
  std::vector<std::string_view> deviations;  // that are seen
};

// A clause in one host.
struct Finding {
  const properties::ClauseProof* proof;
  const properties::HostProof* host;
};

struct LostDeviation {
  const properties::Deviation* deviation;
  const properties::HostProof* host;
};

struct Findings {
  std::vector<std::string_view> flavors;
  struct Row {
    const properties::Clause* clause;
    std::vector<Cell> cells;  // one for each flavor
  };
  std::vector<Row> rows;
  std::vector<Finding> refuted;
  std::vector<Finding> unproved;    // unknown or vacuous
  std::vector<LostDeviation> lost;  // no longer seen
  size_t paths = 0;
  size_t queries = 0;
  double slowest = 0;  // seconds
};

// `proofs`, which must outlive the result, are of the same clauses, and stand
// flavor by flavor.
Findings Fold(const std::vector<properties::HostProof>& proofs);

enum class ProofVerdict {
  kProved,    // every clause holds, but where the ledger says that it does not
  kRefuted,   // one does not, or an entry of the ledger no longer holds
  kUnproved,  // Z3 gave up, or a clause was vacuous
};

ProofVerdict VerdictOf(const Findings& findings);
const char* VerdictName(ProofVerdict verdict);
int ExitStatus(ProofVerdict verdict);

// "proved", "refuted", "unknown", "vacuous", "deviates", "not about it".
const char* AnswerName(properties::Answer answer);

// "F7, PAE, old address check".
std::string HostText(const model::Host& host);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_PROVE_FINDINGS_H_
