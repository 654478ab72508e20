// SPDX-License-Identifier: Apache-2.0

#include "replayer/clauses/check_trap.h"

#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/state.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

using properties::Clauses;
using ::testing::Contains;
using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const auto& kIndex = model::kStateIndex;

class CheckTrapTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Load(
        "v3.12-kill4", [](const trace::Trap&) { return true; }, &recording_);
  }
  trace::Trap& Hypercall() {
    for (trace::Trap& trap : recording_.traps) {
      if (trap.before[kIndex.trapnum] == 31) return trap;
    }
    ADD_FAILURE() << "the recording has no hypercall";
    return recording_.traps.at(0);
  }
  const properties::StepCheck* Check(const trace::Trap& trap) {
    checker_.emplace(recording_.setting.host);
    return checker_->Check(trap);
  }

  Recording recording_;
  std::optional<TrapChecker> checker_;
};

std::vector<std::string> Ids(const std::vector<BrokenClause>& broken) {
  std::vector<std::string> ids;
  for (const BrokenClause& one : broken) ids.emplace_back(one.clause->id);
  return ids;
}

TEST_F(CheckTrapTest, ATrapOfAnUnbrokenKernelBreaksNoClauseUnlisted) {
  TrapChecker checker(recording_.setting.host);
  for (const trace::Trap& trap : recording_.traps) {
    const auto* check = checker.Check(trap);
    ASSERT_NE(check, nullptr) << trap.number;
    EXPECT_THAT(check->violated, IsEmpty()) << trap.number;
    EXPECT_FALSE(check->exercised.empty()) << trap.number;
  }
}

TEST_F(CheckTrapTest, WhatTheHostDidIsCheckedAndNotTheModel) {
  trace::Trap& trap = Hypercall();
  trap.after[kIndex.ebx] ^= 4;
  const auto* check = Check(trap);
  ASSERT_NE(check, nullptr);
  EXPECT_THAT(Ids(BrokenBy(*check)), Contains("dispatch.hypercall"));
}

TEST_F(CheckTrapTest, AGuestKilledForNobodyKnowsWhatIsNotSpokenOf) {
  trace::Trap& trap = Hypercall();
  trap.after[kIndex.dead] = 1;
  EXPECT_EQ(Check(trap), nullptr);
}

TEST(BrokenBy, NamesWhatNoDeviationCoversFirst) {
  const properties::Deviation deviation = {"X1", Clauses()[2].id, "F2", "",
                                           [](const auto&) { return true; }};
  properties::StepCheck check;
  check.violated = {&Clauses()[1], &Clauses()[0]};
  check.deviations = {&deviation};
  const auto broken = BrokenBy(check);
  ASSERT_THAT(broken, SizeIs(3));
  EXPECT_EQ(broken[0].clause, &Clauses()[1]);
  EXPECT_EQ(broken[1].clause, &Clauses()[0]);
  EXPECT_EQ(broken[0].deviation, nullptr);
  EXPECT_EQ(broken[2].clause, &Clauses()[2]);
  EXPECT_EQ(broken[2].deviation, &deviation);
}

TEST(ClauseCounts, AreOfTrapsClauseByClause) {
  properties::StepCheck check;
  check.exercised = {&Clauses()[0], &Clauses()[2]};
  check.violated = {&Clauses()[2]};
  ClauseCounts counts;
  counts.Add(&check);
  counts.Add(nullptr);
  ClauseCounts all;
  all.Add(counts);
  all.Add(counts);
  all.Add(ClauseCounts());
  ASSERT_THAT(all.exercised, SizeIs(Clauses().size()));
  EXPECT_EQ(all.exercised[0], 2u);
  EXPECT_EQ(all.exercised[1], 0u);
  EXPECT_EQ(all.exercised[2], 2u);
  EXPECT_EQ(all.broken[0], 0u);
  EXPECT_EQ(all.broken[2], 2u);
  EXPECT_THAT(all.shown, Each(0u));
  EXPECT_EQ(all.untold, 2u);
}

}  // namespace
}  // namespace trapline::replay
