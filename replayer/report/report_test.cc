// SPDX-License-Identifier: Apache-2.0

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "properties/clause.h"
#include "replayer/report/clauses.h"
#include "replayer/report/machine.h"
#include "replayer/report/text.h"

namespace trapline::replay {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

FileResult Verified(const std::string& path = "good.trace") {
  FileResult file;
  file.path = path;
  file.header.set_kernel("2.6.24");
  file.header.set_flavor("F2");
  file.flavor = "F2";
  file.blocks = 2;
  file.traps = 9000;
  file.events = 12;
  return file;
}

FileResult WithGaps() {
  FileResult file = Verified("gaps.trace");
  file.lost = 8;
  file.gaps = {{100, 1}, {200, 2}};  // and 5 at an unknown place
  return file;
}

FileResult Diverged() {
  FileResult file = Verified("diverged.trace");
  Divergence divergence;
  divergence.trap = 41;
  divergence.seq = 57;
  divergence.block_offset = 1234;
  divergence.trapnum = 13;
  divergence.cs = 0xFFFF0061;
  divergence.eip = 0xC0101234;
  divergence.insn = "\xE4\x80\x90\xC3";
  divergence.differences = {{"post.eax", "00000000", "0000ffff", "000000ff"},
                            {"post.eip", "c0101234", "c0101235", "c0101236"}};
  file.divergences = {divergence};
  file.by_field = {{"post.eax", 1}};
  file.diverged = 1;
  return file;
}

FileResult Bad() {
  FileResult file;
  file.path = "bad.trace";
  file.status = absl::DataLossError("bad.trace: cut at offset 7");
  return file;
}

constexpr const char* kDivergence =
    "  trap 41 differs from the model at post.eax\n"
    "    record 57, in the block at byte 1234; kernel 2.6.24, flavor F2\n"
    "    trapnum 13 (general protection), errcode 0\n"
    "    0061:c0101234  e480  in al, 0x80\n"
    "             | before   | recorded | model\n"
    "    post.eax | 00000000 | 0000ffff | 000000ff\n"
    "    post.eip | c0101234 | c0101235 | c0101236\n"
    "    breaks no clause, as far as was recorded\n"
    "    reproduce: tools/trapline replay diverged.trace --range 41:42\n";

TEST(ReportText, TellsADivergenceSoThatNobodyHasToAskAgain) {
  const FileResult file = Diverged();
  EXPECT_EQ(DivergenceText(file, file.divergences[0]), kDivergence);
}

TEST(ReportText, ReproducesADivergenceAgainstTheFlavorThatWasAskedFor) {
  FileResult file = Diverged();
  file.flavor = "F8";
  EXPECT_THAT(DivergenceText(file, file.divergences[0]),
              EndsWith("--range 41:42 --flavor F8\n"));
}

TEST(ReportText, ShowsBytesThatAreNoInstruction) {
  FileResult file = Diverged();
  file.divergences[0].insn = std::string("\xFF\xFF\0\1\2\3\4\5\6\7", 10);
  EXPECT_THAT(DivergenceText(file, file.divergences[0]),
              HasSubstr("0061:c0101234  ffff000102030405  (bad)\n"));
  file.divergences[0].insn = "";
  EXPECT_THAT(DivergenceText(file, file.divergences[0]),
              HasSubstr("(not mapped)\n"));
}

TEST(ReportText, HasALineForEachTraceAndOneForAll) {
  EXPECT_EQ(ReportText({Verified(), WithGaps(), Diverged(), Bad()}),
            absl::StrCat("good.trace: VERIFIED, 9000 traps, kernel 2.6.24, "
                         "flavor F2\n"
                         "gaps.trace: VERIFIED-WITH-GAPS, 9000 traps, kernel "
                         "2.6.24, flavor F2\n"
                         "  8 records lost\n"
                         "  1 record lost before trap 100\n"
                         "  2 records lost before trap 200\n"
                         "diverged.trace: DIVERGED, 9000 traps, kernel 2.6.24, "
                         "flavor F2\n",
                         kDivergence,
                         "bad.trace: BAD-DATA\n"
                         "  bad.trace: cut at offset 7\n"
                         "BAD-DATA: 27000 traps in 4 traces, 1 diverged, 8 "
                         "records lost\n"));
}

TEST(ReportText, CountsTheDivergencesThatItDoesNotTell) {
  FileResult file = Diverged();
  file.diverged = 2;
  EXPECT_THAT(ReportText({file}), HasSubstr("  1 more trap diverges; all 2 "));
  file.diverged = 31;
  file.by_field = {{"mem[2].bytes", 10}, {"post.eax", 21}};
  EXPECT_THAT(
      ReportText({file}),
      HasSubstr("  30 more traps diverge; all 31 by what is told first:\n"
                "    mem[2].bytes 10\n"
                "    post.eax 21\n"
                "DIVERGED: 9000 traps in 1 trace, 31 diverged\n"));
}

TEST(ReportText, NamesTheClausesThatADivergenceBreaks) {
  FileResult file = Diverged();
  const properties::Clause& clause = properties::Clauses()[0];
  file.divergences[0].broken = {{&clause, nullptr}};
  const std::string text = DivergenceText(file, file.divergences[0]);
  EXPECT_THAT(text, HasSubstr(absl::StrCat(
                        "    breaks ", std::string(clause.id), ": ",
                        std::string(clause.sentence), "\n      ",
                        std::string(clause.source), "\n    reproduce: ")));
  EXPECT_THAT(text, Not(HasSubstr("breaks no clause")));
}

TEST(ReportText, TellsOfATrapThatOnlyBreaksAClauseHowToSeeIt) {
  FileResult file = Diverged();
  const properties::Clause& clause = properties::Clauses()[0];
  file.divergences[0].differences.clear();
  file.divergences[0].broken = {{&clause, nullptr}};
  const std::string text = DivergenceText(file, file.divergences[0]);
  EXPECT_THAT(text, StartsWith(absl::StrCat(
                        "  trap 41 agrees with the model, but breaks ",
                        std::string(clause.id), "\n")));
  EXPECT_THAT(text, Not(HasSubstr("recorded | model")));
  EXPECT_THAT(text, EndsWith("--range 41:42 --clauses\n"));
}

TEST(ReportText, NamesTheLedgersEntryOfAKnownDeviation) {
  const properties::Clause& clause = properties::Clauses()[0];
  const properties::Deviation deviation = {"X1", clause.id, "F2",
                                           "the kernel forgets",
                                           [](const auto&) { return true; }};
  EXPECT_THAT(BrokenText({&clause, &deviation}),
              EndsWith("\n      known: X1, the kernel forgets\n"));
}

// Three clauses, of which the first and the third have their traps.
ClauseCounts Counts() {
  ClauseCounts counts;
  counts.exercised.resize(properties::Clauses().size());
  counts.exercised[0] = 12;
  counts.exercised[2] = 3456;
  counts.broken = {0, 0, 7};
  counts.untold = 1;
  return counts;
}

std::string Id(size_t index) {
  return std::string(properties::Clauses()[index].id);
}

TEST(ClauseTable, HasEveryClauseEitherExercisedOrNot) {
  const std::string text = ClauseTable(Counts());
  EXPECT_THAT(text, StartsWith(absl::StrCat(
                        "traps that exercised a clause, 2 of ",
                        properties::Clauses().size(), " clauses:\n")));
  EXPECT_THAT(text, ContainsRegex("\n  " + Id(0) + " +12\n"));
  EXPECT_THAT(text, ContainsRegex("\n  " + Id(2) + " +3456  broken by 7\n"));
  EXPECT_THAT(text, HasSubstr("\nexercised by no trap:\n    " + Id(1) + ", "));
  EXPECT_THAT(text, EndsWith("not being told: 1 trap\n"));
  for (size_t i = 0; i < properties::Clauses().size(); ++i) {
    EXPECT_THAT(text, HasSubstr(Id(i)));
  }
  for (const auto line : absl::StrSplit(text, '\n')) {
    EXPECT_LE(line.size(), 80u) << std::string(line);
  }
}

TEST(ClauseTable, CountsTheTrapsThatShowAKnownDeviation) {
  ASSERT_FALSE(properties::Deviations().empty());
  const properties::Deviation& deviation = properties::Deviations()[0];
  ClauseCounts counts = Counts();
  for (size_t i = 0; i < properties::Clauses().size(); ++i) {
    if (Id(i) == std::string(deviation.clause)) counts.exercised[i] = 5;
  }
  counts.shown = {4};
  EXPECT_THAT(ClauseTable(counts),
              ContainsRegex(absl::StrCat("\n  ", std::string(deviation.clause),
                                         " +5.*  ", std::string(deviation.id),
                                         " shown by 4\n")));
}

TEST(ReportText, SumsTheClausesOfAllTraces) {
  FileResult file = Verified();
  file.clauses = Counts();
  EXPECT_THAT(ReportText({file, Verified(), file}),
              ContainsRegex("\n  " + Id(2) +
                            " +6912  broken by 14\n(.*\n)*VERIFIED: 27000 "));
  EXPECT_THAT(ReportText({Verified()}), Not(HasSubstr("exercised")));
}

TEST(ReportText, NamesEveryTrap) {
  EXPECT_EQ(TrapName(0), "divide error");
  EXPECT_EQ(TrapName(14), "page fault");
  EXPECT_EQ(TrapName(15), "exception");
  EXPECT_EQ(TrapName(30), "exception");
  EXPECT_EQ(TrapName(31), "hypercall");
  EXPECT_EQ(TrapName(32), "host interrupt");
  EXPECT_EQ(TrapName(255), "host interrupt");
  EXPECT_EQ(TrapName(256), "fault in the switcher");
  EXPECT_EQ(TrapName(0xFFFFFFFF), "fault in the switcher");
}

TEST(ReportJson, HoldsAllThatWasFound) {
  const std::string text =
      ReportJson({Verified(), WithGaps(), Diverged(), Bad()});
  EXPECT_THAT(text, EndsWith("}\n"));
  const Json json = Json::parse(text);
  EXPECT_EQ(json["verdict"], "BAD-DATA");
  EXPECT_EQ(json["exit_status"], 65);
  EXPECT_EQ(json["traps"], 27000);
  ASSERT_EQ(json["traces"].size(), 4u);
  EXPECT_EQ(json["traces"][0],
            Json::parse(R"({"path": "good.trace", "verdict": "VERIFIED",
                            "kernel": "2.6.24", "flavor": "F2", "blocks": 2,
                            "traps": 9000, "events": 12, "lost": 0,
                            "diverged": 0, "gaps": [], "by_field": {},
                            "divergences": []})"));
  EXPECT_EQ(json["traces"][1]["verdict"], "VERIFIED-WITH-GAPS");
  EXPECT_EQ(json["traces"][1]["gaps"],
            Json::parse(R"([{"before_trap": 100, "records": 1},
                            {"before_trap": 200, "records": 2}])"));
  EXPECT_EQ(json["traces"][2]["verdict"], "DIVERGED");
  EXPECT_EQ(json["traces"][2]["by_field"], Json::parse(R"({"post.eax": 1})"));
  EXPECT_EQ(json["traces"][2]["divergences"], Json::parse(R"([{
      "trap": 41, "record": 57, "block_offset": 1234, "trapnum": 13,
      "errcode": 0, "cs": 4294901857, "eip": 3222278708, "insn": "e48090c3",
      "disassembly": "in al, 0x80", "differences": [
        {"field": "post.eax", "before": "00000000", "recorded": "0000ffff",
         "model": "000000ff"},
        {"field": "post.eip", "before": "c0101234", "recorded": "c0101235",
         "model": "c0101236"}],
      "breaks": []}])"));
  EXPECT_EQ(json["traces"][3]["error"], "bad.trace: cut at offset 7");
}

