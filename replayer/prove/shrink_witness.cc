// SPDX-License-Identifier: Apache-2.0

#include "replayer/prove/shrink_witness.h"

#include <algorithm>
#include <vector>

#include "model/kill.h"
#include "properties/engines/shrink_guest.h"

namespace trapline::replay {
namespace {

using properties::Clause;
using properties::ClauseProof;
using properties::ConcreteGuest;
using properties::Deviation;
using properties::DeviationProof;
using properties::Guest;
using properties::Taken;
using Step = properties::Step<ConcreteGuest>;

bool SamePath(const Step& a, const Step& b) {
  return a.bug == b.bug &&
         std::equal(a.did.path.begin(), a.did.path.end(), b.did.path.begin(),
                    b.did.path.end(), [](const Taken& x, const Taken& y) {
                      return x.branch == y.branch && x.taken == y.taken;
                    });
}

std::vector<model::KillReason> Kills(const Step& step) {
  std::vector<model::KillReason> reasons;
  for (const auto& kill : step.did.kills) {
    if (kill.when) reasons.push_back(kill.reason);
  }
  return reasons;
}

bool Breaks(const Step& step, const Clause& clause) {
  return clause.premise(step) && !clause.conclusion(step);
}

}  // namespace

Guest ShrinkWitness(const Guest& guest, StepPredicate holds) {
  const ConcreteGuest concrete(guest);
  const Step step = TakeTrap(concrete);
  const auto kills = Kills(step);
  return ShrinkGuest(guest, [&](const Guest& other) {
    const ConcreteGuest smaller(other);
    const Step its = TakeTrap(smaller);
    return SamePath(its, step) && Kills(its) == kills && holds(its);
  });
}

void ShrinkWitnesses(absl::Span<const Deviation> deviations,
                     properties::HostProof* proof) {
  for (ClauseProof& found : proof->clauses) {
    if (!found.guest) continue;
    const Clause& clause = *found.clause;
    found.guest = ShrinkWitness(*found.guest, [&](const Step& step) {
      const auto covers = [&](const Deviation& deviation) {
        return deviation.clause == clause.id &&
               deviation.IsIn(step.guest.host()) && deviation.when(step);
      };
      return Breaks(step, clause) &&
             std::none_of(deviations.begin(), deviations.end(), covers);
    });
  }
  for (DeviationProof& found : proof->deviations) {
    if (!found.guest) continue;
    const auto clause = std::find_if(
        proof->clauses.begin(), proof->clauses.end(), [&](const auto& other) {
          return other.clause->id == found.deviation->clause;
        });
    found.guest = ShrinkWitness(*found.guest, [&](const Step& step) {
      return Breaks(step, *clause->clause) && found.deviation->when(step);
    });
  }
}

}  // namespace trapline::replay
