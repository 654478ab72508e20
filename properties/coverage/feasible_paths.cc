// SPDX-License-Identifier: Apache-2.0

#include "properties/coverage/feasible_paths.h"

#include <cstddef>

#include "absl/strings/str_cat.h"

namespace trapline::properties {
namespace {

struct FeasiblePath {
  std::string_view kinds;  // for each of HostKinds(): '#' where it is feasible
  std::string_view text;
};

constexpr FeasiblePath kPaths[] = {
#define PATH(kinds, text) {kinds, text},
#include "properties/coverage/feasible_paths.inc"
#undef PATH
};

// What a trap does not change, and a path asks of twice.
bool IsSettled(model::Branch branch) {
  return branch == model::Branch::kGuestKernel ||
         branch == model::Branch::kLinearPages;
}

}  // namespace

std::string PathText(absl::Span<const Taken> path, bool bug) {
  std::string text;
  const auto add = [&text](std::string_view words) {
    if (words.empty()) return;
    absl::StrAppend(&text, text.empty() ? "" : ", ", std::string(words));
  };
  uint64_t said = 0;
  for (const Taken& step : path) {
    const auto branch = static_cast<size_t>(step.branch);
    const uint64_t bit = uint64_t{1} << branch;
    if (IsSettled(step.branch) && (said & bit) != 0) continue;
    said |= bit;
    add(model::kBranchTexts[branch][step.taken]);
  }
  if (bug) add("BUG of the host");
  return text;
}

std::string HostKind::Name() const {
  return absl::StrCat(std::string(flavor->name), pae ? " PAE" : "");
}

const std::vector<HostKind>& HostKinds() {
  static const auto* const kKinds = [] {
    auto* kinds = new std::vector<HostKind>;
    for (const model::Flavor& flavor : model::kFlavors) {
      kinds->push_back({&flavor, false});
      if (flavor.has_pae) kinds->push_back({&flavor, true});
    }
    return kinds;
  }();
  return *kKinds;
}

std::vector<std::string_view> FeasiblePaths(const HostKind& kind) {
  size_t column = 0;
  for (const HostKind& other : HostKinds()) {
    if (other.flavor->name == kind.flavor->name && other.pae == kind.pae) break;
    ++column;
  }
  std::vector<std::string_view> paths;
  for (const FeasiblePath& path : kPaths) {
    if (column < path.kinds.size() && path.kinds[column] == '#') {
      paths.push_back(path.text);
    }
  }
  return paths;
}

std::vector<std::string_view> FeasiblePaths(const model::Host& host) {
  return FeasiblePaths(HostKind{&host.flavor, host.pae});
}

}  // namespace trapline::properties