TEST(ReportJson, HoldsTheClausesOfEachTrace) {
  FileResult file = Verified();
  file.clauses = Counts();
  const Json json = Json::parse(ReportJson({file, Verified()}));
  const Json& clauses = json["traces"][0]["clauses"];
  EXPECT_EQ(clauses["untold"], 1);
  ASSERT_EQ(clauses["clauses"].size(), properties::Clauses().size());
  EXPECT_EQ(clauses["clauses"][2]["clause"], Id(2));
  EXPECT_EQ(clauses["clauses"][2]["exercised"], 3456);
  EXPECT_EQ(clauses["clauses"][2]["broken"], 7);
  EXPECT_EQ(clauses["clauses"][1]["exercised"], 0);
  EXPECT_TRUE(clauses["clauses"][0]["known"].empty());
  EXPECT_FALSE(json["traces"][1].contains("clauses"));
}

TEST(ReportJson, HoldsTheClausesThatADivergenceBreaks) {
  FileResult file = Diverged();
  const properties::Clause& clause = properties::Clauses()[0];
  const properties::Deviation deviation = {"X1", clause.id, "F2", "",
                                           [](const auto&) { return true; }};
  file.divergences[0].broken = {{&clause, nullptr}, {&clause, &deviation}};
  const Json json = Json::parse(ReportJson({file}));
  const Json& breaks = json["traces"][0]["divergences"][0]["breaks"];
  ASSERT_EQ(breaks.size(), 2u);
  EXPECT_EQ(breaks[0]["clause"], Id(0));
  EXPECT_EQ(breaks[0]["sentence"], std::string(clause.sentence));
  EXPECT_EQ(breaks[0]["source"], std::string(clause.source));
  EXPECT_FALSE(breaks[0].contains("known"));
  EXPECT_EQ(breaks[1]["known"], "X1");
}

