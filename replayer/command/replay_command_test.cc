// SPDX-License-Identifier: Apache-2.0

// The verb `replay` as people use it.

#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "properties/clause.h"
#include "proto/testing_files.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// 21 of its 161 traps diverge: 486, 489, ... 546.
const char kPrefixLength[] = "2.6.32.69-prefix-len";

int Count(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) {
    ++count;
  }
  return count;
}

// What a report says of a clause that is broken, and of the ledger's entry that
// covers it where there is one.
std::string BreaksText(const std::string& id, const std::string& known = "") {
  const properties::Clause* clause = properties::FindClause(id);
  if (clause == nullptr) return "there is no clause " + id;
  std::string text =
      absl::StrCat("    breaks ", id, ": ", std::string(clause->sentence),
                   "\n      ", std::string(clause->source), "\n");
  for (const properties::Deviation& deviation : properties::Deviations()) {
    if (std::string(deviation.id) != known || deviation.clause != clause->id) {
      continue;
    }
    absl::StrAppend(&text, "      known: ", known, ", ",
                    std::string(deviation.reason), "\n");
  }
  return text;
}

TEST(ReplayVerb, VerifiesAndExitsWith0) {
  const Finished replay = Trapline({"replay", Good("v2.6.24-tiny")});
  ASSERT_THAT(replay, Exits(0));
  EXPECT_EQ(replay.out, Good("v2.6.24-tiny") +
                            ": VERIFIED, 46 traps, kernel 2.6.24, flavor F2\n"
                            "VERIFIED: 46 traps in 1 trace\n");
  EXPECT_EQ(replay.err, "");
}

TEST(ReplayVerb, TellsOfEachOfSeveralTracesInOrder) {
  const Finished replay =
      Trapline({"replay", Good("v3.12-kill4"), Good("v2.6.24-tiny")});
  ASSERT_THAT(replay, Exits(0));
  EXPECT_THAT(replay.out, StartsWith(Good("v3.12-kill4") + ": VERIFIED, 198"));
  EXPECT_THAT(replay.out,
              HasSubstr("\n" + Good("v2.6.24-tiny") + ": VERIFIED, 46"));
  EXPECT_THAT(replay.out, EndsWith("\nVERIFIED: 244 traps in 2 traces\n"));
}

TEST(ReplayVerb, TakesAFolderForTheTracesBelowIt) {
  const std::string folder = NewFolder();
  std::filesystem::create_directories(folder + "/b/c");
  const auto copy = [&](const std::string& from, const std::string& to) {
    trace::WriteBytes(folder + "/" + to, trace::ReadBytes(from));
  };
  copy(Good("v2.6.24-tiny"), "z.trace");
  copy(Good("v3.12-kill1"), "b/c/a.trace");
  copy(Good("v3.12-kill4"), "b/b.trace");
  copy(Bad("text"), "notes.txt");
  const Finished replay = Trapline({"replay", folder});
  ASSERT_THAT(replay, Exits(0));
  const size_t b = replay.out.find(folder + "/b/b.trace: VERIFIED");
  const size_t a = replay.out.find(folder + "/b/c/a.trace: VERIFIED");
  const size_t z = replay.out.find(folder + "/z.trace: VERIFIED");
  EXPECT_LT(b, a);
  EXPECT_LT(a, z);
  EXPECT_LT(z, replay.out.size());
  EXPECT_THAT(replay.out, EndsWith("\nVERIFIED: 440 traps in 3 traces\n"));
}

TEST(ReplayVerb, TellsOfADivergenceAllThereIsAndExitsWith1) {
  const Finished replay =
      Trapline({"replay", Historic(kPrefixLength), "--most", "1"});
  ASSERT_THAT(replay, Exits(1));
  EXPECT_EQ(
      replay.out,
      Historic(kPrefixLength) +
          ": DIVERGED, 161 traps, kernel 2.6.32.69, flavor F6\n"
          "  trap 486 differs from the model at post.eip\n"
          "    record 100, in the block at byte 717; kernel 2.6.32.69, flavor "
          "F6\n"
          "    trapnum 13 (general protection), errcode 0\n"
          "    0061:c02011d2  66ed  in ax, dx\n"
          "             | before   | recorded | model\n"
          "    post.eip | c02011d2 | c02011d3 | c02011d4\n" +
          BreaksText("decode.length") + BreaksText("in.word", "E3") +
          "    reproduce: tools/trapline replay " + Historic(kPrefixLength) +
          " --range 486:487\n"
          "  20 more traps diverge; all 21 by what is told first:\n"
          "    post.eip 21\n"
          "DIVERGED: 161 traps in 1 trace, 21 diverged\n");
}

