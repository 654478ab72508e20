// SPDX-License-Identifier: Apache-2.0

// docs/PATHS.md, as the list of feasible paths and the recordings make it.

#ifndef TRAPLINE_REPLAYER_COVERAGE_PATHS_DOC_H_
#define TRAPLINE_REPLAYER_COVERAGE_PATHS_DOC_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace trapline::replay {

// Paths that are not taken, those with the same beginning in one line where
// none of them is: beginning and how many. `all` is sorted.
std::vector<std::pair<std::string, int>> Shortened(
    absl::Span<const std::string_view> all,
    absl::Span<const std::string_view> taken);

absl::StatusOr<std::string> PathsDoc(const std::vector<std::string>& traces);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_COVERAGE_PATHS_DOC_H_