TEST(ReportJson, GivesTheExitStatusOfEachVerdict) {
  const auto status = [](const FileResult& file) {
    return Json::parse(ReportJson({file}))["exit_status"];
  };
  EXPECT_EQ(status(Verified()), 0);
  EXPECT_EQ(status(Diverged()), 1);
  EXPECT_EQ(status(WithGaps()), 3);
  EXPECT_EQ(status(Bad()), 65);
}

TEST(ReportJunit, HasATestCaseForEachTrace) {
  EXPECT_EQ(ReportJunit({Verified(), WithGaps(), Bad()}, false),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="2">
  <testsuite name="trapline replay" tests="3" failures="2">
    <testcase classname="replay" name="good.trace"/>
    <testcase classname="replay" name="gaps.trace">
      <failure message="VERIFIED-WITH-GAPS">gaps.trace: VERIFIED-WITH-GAPS, 9000 traps, kernel 2.6.24, flavor F2
  8 records lost
  1 record lost before trap 100
  2 records lost before trap 200
VERIFIED-WITH-GAPS: 9000 traps in 1 trace, 8 records lost
</failure>
    </testcase>
    <testcase classname="replay" name="bad.trace">
      <failure message="BAD-DATA">bad.trace: BAD-DATA
  bad.trace: cut at offset 7
BAD-DATA: 0 traps in 1 trace
</failure>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST(ReportJunit, HasTheClausesOfATraceThatPasses) {
  FileResult file = Verified();
  file.clauses = Counts();
  EXPECT_THAT(ReportJunit({file}, false),
              ContainsRegex(
                  "name=\"good.trace\">\n      <system-out>(.*\n)*  " + Id(2) +
                  " +3456(.*\n)*.*</system-out>\n    "
                  "</testcase>\n"));
}

TEST(ReportJunit, PassesGapsThatAreAllowed) {
  const std::string xml =
      ReportJunit({Verified(), WithGaps(), Diverged()}, true);
  EXPECT_THAT(xml, HasSubstr("<testsuites tests=\"3\" failures=\"1\">"));
  EXPECT_THAT(xml, HasSubstr("name=\"gaps.trace\"/>"));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"DIVERGED\">"));
}

