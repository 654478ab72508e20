// SPDX-License-Identifier: Apache-2.0

// The traces with the known bugs: each deviation that the ledger lists is shown
// in each flavor that has it, and nothing else is.

#include "replayer/known_bugs/known_bugs.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "properties/engines/show_guest.h"
#include "properties/prove.h"
#include "replayer/known_bugs/check_known_bugs.h"
#include "replayer/known_bugs/testing_known_bugs.h"
#include "replayer/replay.h"
#include "replayer/report/text.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

using properties::Deviation;
using properties::Deviations;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<Deviation> Ledger() {
  return {Deviations().begin(), Deviations().end()};
}

TEST(KnownBugs, OfTheLedgerAreEachShownInEachFlavor) {
  const auto traces = KnownBugsOfTraces();
  EXPECT_THAT(FaultsOf(traces, Deviations()), IsEmpty());
  EXPECT_THAT(traces, Not(IsEmpty()));
}

TEST(KnownBugs, ReplayVerifiedAndBreakNoClauseThatIsNotCovered) {
  ReplayOptions options;
  options.clauses = true;
  const auto files = Replay(KnownBugsPaths(), options);
  EXPECT_EQ(VerdictOf(files), Verdict::kVerified) << ReportText(files);
}

TEST(KnownBugs, AreInTheTraceOfTheirHost) {
  for (const std::string& path : KnownBugsPaths()) {
    const auto known = ReadKnownBugs(path);
    ASSERT_TRUE(known.ok()) << known.status();
    EXPECT_EQ(std::filesystem::path(path).filename(),
              KnownBugsName(known->host));
  }
}

TEST(KnownBugs, AreMissedWhereTheLedgerHasOneMore) {
  auto ledger = Ledger();
  ledger.push_back(ledger.front());
  ledger.back().id = "X1";
  const auto faults = FaultsOf(KnownBugsOfTraces(), ledger);
  EXPECT_THAT(faults, Each(HasSubstr(": no trap shows X1 ")));
  EXPECT_EQ(faults.size(),
            std::count_if(model::kFlavors.begin(), model::kFlavors.end(),
                          [&](const model::Flavor& flavor) {
                            return ledger.front().IsIn({flavor});
                          }));
}

TEST(KnownBugs, AreTooManyWhereTheLedgerHasOneLess) {
  auto ledger = Ledger();
  const std::string id(ledger.back().id);
  ledger.pop_back();
  const auto faults = FaultsOf(KnownBugsOfTraces(), ledger);
  EXPECT_THAT(faults, Contains(HasSubstr("has no deviation " + id)));
  EXPECT_THAT(faults, Contains(HasSubstr(", uncovered")));
}

// As of a clause that was put better, or a bug that was never there.
TEST(KnownBugs, ThatNoLongerShowAreFaults) {
  auto ledger = Ledger();
  ledger.front().when = [](const auto&) { return false; };
  const auto faults = FaultsOf(KnownBugsOfTraces(), ledger);
  EXPECT_THAT(faults, Contains(HasSubstr("does not show")));
  EXPECT_THAT(faults, Contains(HasSubstr(", uncovered")));
}

TEST(KnownBugs, OfAFlavorThatHasThemNoMoreAreFaults) {
  auto ledger = Ledger();
  ledger.front().flavors = "F2";
  EXPECT_THAT(FaultsOf(KnownBugsOfTraces(), ledger),
              Contains(HasSubstr("has no deviation")));
}

// All that a guest has comes back from a trace and its notes.
TEST(KnownBugs, AreReadAsTheyWereWritten) {
  const auto known = KnownBugsOfTraces().front();
  const std::string path = TestPath("again.trace");
  ASSERT_TRUE(WriteKnownBugs(path, known).ok());
  const auto again = ReadKnownBugs(path);
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_EQ(again->bugs.size(), known.bugs.size());
  for (size_t i = 0; i < known.bugs.size(); ++i) {
    EXPECT_EQ(again->bugs[i].id, known.bugs[i].id);
    EXPECT_EQ(again->bugs[i].clause, known.bugs[i].clause);
    EXPECT_EQ(properties::ShowGuest(again->bugs[i].guest),
              properties::ShowGuest(known.bugs[i].guest));
  }
}

TEST(KnownBugs, WithoutANoteAreRefused) {
  EXPECT_EQ(ReadKnownBugs("traces/good/v2.6.24-tiny.trace").status().message(),
            "traces/good/v2.6.24-tiny.trace: trap 0 has no note");
}

}  // namespace
}  // namespace trapline::replay
