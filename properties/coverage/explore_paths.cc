// SPDX-License-Identifier: Apache-2.0

#include "properties/coverage/explore_paths.h"

#include <algorithm>

#include "properties/coverage/feasible_paths.h"
#include "properties/prove.h"

namespace trapline::properties {

absl::StatusOr<std::vector<std::string>> ExplorePathTexts(
    const model::Host& host) {
  std::vector<std::string> texts;
  Symbols symbols;
  const auto paths = ForEachPath(
      &symbols, host, {},
      [&](Path&, const SymbolicGuest&, const Step<SymbolicGuest>& step) {
        texts.push_back(PathText(step.did.path, step.bug));
        return true;
      });
  if (!paths.ok()) return paths.status();
  std::sort(texts.begin(), texts.end());
  return texts;
}

}  // namespace trapline::properties
