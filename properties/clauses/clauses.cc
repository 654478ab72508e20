// SPDX-License-Identifier: Apache-2.0

#include <string_view>
#include <vector>

#include "properties/clause.h"
#include "properties/clauses/topics.h"

namespace trapline::properties {

absl::Span<const Clause> Clauses() {
  static const std::vector<Clause>* const kAll = [] {
    auto* all = new std::vector<Clause>;
    for (const auto& topic :
         {DispatchClauses(), DecodeClauses(), RegisterClauses(),
          PrivilegeClauses(), PageFaultClauses(), DeliverClauses(),
          MemoryClauses(), VmcallClauses(), DeathClauses()}) {
      all->insert(all->end(), topic.begin(), topic.end());
    }
    return all;
  }();
  return *kAll;
}

const Clause* FindClause(std::string_view id) {
  for (const Clause& clause : Clauses()) {
    if (clause.id == id) return &clause;
  }
  return nullptr;
}

}  // namespace trapline::properties