TEST(ReplayVerb, IsReproducedByTheCommandThatItPrints) {
  const Finished replay = Trapline(
      {"replay", Good("v2.6.24-tiny"), "--flavor", "F8", "--most", "1"});
  ASSERT_THAT(replay, Exits(1));
  const std::string mark = "    reproduce: tools/trapline ";
  const size_t at = replay.out.find(mark) + mark.size();
  const std::string line =
      replay.out.substr(at, replay.out.find('\n', at) - at);
  EXPECT_THAT(line, EndsWith(" --flavor F8"));
  const Finished again = Shell("$TRAPLINE " + line);
  ASSERT_THAT(again, Exits(1));
  EXPECT_THAT(again.out, HasSubstr("DIVERGED: 1 trap in 1 trace, 1 diverged"));
}

TEST(ReplayVerb, StopsAtTheFirstDivergence) {
  const Finished replay =
      Trapline({"replay", "--stop-first", Historic(kPrefixLength),
                Good("v2.6.24-tiny")});
  ASSERT_THAT(replay, Exits(1));
  EXPECT_EQ(Count(replay.out, "differs from the model"), 1);
  EXPECT_THAT(replay.out,
              EndsWith("\nDIVERGED: 101 traps in 1 trace, 1 diverged\n"));
}

TEST(ReplayVerb, TellsAtMostTwentyDivergencesUnlessToldOtherwise) {
  const auto told = [](const std::vector<std::string>& options) {
    std::vector<std::string> arguments = {"replay", Historic(kPrefixLength)};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Finished replay = Trapline(arguments);
    EXPECT_THAT(replay, Exits(1));
    return Count(replay.out, "differs from the model");
  };
  EXPECT_EQ(told({}), 20);
  EXPECT_EQ(told({"--most", "0"}), 0);
  EXPECT_EQ(told({"--most=21"}), 21);
  EXPECT_EQ(told({"--most=1000"}), 21);
}

TEST(ReplayVerb, ReplaysOnlyTheTrapsOfTheRange) {
  const auto replay = [](const std::string& range) {
    return Trapline({"replay", "--range", range, Historic(kPrefixLength)});
  };
  EXPECT_THAT(replay(":486"), Exits(0));
  EXPECT_THAT(replay("486:487"), Exits(1));
  EXPECT_THAT(replay("487:489"), Exits(0));
  EXPECT_THAT(replay("546:"), Exits(1));
  EXPECT_THAT(replay("547:"),
              AllOf(Exits(65), Field(&Finished::out,
                                     HasSubstr("holds no trap of the range"))));
}

TEST(ReplayVerb, FindsTheSameWithAnyNumberOfThreads) {
  const std::string blocks = TraceOfManyBlocks(NewFolder());
  const auto replay = [&](const std::string& jobs) {
    return Trapline({"replay", "--jobs", jobs, "traces/historic", blocks,
                     "--flavor", "F9"});
  };
  const Finished one = replay("1");
  ASSERT_THAT(one, Exits(1));
  for (const std::string jobs : {"2", "7", "100"}) {
    const Finished many = replay(jobs);
    EXPECT_THAT(many, Exits(1));
    EXPECT_EQ(many.out, one.out);
  }
}

TEST(ReplayVerb, IsVerifiedWithGapsAndExitsWith3WhereRecordsWereLost) {
  const std::string gap = TraceWithGap(NewFolder());
  const Finished replay = Trapline({"replay", gap});
  ASSERT_THAT(replay, Exits(3));
  EXPECT_THAT(replay.out,
              StartsWith(gap + ": VERIFIED-WITH-GAPS, 180 traps, kernel "));
  EXPECT_THAT(replay.out, HasSubstr(" records lost before trap 34265\n"));
  EXPECT_THAT(replay.out,
              HasSubstr("\nVERIFIED-WITH-GAPS: 180 traps in 1 trace, "));
  const Finished allowed = Trapline({"replay", gap, "--allow-gaps"});
  EXPECT_THAT(allowed, Exits(0));
  EXPECT_EQ(allowed.out, replay.out);
}

