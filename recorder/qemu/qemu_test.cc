// SPDX-License-Identifier: Apache-2.0

// The recorder on a real kernel, with a stand-in for lg: what was recorded is
// compared with the script that was played, event by event.

#include <sys/wait.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "recorder/convert/convert.h"
#include "recorder/qemu/expected.h"
#include "recorder/qemu/virtual_host.h"

namespace trapline::qemu {
namespace {

using ::testing::HasSubstr;

constexpr int kVerified = 0;
constexpr int kVerifiedWithGaps = 3;

script_order Order(uint32_t traps, uint32_t flags = 0, uint32_t at = 0) {
  return {0, traps, flags, at};
}

class QemuTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    files_ = new std::map<std::string, std::string>(Boot("cases"));
  }

  static std::string File(const std::string& name) {
    const auto found = files_->find(name);
    EXPECT_TRUE(found != files_->end()) << name;
    return found == files_->end() ? "" : found->second;
  }

  // Converts what the drains wrote into these folders.
  convert::ConvertCounts Convert(const std::vector<std::string>& folders,
                                 bool recover = false) {
    std::vector<std::string> raw;
    for (const std::string& folder : folders) {
      for (const char* name : {"/cpu0.raw", "/cpu1.raw"}) {
        raw.push_back(trace::TestPath("host-cases/" + folder + name));
      }
    }
    convert::ConvertOptions options;
    options.recover = recover;
    const auto counts = convert::Convert(raw, trace_, options);
    EXPECT_EQ(counts.status(), absl::OkStatus());
    return counts.ok() ? *counts : convert::ConvertCounts();
  }

