// SPDX-License-Identifier: Apache-2.0

// What the engines share: a handler takes the traps of guests that are made up,
// and what breaks a clause is kept.

#ifndef TRAPLINE_PROPERTIES_ENGINES_HUNT_H_
#define TRAPLINE_PROPERTIES_ENGINES_HUNT_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "model/flavor.h"
#include "properties/clause.h"
#include "properties/engines/check_step.h"
#include "properties/guest.h"
#include "properties/step.h"

namespace trapline::properties {

// A clause that a guest breaks and no deviation covers.
struct Violation {
  const Clause* clause;
  Guest guest;    // as small as it got
  uint64_t trap;  // that showed it; its engine says what the number means
};

struct HuntOptions {
  bool stop_at_first = false;
  bool shrink = true;
  // Called with every trap; may be empty.
  std::function<void(const Step<ConcreteGuest>&, const StepCheck&)> on_step;
};

class Hunt {
 public:
  Hunt(const model::Host& host, Handler<ConcreteGuest> handler,
       HuntOptions options)
      : checker_(host), handler_(handler), options_(std::move(options)) {}

  // Takes the trap of this guest, which is one of the host's.
  void Try(const Guest& guest, uint64_t trap);

  // Whether there is nothing more to look for.
  bool IsOver() const { return options_.stop_at_first && !violations_.empty(); }

  // The first violation of each clause.
  std::vector<Violation> TakeViolations() { return std::move(violations_); }

 private:
  bool IsKnown(const Clause& clause) const;

  const StepChecker checker_;
  const Handler<ConcreteGuest> handler_;
  const HuntOptions options_;
  StepCheck check_;  // of the last trap
  std::vector<Violation> violations_;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_HUNT_H_
