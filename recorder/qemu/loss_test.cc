// SPDX-License-Identifier: Apache-2.0

// The recorder on a real kernel, where records are lost: each loss is located
// and counted to the record, and the rest is the script that was played.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "recorder/convert/convert.h"
#include "recorder/qemu/expected.h"
#include "recorder/qemu/played_cases.h"

namespace trapline::qemu {
namespace {

using ::testing::_;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class LossTest : public PlayedCases {
 protected:
  static void SetUpTestSuite() { Play("losses"); }
};

// What the drain says the module lost for want of room.
uint64_t LostForWantOfRoom(const std::string& out) {
  const std::string before = "the module lost ";
  uint64_t lost = 0;
  const size_t at = out.find(before);
  EXPECT_NE(at, std::string::npos) << out;
  const std::string number = out.substr(at + before.size());
  EXPECT_TRUE(absl::SimpleAtoi(number.substr(0, number.find(' ')), &lost));
  return lost;
}

// What the status file says, by name, in its order.
using Status = std::vector<std::pair<std::string, uint64_t>>;

Status StatusOf(const std::string& text) {
  Status status;
  for (const auto line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> words =
        absl::StrSplit(line, absl::MaxSplits(' ', 1));
    uint64_t count = 0;
    EXPECT_TRUE(absl::SimpleAtoi(words.second, &count)) << line;
    status.emplace_back(words.first, count);
  }
  return status;
}

TEST_F(LossTest, ARecordTooLargeIsLostAloneAndInItsPlace) {
  EXPECT_EQ(File("large.ends"), "launcher 0\ndrain 3\n");
  const convert::ConvertCounts counts = Convert({"large"});
  EXPECT_EQ(counts.lost, 1u);
  EXPECT_EQ(counts.traps, 99u);
  EXPECT_EQ(Compare(Converted(), Expected(Order(100))), 0u);
  EXPECT_EQ(Verdict(), kVerifiedWithGaps) << Replay();
}

TEST_F(LossTest, TheStatusTellsLossesFirstAndRootAlone) {
  const convert::ConvertCounts counts = Convert({"overflow"});
  const Status status = StatusOf(File("overflow.status"));
  EXPECT_THAT(status,
              ElementsAre(Pair("lost_no_room", counts.lost),
                          Pair("lost_missed", 0), Pair("lost_too_large", 0),
                          Pair("lost_no_slot", 0), Pair("lost_unreadable", 0),
                          Pair("not_returned", 0), Pair("traps", counts.traps),
                          Pair("events", counts.records - counts.traps),
                          Pair("bytes", _), Pair("guests", 1),
                          Pair("next_seq", counts.records + counts.lost + 1)));
  const std::vector<std::string> files =
      absl::StrSplit(File("overflow.files"), '\n', absl::SkipEmpty());
  EXPECT_THAT(files,
              UnorderedElementsAre("header 400 0", "totals 400 0",
                                   "status 400 0", "cpu0 400 0", "cpu1 400 0"));
}

TEST_F(LossTest, GuestsWithoutAPlaceAreLostAndCounted) {
  EXPECT_EQ(File("crowd.ends"), "launcher 0\nlauncher 0\ndrain 3\n");
  const convert::ConvertCounts counts = Convert({"crowd"});
  EXPECT_GT(counts.lost, 0u);
  EXPECT_THAT(StatusOf(File("crowd.status")),
              Contains(Pair("lost_no_slot", counts.lost)));
  EXPECT_EQ(Verdict(), kVerifiedWithGaps) << Replay();
}

TEST_F(LossTest, AnOverflowIsCountedToTheRecord) {
  EXPECT_EQ(File("overflow.ends"), "launcher 0\ndrain 3\n");
  const convert::ConvertCounts counts = Convert({"overflow"});
  EXPECT_GT(counts.lost, 100u);
  EXPECT_GT(counts.records, 100u);
  EXPECT_EQ(counts.lost, LostForWantOfRoom(File("overflow.out")));
  EXPECT_EQ(Compare(Converted(), Expected(Order(1100))), 0u);
  EXPECT_EQ(Verdict(), kVerifiedWithGaps) << Replay();
}

TEST_F(LossTest, WhatASlowReaderMissesIsCountedToTheRecord) {
  EXPECT_EQ(File("slow.ends"), "launcher 0\ndrain 3\n");
  const convert::ConvertCounts counts = Convert({"slow"});
  EXPECT_GT(counts.lost, 0u);
  EXPECT_EQ(counts.lost, LostForWantOfRoom(File("slow.out")));
  EXPECT_EQ(Compare(Converted(), Expected(Order(6000))), 0u);
  EXPECT_EQ(Verdict(), kVerifiedWithGaps) << Replay();
}

TEST_F(LossTest, AReaderKilledAndStartedAgainLeavesASoundRecording) {
  EXPECT_THAT(File("killed.ends"), HasSubstr("drain -9\nlauncher 0\ndrain "));
  EXPECT_THAT(convert::CheckRaw(RawFile("killed-1", 0)).status().message(),
              HasSubstr("cut at offset "));
  const convert::ConvertCounts counts =
      Convert({"killed-1", "killed-2"}, /*recover=*/true);
  EXPECT_EQ(counts.account.size(), 2u);
  EXPECT_EQ(Compare(Converted(), Expected(Order(6000))), 0u);
  EXPECT_EQ(Verdict(), counts.lost == 0 ? kVerified : kVerifiedWithGaps)
      << Replay();
}

TEST_F(LossTest, AFullDiskEndsASoundRecordingThatSaysWhatIsMissing) {
  EXPECT_EQ(File("full.ends"), "drain 1\nlauncher 0\n");
  EXPECT_THAT(File("full/disk.out"),
              HasSubstr("ended early: /rec/full/disk: No space left"));
  const convert::ConvertCounts counts = Convert({"full/disk"});
  EXPECT_GT(counts.traps, 100u);
  EXPECT_GT(counts.lost, 0u);
  EXPECT_GT(Compare(Converted(), Expected(Order(6000))), 0u);
  EXPECT_EQ(Verdict(), kVerifiedWithGaps) << Replay();
}

TEST_F(LossTest, UnloadedUnderLoadItLeavesASoundRecording) {
  EXPECT_EQ(File("unload.ends"),
            "drain 0\ndrain 0\nlauncher -9\nlauncher -9\ndrain 0\n");
  const convert::ConvertCounts counts = Convert({"unload"});
  EXPECT_GT(counts.traps, 100u);
  const std::vector<Line> recorded = Converted();
  const std::vector<Line> expected =
      Expected(Order(static_cast<uint32_t>(counts.traps)));
  for (const uint32_t guest : {1, 2}) {
    const std::vector<Line> its = OfGuest(guest, recorded);
    EXPECT_GT(its.size(), 100u);
    EXPECT_GT(Compare(its, expected), 0u);
  }
  EXPECT_EQ(Verdict(), counts.lost == 0 ? kVerified : kVerifiedWithGaps)
      << Replay();
}

TEST_F(LossTest, LoadedUnderLoadItRecordsWholeTrapsFromTheFirstOn) {
  const convert::ConvertCounts counts = Convert({"reload"});
  EXPECT_GT(counts.traps, 100u);
  EXPECT_EQ(Verdict(), counts.lost == 0 ? kVerified : kVerifiedWithGaps)
      << Replay();
}

TEST_F(LossTest, ATrapThatSleepsWhileTheModuleGoesIsLost) {
  const convert::ConvertCounts counts = Convert({"asleep"});
  EXPECT_EQ(counts.traps, 59u);
  EXPECT_EQ(counts.lost, 1u);
  EXPECT_GT(Compare(Converted(), Expected(Order(100))), 0u);
  EXPECT_EQ(Verdict(), kVerifiedWithGaps) << Replay();
}

// Nobody sees the return of their run_guest.
TEST_F(LossTest, GuestsThatRanBeforeItAreRecordedToTheirDeath) {
  const convert::ConvertCounts counts = Convert({"late"});
  EXPECT_GT(counts.traps, 100u);
  EXPECT_EQ(counts.lost, 0u);
  EXPECT_EQ(Verdict(), kVerified) << Replay();
}

}  // namespace
}  // namespace trapline::qemu
