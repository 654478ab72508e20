// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/check_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/handle_trap.h"
#include "properties/architecture.h"
#include "properties/clause.h"
#include "properties/clauses/insn.h"
#include "properties/engines/plain_guest.h"
#include "properties/engines/testing_hosts.h"

namespace trapline::properties {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kAlways = [](const auto&) { return true; };
constexpr auto kNever = [](const auto&) { return false; };
// Asks for a byte that the plain guest does not have.
constexpr auto kAsks = [](const auto& s) {
  return s.guest.InitialByte(0x30000) == 0;
};

class CheckStepTest : public testing::Test {
 protected:
  StepCheck Check(const Clause& clause) {
    const ConcreteGuest concrete(guest_);
    const auto step = TakeTrap(concrete);
    const StepChecker checker(guest_.host, absl::MakeSpan(&clause, 1),
                              deviations_);
    const StepCheck check = checker.Check(step);
    EXPECT_EQ(checker.Breaks(step, clause), !check.violated.empty());
    return check;
  }

  Guest guest_ = PlainGuest(AllHosts().back());
  std::vector<Deviation> deviations_;
};

// Of the kinds of hosts that the last flavor has.
Deviation Covering(Predicate when, HostPredicate hosts = nullptr) {
  return {"D", "c", model::kFlavors.back().name, "", when, hosts};
}

TEST_F(CheckStepTest, ClauseThatIsKeptIsExercised) {
  const Clause clause = {"c", "", "", kAlways, kAlways};
  const StepCheck check = Check(clause);
  EXPECT_THAT(check.exercised, ElementsAre(&clause));
  EXPECT_THAT(check.violated, IsEmpty());
  EXPECT_THAT(check.undecided, IsEmpty());
}

TEST_F(CheckStepTest, ClauseWithoutItsPremiseSaysNothing) {
  const Clause clause = {"c", "", "", kNever, kNever};
  const StepCheck check = Check(clause);
  EXPECT_THAT(check.exercised, IsEmpty());
  EXPECT_THAT(check.violated, IsEmpty());
}

TEST_F(CheckStepTest, ClauseOfOtherHostsSaysNothing) {
  const Clause clause = {
      "c", "", "", kAlways, kNever, [](const model::Host&) { return false; }};
  EXPECT_THAT(Check(clause).exercised, IsEmpty());
}

TEST_F(CheckStepTest, ClauseThatIsBrokenIsViolated) {
  const Clause clause = {"c", "", "", kAlways, kNever};
  const StepCheck check = Check(clause);
  EXPECT_THAT(check.exercised, ElementsAre(&clause));
  EXPECT_THAT(check.violated, ElementsAre(&clause));
}

TEST_F(CheckStepTest, DeviationCoversABrokenClause) {
  deviations_.push_back(Covering(kAlways));
  const Clause clause = {"c", "", "", kAlways, kNever};
  const StepCheck check = Check(clause);
  EXPECT_THAT(check.exercised, ElementsAre(&clause));
  EXPECT_THAT(check.violated, IsEmpty());
  EXPECT_THAT(check.deviations, ElementsAre(&deviations_[0]));
}

TEST_F(CheckStepTest, DeviationIsNotSeenWhereTheClauseIsKept) {
  deviations_.push_back(Covering(kAlways));
  const Clause clause = {"c", "", "", kAlways, kAlways};
  EXPECT_THAT(Check(clause).deviations, IsEmpty());
}

TEST_F(CheckStepTest, DeviationCoversNothingElse) {
  deviations_.push_back(Covering(kNever));
  deviations_.push_back(
      Covering(kAlways, [](const model::Host&) { return false; }));
  deviations_.push_back(
      {"D", "another", model::kFlavors.back().name, "", kAlways, nullptr});
  const Clause clause = {"c", "", "", kAlways, kNever};
  const StepCheck check = Check(clause);
  EXPECT_THAT(check.violated, ElementsAre(&clause));
  EXPECT_THAT(check.deviations, IsEmpty());
}

TEST_F(CheckStepTest, UnknownBytesLeaveAClauseUndecided) {
  guest_.is_whole = false;
  const Clause premise = {"c", "", "", kAsks, kNever};
  const Clause conclusion = {"c", "", "", kAlways, kAsks};
  for (const Clause* clause : {&premise, &conclusion}) {
    const StepCheck check = Check(*clause);
    EXPECT_THAT(check.exercised, IsEmpty());
    EXPECT_THAT(check.violated, IsEmpty());
    EXPECT_THAT(check.undecided, ElementsAre(clause));
  }
}

TEST_F(CheckStepTest, UntoldAnswersOfTheHostLeaveAClauseUndecided) {
  const Clause shadow = {"c", "", "", kAlways, [](const auto& s) {
                           return s.guest.shadow_absent(1);
                         }};
  const Clause page = {"c", "", "", kAlways, [](const auto& s) {
                         return s.guest.page_unavailable(1);
                       }};
  guest_.shadow_absent = guest_.page_unavailable = {true};
  for (const Clause* clause : {&shadow, &page}) {
    guest_.is_whole = true;
    EXPECT_THAT(Check(*clause).violated, ElementsAre(clause));
    guest_.is_whole = false;
    EXPECT_THAT(Check(*clause).undecided, ElementsAre(clause));
  }
}

TEST_F(CheckStepTest, UnknownBytesLeaveItUndecidedWhetherADeviationCovers) {
  guest_.is_whole = false;
  deviations_.push_back(Covering(kAsks));
  const Clause clause = {"c", "", "", kAlways, kNever};
  const StepCheck check = Check(clause);
  EXPECT_THAT(check.violated, IsEmpty());
  EXPECT_THAT(check.deviations, IsEmpty());
  EXPECT_THAT(check.undecided, ElementsAre(&clause));
}

TEST_F(CheckStepTest, WhatOneClauseAsksForTouchesNoOther) {
  guest_.is_whole = false;
  const Clause clauses[] = {{"a", "", "", kAsks, kAlways},
                            {"c", "", "", kAlways, kNever}};
  const ConcreteGuest concrete(guest_);
  const auto step = TakeTrap(concrete);
  const StepCheck check = StepChecker(guest_.host, clauses, {}).Check(step);
  EXPECT_THAT(check.undecided, ElementsAre(&clauses[0]));
  EXPECT_THAT(check.violated, ElementsAre(&clauses[1]));
}

TEST_F(CheckStepTest, WhatIsFoundOutOnceIsUnknownToEveryClauseThatTakesIt) {
  guest_.is_whole = false;
  const Predicate is_in = [](const auto& s) { return InsnAt(s).is_in; };
  const Predicate is_mapped = [](const auto& s) {
    return PlaceOf(s, s.before.eip - 0x10000).mapped;
  };
  const Clause clauses[] = {{"a", "", "", is_in, kAlways},
                            {"b", "", "", is_in, kAlways},
                            {"c", "", "", is_mapped, kAlways},
                            {"d", "", "", is_mapped, kAlways},
                            {"e", "", "", kNever, kAlways}};
  const ConcreteGuest concrete(guest_);
  const auto step = TakeTrap(concrete);
  const StepCheck check = StepChecker(guest_.host, clauses, {}).Check(step);
  EXPECT_THAT(check.undecided,
              ElementsAre(&clauses[0], &clauses[1], &clauses[2], &clauses[3]));
}

}  // namespace
}  // namespace trapline::properties
