// SPDX-License-Identifier: Apache-2.0

// What the random engine reaches.

#include <gtest/gtest.h>

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

TEST_P(Coverage, RandomTrapsTakeEveryPathAndSpeakOfEveryClause) {
  const model::Host& host = GetParam();
  RandomOptions options;
  options.traps = 100'000;
  options.shrink = false;
  std::set<std::string> taken;
  std::set<const Clause*> exercised;
  options.on_step = [&](const auto& step, const StepCheck& check) {
    taken.insert(PathText(step.did.path, step.bug));
    exercised.insert(check.exercised.begin(), check.exercised.end());
  };
  RunRandom(host, model::handle_trap, options);

  const auto feasible = FeasiblePaths(host);
  EXPECT_FALSE(feasible.empty());
  for (const std::string_view path : feasible) {
    EXPECT_EQ(taken.count(std::string(path)), 1u) << "never taken: " << path;
  }
  EXPECT_EQ(taken.size(), feasible.size()) << "one that Z3 finds infeasible";
  for (const Clause& clause : Clauses()) {
    if (!clause.AppliesTo(host)) continue;
    EXPECT_EQ(exercised.count(&clause), 1u) << clause.id;
  }
}

}  // namespace
}  // namespace trapline::properties
