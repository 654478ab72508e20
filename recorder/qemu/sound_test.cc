// SPDX-License-Identifier: Apache-2.0

// The recorder on a real kernel, with a stand-in for lg: what was recorded is
// compared with the script that was played, event by event.

#include <algorithm>
#include <cerrno>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "recorder/convert/convert.h"
#include "recorder/qemu/expected.h"
#include "recorder/qemu/played_cases.h"

namespace trapline::qemu {
namespace {

using ::testing::Each;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class SoundTest : public PlayedCases {
 protected:
  static void SetUpTestSuite() { Play("sound"); }
};

TEST_F(SoundTest, AGuestIsRecordedFromStartToEndAsItWas) {
  EXPECT_EQ(File("plain.ends"), "launcher 0\ndrain 0\n");
  EXPECT_THAT(File("plain.out"), HasSubstr(" are here, 0 are not\n"));
  const convert::ConvertCounts counts = Convert({"plain"});
  EXPECT_EQ(counts.traps, 3000u);
  EXPECT_EQ(counts.lost, 0u);
  EXPECT_EQ(Compare(Converted(), Expected(Order(3000))), 0u);
  EXPECT_EQ(Verdict(), kVerified) << Replay();
}

TEST_F(SoundTest, AGuestThatDiesInsideTheHandlerIsRecordedToItsDeath) {
  EXPECT_EQ(File("dies.ends"), "launcher 2\ndrain 0\n");
  EXPECT_EQ(Convert({"dies"}).lost, 0u);
  EXPECT_EQ(Compare(Converted(), Expected(Order(100, SCRIPT_DIES, 50))), 0u);
  EXPECT_EQ(Verdict(), kVerified) << Replay();
}

TEST_F(SoundTest, ATrapWhoseReturnNeverComesIsRecordedAsOne) {
  EXPECT_THAT(File("vanishes.ends"), HasSubstr("drain 0\n"));
  EXPECT_EQ(Convert({"vanishes"}).lost, 0u);
  EXPECT_EQ(Compare(Converted(), Expected(Order(100, SCRIPT_VANISHES, 60))),
            0u);
}

TEST_F(SoundTest, TwoGuestsThatWanderOverTwoCpusAreRecordedWhole) {
  EXPECT_EQ(File("two.ends"), "launcher 0\nlauncher 0\ndrain 0\n");
  const convert::ConvertCounts counts = Convert({"two"});
  EXPECT_EQ(counts.traps, 6000u);
  EXPECT_EQ(counts.lost, 0u);
  const std::vector<Line> recorded = Converted();
  const std::vector<Line> expected = Expected(Order(3000));
  for (const uint32_t guest : {1, 2}) {
    EXPECT_EQ(Compare(OfGuest(guest, recorded), expected), 0u);
  }
  EXPECT_EQ(recorded.size(), 2 * expected.size());
  for (const int cpu : {0, 1}) {
    const auto raw = convert::CheckRaw(RawFile("two", cpu));
    ASSERT_EQ(raw.status(), absl::OkStatus());
    EXPECT_GT(raw->traps, 1000u);
  }
  EXPECT_EQ(Verdict(), kVerified) << Replay();
}

// Their text begins with what they are of.
std::vector<Line> Without(const std::vector<std::string>& kinds,
                          const std::vector<Line>& lines) {
  std::vector<Line> left;
  for (const Line& line : lines) {
    const bool out = std::any_of(
        kinds.begin(), kinds.end(), [&line](const std::string& kind) {
          return absl::StrContains(line.text, kind + " {");
        });
    if (!out) left.push_back(line);
  }
  return left;
}

TEST_F(SoundTest, WhatIsToBeLeftOutIsAndNothingElse) {
  const std::vector<std::string> loads = {"idt_entry", "gdt_entry", "tls",
                                          "stack", "run"};
  std::vector<Line> expected = Without(loads, Expected(Order(300)));
  EXPECT_LT(expected.size() + 300, Expected(Order(300)).size());
  EXPECT_EQ(Convert({"skips"}).lost, 0u);
  EXPECT_EQ(Compare(Converted(), expected), 0u);

  expected = Without({"hypercall", "interrupt"}, expected);
  EXPECT_EQ(expected.size(), 303u);  // start, init, death
  EXPECT_EQ(Convert({"bare"}).lost, 0u);
  EXPECT_EQ(Compare(Converted(), expected), 0u);
  EXPECT_EQ(Verdict(), kVerified) << Replay();
}

TEST_F(SoundTest, ParametersOutOfRangeAreRefused) {
  const std::vector<std::string> refusals =
      absl::StrSplit(File("refusals"), '\n', absl::SkipEmpty());
  EXPECT_EQ(refusals.size(), 6u);
  EXPECT_THAT(refusals, Each(EndsWith(absl::StrCat(" ", EINVAL))));
}

TEST_F(SoundTest, GuestsKilledAtAnyPointAreRecordedToTheirDeath) {
  const convert::ConvertCounts counts = Convert({"mortal"});
  EXPECT_EQ(counts.lost, 0u);
  const std::vector<Line> recorded = Converted();
  const std::vector<Line> expected =
      Expected(Order(static_cast<uint32_t>(counts.traps)));
  std::set<size_t> lengths;
  for (uint32_t guest = 1; guest <= 20; ++guest) {
    std::vector<Line> its = OfGuest(guest, recorded);
    if (its.empty()) continue;  // killed before it began
    EXPECT_EQ(its.back().text, expected.back().text);
    its.pop_back();
    EXPECT_GT(Compare(its, expected), 0u);
    lengths.insert(its.size());
  }
  EXPECT_GE(lengths.size(), 10u);
  EXPECT_THAT(File("mortal.ends"), EndsWith("launcher -9\ndrain 0\n"));
  EXPECT_EQ(Verdict(), kVerified) << Replay();
}

}  // namespace
}  // namespace trapline::qemu
