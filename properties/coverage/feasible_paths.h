// SPDX-License-Identifier: Apache-2.0

// The paths of the handler that some trap can take, kind of host by kind of
// host, as Z3 found them (explore_paths.h): known without asking it again.

#ifndef TRAPLINE_PROPERTIES_COVERAGE_FEASIBLE_PATHS_H_
#define TRAPLINE_PROPERTIES_COVERAGE_FEASIBLE_PATHS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "model/flavor.h"
#include "properties/logging_world.h"

namespace trapline::properties {

// A path in words: "page fault, no page, no handler". Two paths of one host
// never have the same. `bug`: it ends where the host runs into BUG_ON.
std::string PathText(absl::Span<const Taken> path, bool bug);

// Hosts that have the same paths: which address check runs makes no difference.
struct HostKind {
  const model::Flavor* flavor;
  bool pae;

  std::string Name() const;  // "F6", "F6 PAE"
};

// By flavor, each without PAE and then with, where it has that.
const std::vector<HostKind>& HostKinds();

// The feasible paths of the host, sorted. Empty where its flavor is none of
// model::kFlavors.
std::vector<std::string_view> FeasiblePaths(const model::Host& host);
std::vector<std::string_view> FeasiblePaths(const HostKind& kind);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_COVERAGE_FEASIBLE_PATHS_H_
