// SPDX-License-Identifier: Apache-2.0

#include "properties/refutations.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace trapline::properties {

void Refutations::Add(const z3::expr& condition, const z3::expr_vector& facts) {
  kept_.push_back(condition);
  Ids ids;
  for (const z3::expr& fact : facts) {
    kept_.push_back(fact);
    ids.push_back(fact.id());
  }
  known_[condition.id()].push_back(std::move(ids));
}

bool Refutations::Know(const z3::expr& condition,
                       const z3::expr_vector& facts) const {
  const auto known = known_.find(condition.id());
  if (known == known_.end()) return false;
  absl::flat_hash_set<unsigned> held;
  for (const z3::expr& fact : facts) held.insert(fact.id());
  const auto holds = [&](unsigned id) { return held.contains(id); };
  return std::any_of(known->second.begin(), known->second.end(),
                     [&](const Ids& ids) {
                       return std::all_of(ids.begin(), ids.end(), holds);
                     });
}

}  // namespace trapline::properties
