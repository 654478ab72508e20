// SPDX-License-Identifier: Apache-2.0

#include "replayer/known_bugs/check_known_bugs.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "properties/engines/check_step.h"
#include "properties/engines/show_guest.h"
#include "properties/prove.h"

namespace trapline::replay {
namespace {

using properties::ConcreteGuest;
using properties::Deviation;
using properties::HostName;

// The traps of one host against what they have to show.
class HostCheck {
 public:
  HostCheck(const model::Host& host, absl::Span<const Deviation> ledger,
            std::vector<std::string>* faults)
      : name_(HostName(host)),
        checker_(host, properties::Clauses(), ledger),
        missing_(DeviationsToShow(host, ledger)),
        faults_(*faults) {}

  void Add(const KnownBug& bug) {
    const std::string trap = absl::StrCat("trap ", ++traps_);
    const std::string what = absl::StrCat(bug.id, " ", bug.clause);
    const auto deviation = std::find_if(
        missing_.begin(), missing_.end(), [&](const Deviation* other) {
          return other->id == bug.id && other->clause == bug.clause;
        });
    if (deviation == missing_.end()) {
      return Tell(trap, " has no deviation ", what, " to show");
    }
    const ConcreteGuest concrete(bug.guest);
    const auto step = TakeTrap(concrete);
    if (!Shows(step, **deviation)) Tell(trap, " does not show ", what);
    for (const properties::Clause* clause : checker_.Check(step).violated) {
      Tell(trap, " breaks ", std::string(clause->id), ", uncovered");
    }
    missing_.erase(deviation);
  }

  void Finish() {
    for (const Deviation* deviation : missing_) {
      Tell("no trap shows ", std::string(deviation->id), " ",
           std::string(deviation->clause));
    }
  }

 private:
  template <class... Parts>
  void Tell(const Parts&... parts) {
    faults_.push_back(absl::StrCat(name_, ": ", parts...));
  }

  const std::string name_;
  const properties::StepChecker checker_;
  std::vector<const Deviation*> missing_;
  size_t traps_ = 0;
  std::vector<std::string>& faults_;
};

}  // namespace

std::vector<std::string> FaultsOf(absl::Span<const KnownBugs> traces,
                                  absl::Span<const Deviation> ledger) {
  std::vector<std::string> faults;
  for (const model::Flavor& flavor : model::kFlavors) {
    for (const model::Host& host : properties::HostsOf(flavor)) {
      HostCheck check(host, ledger, &faults);
      for (const KnownBugs& trace : traces) {
        if (HostName(trace.host) != HostName(host)) continue;
        for (const KnownBug& bug : trace.bugs) check.Add(bug);
      }
      check.Finish();
    }
  }
  return faults;
}

}  // namespace trapline::replay