  // The exit status of a replay.
  int Verdict() {
    const std::string command =
        absl::StrCat("replayer/trapline replay ", trace_, " >", trace_, ".txt");
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string Replay() { return trace::ReadBytes(trace_ + ".txt"); }

  const std::string trace_ = trace::TestPath(
      ::testing::UnitTest::GetInstance()->current_test_info()->name());

  static std::map<std::string, std::string>* files_;
};

std::map<std::string, std::string>* QemuTest::files_ = nullptr;

// Compares, each loss standing for as many as it tells of. How many of
// `expected` are left over.
size_t Compare(const std::vector<Line>& recorded,
               const std::vector<Line>& expected) {
  size_t next = 0;
  for (const Line& line : recorded) {
    if (line.text.empty()) {
      next += line.lost;
      continue;
    }
    if (next >= expected.size()) {
      ADD_FAILURE() << "more than expected: " << line.text;
      return 0;
    }
    EXPECT_EQ(line.text, expected[next].text) << "event " << next;
    if (line.text != expected[next].text) return 0;
    ++next;
  }
  EXPECT_LE(next, expected.size()) << "more lost than there were";
  return expected.size() - next;
}

// Those of one guest; losses are nobody's.
std::vector<Line> OfGuest(uint32_t guest, const std::vector<Line>& lines) {
  std::vector<Line> its;
  for (const Line& line : lines) {
    if (line.guest == guest) its.push_back(line);
  }
  return its;
}

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

TEST_F(QemuTest, AGuestIsRecordedFromStartToEndAsItWas) {
  EXPECT_EQ(File("plain.ends"), "launcher 0\ndrain 0\n");
  EXPECT_THAT(File("plain.out"), HasSubstr(" are here, 0 are not\n"));
  const convert::ConvertCounts counts = Convert({"plain"});
  EXPECT_EQ(counts.traps, 3000u);
  EXPECT_EQ(counts.lost, 0u);
  EXPECT_EQ(Compare(Recorded(trace_), Expected(Order(3000))), 0u);
  EXPECT_EQ(Verdict(), kVerified) << Replay();
}

TEST_F(QemuTest, AGuestThatDiesInsideTheHandlerIsRecordedToItsDeath) {
  EXPECT_EQ(File("dies.ends"), "launcher 2\ndrain 0\n");
  EXPECT_EQ(Convert({"dies"}).lost, 0u);
  EXPECT_EQ(Compare(Recorded(trace_), Expected(Order(100, SCRIPT_DIES, 50))),
            0u);
  EXPECT_EQ(Verdict(), kVerified) << Replay();
}

TEST_F(QemuTest, ATrapWhoseReturnNeverComesIsRecordedAsOne) {
  EXPECT_THAT(File("vanishes.ends"), HasSubstr("drain 0\n"));
  EXPECT_EQ(Convert({"vanishes"}).lost, 0u);
  EXPECT_EQ(
      Compare(Recorded(trace_), Expected(Order(100, SCRIPT_VANISHES, 60))), 0u);
}

TEST_F(QemuTest, ARecordTooLargeIsLostAloneAndInItsPlace) {
  EXPECT_EQ(File("large.ends"), "launcher 0\ndrain 3\n");
  const convert::ConvertCounts counts = Convert({"large"});
  EXPECT_EQ(counts.lost, 1u);
  EXPECT_EQ(counts.traps, 99u);
  EXPECT_EQ(Compare(Recorded(trace_), Expected(Order(100))), 0u);
  EXPECT_EQ(Verdict(), kVerifiedWithGaps) << Replay();
}

TEST_F(QemuTest, TwoGuestsThatWanderOverTwoCpusAreRecordedWhole) {
  EXPECT_EQ(File("two.ends"), "launcher 0\nlauncher 0\ndrain 0\n");
  const convert::ConvertCounts counts = Convert({"two"});
  EXPECT_EQ(counts.traps, 6000u);
  EXPECT_EQ(counts.lost, 0u);
  const std::vector<Line> recorded = Recorded(trace_);
  const std::vector<Line> expected = Expected(Order(3000));
  for (const uint32_t guest : {1, 2}) {
    EXPECT_EQ(Compare(OfGuest(guest, recorded), expected), 0u);
  }
  EXPECT_EQ(recorded.size(), 2 * expected.size());
  for (const char* name : {"two/cpu0.raw", "two/cpu1.raw"}) {
    const auto raw = convert::CheckRaw(trace::TestPath("host-cases/") + name);
    ASSERT_EQ(raw.status(), absl::OkStatus());
    EXPECT_GT(raw->traps, 1000u);
  }
  EXPECT_EQ(Verdict(), kVerified) << Replay();
}

TEST_F(QemuTest, AnOverflowIsCountedToTheRecord) {
  EXPECT_EQ(File("overflow.ends"), "launcher 0\ndrain 3\n");
  const convert::ConvertCounts counts = Convert({"overflow"});
  EXPECT_GT(counts.lost, 100u);
  EXPECT_GT(counts.records, 100u);
  EXPECT_EQ(counts.lost, LostForWantOfRoom(File("overflow.out")));
  EXPECT_EQ(Compare(Recorded(trace_), Expected(Order(1100))), 0u);
  EXPECT_EQ(Verdict(), kVerifiedWithGaps) << Replay();
}

TEST_F(QemuTest, WhatASlowReaderMissesIsCountedToTheRecord) {
  EXPECT_EQ(File("slow.ends"), "launcher 0\ndrain 3\n");
  const convert::ConvertCounts counts = Convert({"slow"});
  EXPECT_GT(counts.lost, 0u);
  EXPECT_EQ(counts.lost, LostForWantOfRoom(File("slow.out")));
  EXPECT_EQ(Compare(Recorded(trace_), Expected(Order(6000))), 0u);
  EXPECT_EQ(Verdict(), kVerifiedWithGaps) << Replay();
}

TEST_F(QemuTest, AReaderKilledAndStartedAgainLeavesASoundRecording) {
  EXPECT_THAT(File("killed.ends"), HasSubstr("drain -9\nlauncher 0\ndrain "));
  EXPECT_THAT(convert::CheckRaw(trace::TestPath("host-cases/killed-1/cpu0.raw"))
                  .status()
                  .message(),
              HasSubstr("cut at offset "));
  const convert::ConvertCounts counts =
      Convert({"killed-1", "killed-2"}, /*recover=*/true);
  EXPECT_EQ(counts.account.size(), 2u);
  EXPECT_EQ(Compare(Recorded(trace_), Expected(Order(6000))), 0u);
  EXPECT_EQ(Verdict(), counts.lost == 0 ? kVerified : kVerifiedWithGaps)
      << Replay();
}

TEST_F(QemuTest, AFullDiskEndsASoundRecordingThatSaysWhatIsMissing) {
  EXPECT_EQ(File("full.ends"), "drain 1\nlauncher 0\n");
  EXPECT_THAT(File("full/disk.out"),
              HasSubstr("ended early: /rec/full/disk: No space left"));
  const convert::ConvertCounts counts = Convert({"full/disk"});
  EXPECT_GT(counts.traps, 100u);
  EXPECT_GT(counts.lost, 0u);
  EXPECT_GT(Compare(Recorded(trace_), Expected(Order(6000))), 0u);
  EXPECT_EQ(Verdict(), kVerifiedWithGaps) << Replay();
}

TEST_F(QemuTest, UnloadedUnderLoadItLeavesASoundRecording) {
  EXPECT_EQ(File("unload.ends"),
            "drain 0\ndrain 0\nlauncher -9\nlauncher -9\n");
  const convert::ConvertCounts counts = Convert({"unload"});
  EXPECT_GT(counts.traps, 100u);
  const std::vector<Line> recorded = Recorded(trace_);
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

TEST_F(QemuTest, LoadedUnderLoadItRecordsWholeTrapsFromTheFirstOn) {
  const convert::ConvertCounts counts = Convert({"reload"});
  EXPECT_GT(counts.traps, 100u);
  EXPECT_EQ(Verdict(), counts.lost == 0 ? kVerified : kVerifiedWithGaps)
      << Replay();
}

}  // namespace
}  // namespace trapline::qemu
