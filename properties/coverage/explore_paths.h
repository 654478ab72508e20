// SPDX-License-Identifier: Apache-2.0

// Finds the feasible paths of the handler by Z3.

#ifndef TRAPLINE_PROPERTIES_COVERAGE_EXPLORE_PATHS_H_
#define TRAPLINE_PROPERTIES_COVERAGE_EXPLORE_PATHS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "model/flavor.h"

namespace trapline::properties {

// The text of every feasible path of the host, sorted; a text that two paths
// have stands there twice.
absl::StatusOr<std::vector<std::string>> ExplorePathTexts(
    const model::Host& host);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_COVERAGE_EXPLORE_PATHS_H_