// Bytes that neither JSON nor XML may hold as they are.
const char kOddPath[] = "a<b>&\"c'\n\x01\x1B\xC3\xA9.trace";

TEST(ReportJson, OfAnyPathIsJson) {
  FileResult file = Verified(absl::StrCat(kOddPath, "\xFF"));
  file.status = absl::DataLossError(file.path);
  const Json json = Json::parse(ReportJson({file}));
  const std::string path = absl::StrCat(kOddPath, "\uFFFD");
  EXPECT_EQ(json["traces"][0]["path"], path);
  EXPECT_EQ(json["traces"][0]["error"], path);
}

TEST(ReportJunit, OfAnyPathIsXml) {
  FileResult file = Verified(kOddPath);
  file.status = absl::DataLossError(kOddPath);
  const std::string xml = ReportJunit({file}, false);
  EXPECT_THAT(xml, HasSubstr("name=\"a&lt;b&gt;&amp;&quot;c'"));
  EXPECT_THAT(xml, HasSubstr("\xC3\xA9.trace"));
  for (const char byte : xml) {
    EXPECT_TRUE(static_cast<unsigned char>(byte) >= 0x20 || byte == '\n')
        << static_cast<int>(byte);
  }
  // Nothing but markup has a bracket.
  std::string rest = xml;
  for (const char* tag :
       {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "<testsuites tests=\"1\" failures=\"1\">", "</testsuites>",
        "<testsuite name=\"trapline replay\" tests=\"1\" failures=\"1\">",
        "</testsuite>", "</testcase>", "<failure message=\"BAD-DATA\">",
        "</failure>", "<testcase classname=\"replay\" name=\""}) {
    EXPECT_EQ(absl::StrReplaceAll({{tag, ""}}, &rest), 1) << tag;
  }
  EXPECT_FALSE(absl::StrContains(rest, "<")) << rest;
}

// JSON has them; XML gets the bytes as they are, which no XML may hold.
TEST(ReportJunit, OfAPathThatIsNotUtf8HasReplacementCharacters) {
  EXPECT_THAT(ReportJunit({Verified("\xFF.trace")}, false),
              HasSubstr("name=\"\uFFFD.trace\""));
}

}  // namespace
}  // namespace trapline::replay
