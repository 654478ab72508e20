// SPDX-License-Identifier: Apache-2.0

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "replayer/report/machine.h"
#include "replayer/report/text.h"

namespace trapline::replay {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::EndsWith;
using ::testing::HasSubstr;

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
  EXPECT_THAT(ReportText({file}), HasSubstr("  1 more trap differs; all 2 "));
  file.diverged = 31;
  file.by_field = {{"mem[2].bytes", 10}, {"post.eax", 21}};
  EXPECT_THAT(ReportText({file}),
              HasSubstr("  30 more traps differ; all 31 by their first field:\n"
                        "    mem[2].bytes 10\n"
                        "    post.eax 21\n"
                        "DIVERGED: 9000 traps in 1 trace, 31 diverged\n"));
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
         "model": "c0101236"}]}])"));
  EXPECT_EQ(json["traces"][3]["error"], "bad.trace: cut at offset 7");
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
