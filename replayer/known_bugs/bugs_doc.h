// SPDX-License-Identifier: Apache-2.0

// docs/BUGS.md, as the ledger and the traces that show it make it.

#ifndef TRAPLINE_REPLAYER_KNOWN_BUGS_BUGS_DOC_H_
#define TRAPLINE_REPLAYER_KNOWN_BUGS_BUGS_DOC_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "properties/clause.h"
#include "replayer/known_bugs/known_bugs.h"

namespace trapline::replay {

// The kernels that have a deviation: "2.6.24 to 2.6.29 (F2 to F4), 2.6.31 to
// 3.11 with PAE (F6 to F9)".
std::string KernelsOf(const properties::Deviation& deviation);

// FailedPreconditionError where the traces do not show all of the ledger.
absl::StatusOr<std::string> BugsDoc(
    absl::Span<const KnownBugs> traces,
    absl::Span<const properties::Deviation> ledger);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_KNOWN_BUGS_BUGS_DOC_H_
