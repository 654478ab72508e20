// SPDX-License-Identifier: Apache-2.0

// What a proof found, for people and for programs.

#ifndef TRAPLINE_REPLAYER_PROVE_REPORT_H_
#define TRAPLINE_REPLAYER_PROVE_REPORT_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "properties/clause.h"
#include "properties/prove.h"

namespace trapline::replay {

// A table of clauses by flavors; what is refuted, each with a guest; what is
// not proved, and why; and a last line for all.
std::string ProofText(const std::vector<properties::HostProof>& proofs,
                      double seconds);

// One JSON document, which ends with a newline.
std::string ProofJson(const std::vector<properties::HostProof>& proofs,
                      double seconds);

// The clauses, each with its sentence, its source and its known deviations.
std::string ClauseList(absl::Span<const properties::Clause> clauses,
                       absl::Span<const properties::Deviation> deviations);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_PROVE_REPORT_H_
