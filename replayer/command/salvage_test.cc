// SPDX-License-Identifier: Apache-2.0

// The verbs `recover` and `slice`.

#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class Salvage : public ::testing::Test {
 protected:
  Finished Recover(const std::string& bad) {
    return Trapline({"recover", bad, "-o", out_});
  }
  Finished Slice(const std::string& trace, const std::string& range) {
    return Trapline({"slice", trace, "--range", range, "-o", out_});
  }
  void ExpectNoOutput() const {
    EXPECT_FALSE(std::filesystem::exists(out_));
    EXPECT_FALSE(std::filesystem::exists(out_ + ".part"));
    EXPECT_FALSE(std::filesystem::exists(out_ + ".recover.part"));
  }

  const std::string folder_ = NewFolder();
  const std::string out_ = folder_ + "/out.trace";
};

TEST_F(Salvage, OfADamagedTraceVerifiesWithGaps) {
  const std::string damaged = DamagedTrace(folder_);
  EXPECT_THAT(Trapline({"replay", damaged}), Exits(65));
  const Finished recovered = Recover(damaged);
  ASSERT_THAT(recovered, Exits(0));
  EXPECT_THAT(
      recovered.out,
      ContainsRegex("^Bytes [0-9]+ to [0-9]+ are damaged: [0-9]+ records are "
                    "missing, numbers [0-9]+ to [0-9]+\\.\n"));
  EXPECT_THAT(recovered.out,
              ContainsRegex("out.trace: 12 blocks, 180 traps, [0-9]+ events "
                            "recovered; [0-9]+ records missing\n$"));
  EXPECT_THAT(Trapline({"check", out_}), Exits(0));
  EXPECT_THAT(Trapline({"replay", out_}), Exits(3));
  EXPECT_THAT(Trapline({"replay", out_, "--allow-gaps"}), Exits(0));
}

TEST_F(Salvage, OfACutTraceVerifiesWithGaps) {
  const std::string cut = CutTrace(folder_);
  EXPECT_THAT(Trapline({"replay", cut}), Exits(65));
  const Finished recovered = Recover(cut);
  ASSERT_THAT(recovered, Exits(0));
  EXPECT_THAT(recovered.out, HasSubstr("how many records are missing is not "
                                       "known, so one is counted.\n"));
  EXPECT_THAT(recovered.out,
              EndsWith("events recovered; at least 1 record missing\n"));
  const Finished replay = Trapline({"replay", out_});
  EXPECT_THAT(replay, Exits(3));
  EXPECT_THAT(replay.out, HasSubstr("1 record lost before trap 34265\n"));
  EXPECT_THAT(Trapline({"replay", out_, "--allow-gaps"}), Exits(0));
}

TEST_F(Salvage, OfASoundTraceIsACopy) {
  const Finished recovered = Recover(Good("v3.12-kill1"));
  ASSERT_THAT(recovered, Exits(0));
  EXPECT_THAT(recovered.out, HasSubstr("Nothing is damaged or missing.\n"));
  EXPECT_EQ(trace::ReadBytes(out_), trace::ReadBytes(Good("v3.12-kill1")));
}

TEST_F(Salvage, OfWhatHasNoIntactBlockLeavesNothing) {
  EXPECT_THAT(Recover(Bad("cut-in-header")), IsBadData("not one block is"));
  EXPECT_THAT(Recover(Bad("text")), IsBadData("not one block is intact"));
  EXPECT_THAT(Recover(Bad("version-3")), IsBadData("use a newer trapline"));
  ExpectNoOutput();
}

TEST_F(Salvage, OfEveryBadTraceIsSoundOrRefused) {
  int recovered = 0;
  for (const auto& entry : std::filesystem::directory_iterator("traces/bad")) {
    if (entry.path().extension() != ".trace") continue;
    SCOPED_TRACE(entry.path());
    const Finished finished = Recover(entry.path().string());
    EXPECT_TRUE(finished.status == 0 || finished.status == 65);
    if (finished.status != 0) {
      ExpectNoOutput();
      continue;
    }
    ++recovered;
    EXPECT_THAT(Trapline({"check", out_}), Exits(0));
    std::filesystem::remove(out_);
  }
  EXPECT_GT(recovered, 10);
}

