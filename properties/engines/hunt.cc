// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/hunt.h"

#include "properties/engines/shrink_guest.h"

namespace trapline::properties {

bool Hunt::IsKnown(const Clause& clause) const {
  for (const Violation& violation : violations_) {
    if (violation.clause == &clause) return true;
  }
  return false;
}

void Hunt::Try(const Guest& guest, uint64_t trap) {
  const ConcreteGuest concrete(guest);
  const auto step = TakeTrap(concrete, handler_);
  checker_.Check(step, &check_);
  if (options_.on_step) options_.on_step(step, check_);
  for (const Clause* clause : check_.violated) {
    if (IsKnown(*clause)) continue;
    const auto breaks = [&](const Guest& smaller) {
      const ConcreteGuest concrete(smaller);
      return checker_.Breaks(TakeTrap(concrete, handler_), *clause);
    };
    violations_.push_back(
        {clause, options_.shrink ? ShrinkGuest(guest, breaks) : guest, trap});
  }
}

}  // namespace trapline::properties
