// SPDX-License-Identifier: Apache-2.0

// What the random engine reaches.

#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "model/handle_trap.h"
#include "properties/clause.h"
#include "properties/coverage/feasible_paths.h"
#include "properties/engines/random.h"
#include "properties/engines/testing_hosts.h"

namespace trapline::properties {
namespace {

class Coverage : public EachHost {};
TRAPLINE_EACH_HOST(Coverage);

TEST_P(Coverage, RandomTrapsTakeEveryFeasiblePath) {
  RandomOptions options;
  options.traps = 100'000;
  options.shrink = false;
  std::set<std::string> taken;
  options.on_step = [&](const Step<ConcreteGuest>& step, const StepCheck&) {
    taken.insert(PathText(step.did.path, step.bug));
  };
  RunRandom(GetParam(), model::handle_trap, options);
  const auto feasible = FeasiblePaths(GetParam());
  EXPECT_FALSE(feasible.empty());
  for (const std::string_view path : feasible) {
    EXPECT_EQ(taken.count(std::string(path)), 1u) << "never taken: " << path;
  }
  EXPECT_EQ(taken.size(), feasible.size()) << "a path that Z3 finds infeasible";
}

TEST_P(Coverage, RandomTrapsExerciseEveryClauseAndShowEveryDeviation) {
  RandomOptions options;
  options.traps = 50'000;
  options.shrink = false;
  std::set<const Clause*> exercised;
  std::set<const Deviation*> deviations;
  options.on_step = [&](const auto&, const StepCheck& check) {
    exercised.insert(check.exercised.begin(), check.exercised.end());
    deviations.insert(check.deviations.begin(), check.deviations.end());
  };
  RunRandom(GetParam(), model::handle_trap, options);
  for (const Clause& clause : Clauses()) {
    if (!clause.AppliesTo(GetParam())) continue;
    EXPECT_EQ(exercised.count(&clause), 1u) << clause.id;
  }
  for (const Deviation& deviation : Deviations()) {
    if (!deviation.IsIn(GetParam())) continue;
    EXPECT_EQ(deviations.count(&deviation), 1u)
        << deviation.id << " of " << deviation.clause;
  }
}

}  // namespace
}  // namespace trapline::properties