TEST_F(Salvage, SliceKeepsTheTrapsOfTheRangeAndTheEventsBeforeThem) {
  const std::string blocks = TraceOfManyBlocks(folder_);
  const Finished slice = Slice(blocks, "34230:34270");
  ASSERT_THAT(slice, Exits(0));
  EXPECT_EQ(slice.err, out_ + ": 40 traps\n");
  EXPECT_EQ(slice.out, "");
  EXPECT_THAT(Trapline({"replay", out_}), Exits(0));
  const Finished diff = Trapline({"diff", "--times", blocks, out_});
  EXPECT_EQ(diff.out,
            "40 traps in both, 0 of them differ; 156 only in the first, 0 only "
            "in the second\n");
  const auto lines = [](const std::string& path) {
    return Trapline({"export", path, "--range", "34230:34270"}).out;
  };
  EXPECT_EQ(lines(out_), lines(blocks));
}

TEST_F(Salvage, SliceOfEverythingHasEverything) {
  ASSERT_THAT(Slice(Good("v3.12-kill1"), ":"), Exits(0));
  EXPECT_EQ(trace::ReadBytes(out_), trace::ReadBytes(Good("v3.12-kill1")));
}

// Or a part of what verifies with gaps would verify without.
TEST_F(Salvage, SliceKeepsALossInsideTheRange) {
  const std::string gap = TraceWithGap(folder_);
  ASSERT_THAT(Slice(gap, "34260:34290"), Exits(0));
  const Finished replay = Trapline({"replay", out_});
  ASSERT_THAT(replay, Exits(3));
  EXPECT_THAT(replay.out, HasSubstr("VERIFIED-WITH-GAPS: 14 traps"));
  for (const std::string range : {":34265", "34281:"}) {
    ASSERT_THAT(Slice(gap, range), Exits(0));
    EXPECT_THAT(Trapline({"replay", out_}), Exits(0)) << range;
  }
}

TEST_F(Salvage, SliceAndDumpLeaveOutALossBeyondTheRange) {
  const std::string damaged = DamagedTrace(folder_);
  std::string bytes = trace::ReadBytes(damaged);
  bytes[bytes.size() * 3 / 4] ^= 1;
  trace::WriteBytes(damaged, bytes);
  const std::string gaps = folder_ + "/gaps.trace";
  ASSERT_THAT(Trapline({"recover", damaged, "-o", gaps}), Exits(0));
  const auto losses = [](const std::string& trace, const std::string& range) {
    const Finished dump = Trapline({"dump", trace, "--range", range});
    EXPECT_THAT(dump, Exits(0));
    int count = 0;
    for (absl::string_view line : absl::StrSplit(dump.out, '\n')) {
      count += absl::StartsWith(line, "lost ");
    }
    return count;
  };
  EXPECT_EQ(losses(gaps, ":"), 2);
  EXPECT_EQ(losses(gaps, ":34270"), 1);
  ASSERT_THAT(Slice(gaps, ":34270"), Exits(0));
  EXPECT_EQ(losses(out_, ":"), 1);
}

TEST_F(Salvage, SliceOfNothingIsRefusedAndLeavesNothing) {
  EXPECT_THAT(Slice(Good("v2.6.24-tiny"), "46:"),
              IsWrongUse("holds no trap of the range"));
  ExpectNoOutput();
}

TEST_F(Salvage, SliceOfADamagedTraceIsRefusedAndLeavesNothing) {
  EXPECT_THAT(Slice(Bad("block-damaged"), ":"),
              IsBadData("damaged at offset 1162"));
  EXPECT_THAT(Slice(Bad("column-runs-out"), ":"),
              IsBadData(Bad("column-runs-out") + ": block 0 at offset 142"));
  ExpectNoOutput();
}

}  // namespace
}  // namespace trapline::command