TEST(ReplayVerb, DoesNotAllowMoreThanGaps) {
  EXPECT_THAT(
      Trapline({"replay", "--allow-gaps", Historic("3.12.9-flags-nt-kept")}),
      Exits(1));
  EXPECT_THAT(Trapline({"replay", "--allow-gaps", Bad("cut-before-end")}),
              Exits(65));
}

TEST(ReplayVerb, SaysOfBadDataWhyAndExitsWith65) {
  const Finished replay = Trapline({"replay", Bad("block-damaged")});
  ASSERT_THAT(replay, Exits(65));
  EXPECT_EQ(replay.out,
            Bad("block-damaged") + ": BAD-DATA\n  " + Bad("block-damaged") +
                ": damaged at offset 1162: the checksum of a frame does not "
                "match; `trapline recover` takes out what is intact\n"
                "BAD-DATA: 4 traps in 1 trace\n");
}

TEST(ReplayVerb, GivesTheHeaviestVerdictOfAll) {
  const std::string gap = TraceWithGap(NewFolder());
  const std::string good = Good("v2.6.24-tiny");
  const std::string diverging = Historic("3.12.9-flags-nt-kept");
  EXPECT_THAT(Trapline({"replay", good, gap}), Exits(3));
  EXPECT_THAT(Trapline({"replay", diverging, gap, good}), Exits(1));
  EXPECT_THAT(Trapline({"replay", gap, Bad("empty"), diverging}), Exits(65));
}

TEST(ReplayVerb, ReplaysAgainstTheFlavorNamed) {
  const Finished same =
      Trapline({"replay", Good("v2.6.24-tiny"), "--flavor", "F3"});
  ASSERT_THAT(same, Exits(0));
  EXPECT_THAT(same.out, HasSubstr("kernel 2.6.24, flavor F3\n"));
  EXPECT_THAT(Trapline({"replay", Good("v2.6.24-tiny"), "--flavor", "F8"}),
              Exits(1));
  EXPECT_THAT(Trapline({"replay", Bad("flavor-not-modelled")}), Exits(65));
  EXPECT_THAT(
      Trapline({"replay", Bad("flavor-not-modelled"), "--flavor", "F10"}),
      Exits(0));
}

TEST(ReplayVerb, ChecksClausesOnEveryTrapWhereAsked) {
  const Finished replay =
      Trapline({"replay", "--clauses", Good("v3.12-kill1")});
  ASSERT_THAT(replay, Exits(0));
  EXPECT_THAT(replay.out,
              StartsWith(Good("v3.12-kill1") +
                         ": VERIFIED, 196 traps, kernel 3.12.9, flavor F10\n"
                         "traps that exercised a clause, "));
  EXPECT_THAT(replay.out, ContainsRegex("\n  dispatch.hypercall +94\n"));
  EXPECT_THAT(replay.out, HasSubstr("\nexercised by no trap:\n    "));
  EXPECT_THAT(replay.out, EndsWith("\nVERIFIED: 196 traps in 1 trace\n"));
  const Finished without = Trapline({"replay", Good("v3.12-kill1")});
  EXPECT_THAT(without.out, Not(HasSubstr("clause")));
}

TEST(ReplayVerb, CountsTheTrapsThatBreakAClause) {
  const Finished replay =
      Trapline({"replay", "--clauses", "--jobs", "2", Historic(kPrefixLength)});
  ASSERT_THAT(replay, Exits(1));
  EXPECT_THAT(replay.out,
              ContainsRegex("\n  decode.length +[0-9]+  broken by 21"));
}

TEST(ReplayVerb, SucceedsWhereItFindsWhatIsExpected) {
  const auto replay = [](const std::string& trace, const std::string& expect) {
    return Trapline({"replay", trace, "--expect", expect});
  };
  const std::string trace = Historic(kPrefixLength);
  const std::string expect = NewFolder() + "/prefix.expect";
  std::string text =
      "# Each of them, though a report has the first 20.\nDIVERGED\n";
  for (int trap = 486; trap <= 546; trap += 3) {
    absl::StrAppend(&text, trap, " post.eip\n");
  }
  trace::WriteBytes(expect, text);
  const Finished expected = replay(trace, expect);
  EXPECT_THAT(expected, Exits(0));
  EXPECT_EQ(expected.out, "as expected\n");
  EXPECT_THAT(replay(Good("v2.6.24-tiny"), expect),
              AllOf(Exits(1), Field(&Finished::out,
                                    "expected DIVERGED, found VERIFIED\n")));
}

}  // namespace
}  // namespace trapline::command
