// SPDX-License-Identifier: Apache-2.0

#include "replayer/known_bugs/find_known_bugs.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "properties/clause.h"
#include "replayer/known_bugs/check_known_bugs.h"

namespace trapline::replay {
namespace {

using properties::Deviation;
using properties::Deviations;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// With so few random guests that Z3 has to be asked for some bug.
TEST(FindKnownBugs, FindsAllOfTheLedger) {
  FindOptions options;
  options.most_guests = options.guests;
  std::vector<std::string> told;
  options.tell = [&](const std::string& line) { told.push_back(line); };
  const auto found = FindKnownBugs(Deviations(), options);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(FaultsOf(*found, Deviations()), IsEmpty());
  EXPECT_THAT(told, Contains(Not(HasSubstr(" 0 by Z3"))));
}

TEST(FindKnownBugs, FailsWhereABugIsNowhere) {
  std::vector<Deviation> ledger(Deviations().begin(), Deviations().end());
  ledger.front().when = [](const auto&) { return false; };
  FindOptions options;
  options.most_guests = 20'000;
  EXPECT_THAT(std::string(FindKnownBugs(ledger, options).status().message()),
              HasSubstr("shows " + std::string(ledger.front().id)));
}

}  // namespace
}  // namespace trapline::replay
