// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/random.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "model/handle_trap.h"
#include "model/state.h"
#include "properties/engines/show_guest.h"
#include "properties/engines/testing_faults.h"
#include "properties/engines/testing_hosts.h"

namespace trapline::properties {
namespace {

// The seed to begin with, which a failure tells.
RandomOptions Options() {
  RandomOptions options;
  const char* seed = std::getenv("SEED");
  if (seed != nullptr) options.seed = std::strtoull(seed, nullptr, 0);
  return options;
}

class Random : public EachHost {};
TRAPLINE_EACH_HOST(Random);

TEST_P(Random, ModelBreaksNoClauseBeyondTheLedger) {
  for (const Violation& violation :
       RunRandom(GetParam(), model::handle_trap, Options())) {
    ADD_FAILURE() << ShowViolation(violation)
                  << "again: bazel test //properties/engines:random_test "
                     "--test_filter='*/"
                  << HostName(GetParam())
                  << "' --test_env=SEED=" << violation.trap;
  }
}

class RandomFault : public testing::TestWithParam<Fault> {};
INSTANTIATE_TEST_SUITE_P(Fault, RandomFault, testing::ValuesIn(kFaults),
                         FaultName());

TEST_P(RandomFault, IsFoundInEveryHost) {
  RandomOptions options;
  options.stop_at_first = true;
  options.shrink = false;
  for (const model::Host& host : AllHosts()) {
    EXPECT_FALSE(RunRandom(host, GetParam().handler, options).empty())
        << HostName(host);
  }
}

constexpr Handler<ConcreteGuest> kFaulty = kFaults[1].handler;

TEST(RandomEngine, FindsTheSameFromTheSameSeed) {
  const model::Host host = AllHosts().front();
  const auto first = RunRandom(host, kFaulty);
  const auto second = RunRandom(host, kFaulty);
  ASSERT_FALSE(first.empty());
  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].trap, second[i].trap);
    EXPECT_EQ(ShowViolation(first[i]), ShowViolation(second[i]));
  }
}

TEST(RandomEngine, OneTrapComesAgainByItsSeed) {
  const model::Host host = AllHosts().back();
  const auto all = RunRandom(host, kFaulty);
  ASSERT_FALSE(all.empty());
  for (const Violation& violation : all) {
    RandomOptions options;
    options.seed = violation.trap;
    options.traps = 1;
    bool found = false;
    for (const Violation& again : RunRandom(host, kFaulty, options)) {
      if (again.clause != violation.clause) continue;
      found = true;
      EXPECT_EQ(ShowViolation(again), ShowViolation(violation));
    }
    EXPECT_TRUE(found) << ShowViolation(violation);
  }
}

TEST(RandomEngine, StopsAtTheFirstWhereAsked) {
  RandomOptions options;
  options.stop_at_first = true;
  size_t traps = 0;
  options.on_step = [&](const auto&, const auto&) { ++traps; };
  const auto violations = RunRandom(AllHosts().front(), kFaulty, options);
  ASSERT_FALSE(violations.empty());
  EXPECT_EQ(violations[0].trap, options.seed + traps - 1);
}

// The guests are the same, so that RapidCheck's own properties can take them.
TEST(RandomEngine, GeneratesWhatItRuns) {
  const model::Host host = AllHosts().front();
  RandomOptions options;
  options.traps = 1;
  options.seed = 7;
  model::State<uint32_t> ran = {};
  options.on_step = [&](const Step<ConcreteGuest>& step, const auto&) {
    ran = step.before;
  };
  RunRandom(host, model::handle_trap, options);
  const auto state = AnyGuest(host)(rc::Random(7)).value().state;
  for (const auto word : model::kStateWords<uint32_t>) {
    EXPECT_EQ(state.*word, ran.*word);
  }
}

}  // namespace
}  // namespace trapline::properties
