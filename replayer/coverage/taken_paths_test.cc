// SPDX-License-Identifier: Apache-2.0

#include "replayer/coverage/taken_paths.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "properties/coverage/feasible_paths.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

class TakenPaths : public ::testing::Test {
 protected:
  void SetUp() override {
    Load(
        "v3.12-kill4", [](const trace::Trap&) { return true; }, &recording_);
    ASSERT_EQ(recording_.traps.size(), 198u);
  }
  absl::StatusOr<Coverage> Count(const Setting& setting) const {
    PathCounter counter(setting);
    for (const trace::Trap& trap : recording_.traps) counter.Add(trap);
    return counter.Finish();
  }

  Recording recording_;
};

TEST_F(TakenPaths, AreCountedTrapByTrap) {
  const auto coverage = Count(recording_.setting);
  ASSERT_TRUE(coverage.ok()) << coverage.status();
  EXPECT_THAT(
      coverage->taken,
      ElementsAre(
          Pair("general protection, from the kernel, not "
               "emulated, delivered, with errcode, to its own stack, no "
               "directory entry",
               1),
          Pair("hypercall", 101), Pair("interrupt of the host", 1),
          Pair("page fault, no page, delivered, with errcode, to another stack",
               17),
          Pair("page fault, permitted", 78)));
  EXPECT_EQ(coverage->diverged, 0u);
}

TEST_F(TakenPaths, AndThoseNeverTakenAreAllThatAreFeasible) {
  const auto coverage = Count(recording_.setting);
  ASSERT_TRUE(coverage.ok()) << coverage.status();
  const auto feasible = properties::FeasiblePaths(recording_.setting.host);
  EXPECT_EQ(coverage->feasible(), feasible.size());
  EXPECT_THAT(coverage->never, Contains("page fault, user denied, no handler"));
  EXPECT_THAT(coverage->never, Not(Contains("hypercall")));
  for (const auto path : coverage->never) EXPECT_THAT(feasible, Contains(path));
}

TEST_F(TakenPaths, AreNotThoseOfTrapsThatDiverge) {
  for (trace::Trap& trap : recording_.traps) {
    if (trap.before[model::kStateIndex.trapnum] == 31) trap.after[0] ^= 1;
  }
  const auto coverage = Count(recording_.setting);
  ASSERT_TRUE(coverage.ok()) << coverage.status();
  EXPECT_EQ(coverage->diverged, 101u);
  EXPECT_THAT(coverage->never, Contains("hypercall"));
}

TEST_F(TakenPaths, AreNotToldOfATrapThatLacksAWordTheModelReads) {
  recording_.traps[0].present &= ~(uint64_t{1} << model::kStateIndex.gpgdir);
  const auto coverage = Count(recording_.setting);
  ASSERT_TRUE(coverage.ok()) << coverage.status();
  EXPECT_EQ(coverage->diverged, 1u);
}

// A kernel that the list does not know has no feasible path.
TEST_F(TakenPaths, MustBeFeasible) {
  model::Flavor other = recording_.setting.host.flavor;
  other.name = "F0";
  recording_.setting.host.flavor = other;
  const auto coverage = Count(recording_.setting);
  EXPECT_TRUE(absl::IsInternal(coverage.status()));
  EXPECT_THAT(std::string(coverage.status().message()),
              HasSubstr("took a path that is not in the list of feasible ones "
                        "of flavor F0: 'general protection, "));
}

TEST(TakenPathsOfNoTrap, AreNone) {
  Setting setting;
  setting.host.flavor = *model::FindFlavor("F2");
  const auto coverage = PathCounter(setting).Finish();
  ASSERT_TRUE(coverage.ok()) << coverage.status();
  EXPECT_THAT(coverage->taken, IsEmpty());
  EXPECT_EQ(coverage->never.size(), coverage->feasible());
}

}  // namespace
}  // namespace trapline::replay
