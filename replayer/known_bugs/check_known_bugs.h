// SPDX-License-Identifier: Apache-2.0

#ifndef TRAPLINE_REPLAYER_KNOWN_BUGS_CHECK_KNOWN_BUGS_H_
#define TRAPLINE_REPLAYER_KNOWN_BUGS_CHECK_KNOWN_BUGS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "properties/clause.h"
#include "replayer/known_bugs/known_bugs.h"

namespace trapline::replay {

// What the traces lack, or have too much, of showing each deviation in each
// flavor that has it; a line for each.
std::vector<std::string> FaultsOf(
    absl::Span<const KnownBugs> traces,
    absl::Span<const properties::Deviation> ledger);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_KNOWN_BUGS_CHECK_KNOWN_BUGS_H_
