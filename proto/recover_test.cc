// SPDX-License-Identifier: Apache-2.0

#include "proto/recover.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/frame.h"
#include "proto/testing_files.h"

namespace trapline::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A trace of 5 blocks, of 4 traps each.
class RecoverTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::vector<Record> records;
    for (int i = 0; i < 20; ++i) {
      Trap trap;
      trap.number = i;
      records.emplace_back(trap);
    }
    WriterOptions options;
    options.traps_per_block = 4;
    ASSERT_EQ(WriteTrace(path_, records, options), absl::OkStatus());
    bytes_ = ReadBytes(path_);
    const auto blocks = ReadBlocks(path_);
    ASSERT_EQ(blocks.status(), absl::OkStatus());
    blocks_ = *blocks;
    ASSERT_EQ(blocks_.size(), 5u);
    std::remove(out_.c_str());
  }

  absl::StatusOr<Recovery> RecoverFrom(absl::string_view bytes) {
    const std::string damaged = TestPath("recover_damaged.trace");
    WriteBytes(damaged, bytes);
    return Recover(damaged, out_);
  }

  const std::string path_ = TestPath("recover.trace");
  const std::string out_ = TestPath("recover_out.trace");
  std::string bytes_;
  std::vector<RawBlock> blocks_;
};

TEST_F(RecoverTest, SaysThatNothingIsDamagedAndCopies) {
  const auto result = Recover(path_, out_);
  ASSERT_EQ(result.status(), absl::OkStatus());
  EXPECT_THAT(result->account, ElementsAre("Nothing is damaged or missing."));
  EXPECT_EQ(result->blocks, 5u);
  EXPECT_EQ(result->traps, 20u);
  EXPECT_EQ(result->lost, 0u);
  EXPECT_FALSE(result->end_missing);
  EXPECT_FALSE(result->header_replaced);
  EXPECT_EQ(ReadBytes(out_), bytes_);
}

TEST_F(RecoverTest, SaysWhichBytesAreDamagedAndWhichRecordsMissing) {
  const uint64_t begin = blocks_[1].offset;
  const uint64_t end = blocks_[2].offset;
  bytes_[begin + 50] ^= 1;
  const auto result = RecoverFrom(bytes_);
  ASSERT_EQ(result.status(), absl::OkStatus());
  EXPECT_THAT(result->account,
              ElementsAre(absl::StrCat(
                  "Bytes ", begin, " to ", end - 1,
                  " are damaged: 4 records are missing, numbers 4 to 7.")));
  EXPECT_EQ(result->blocks, 4u);
  EXPECT_EQ(result->lost, 4u);
  const auto blocks = ReadBlocks(out_);
  ASSERT_EQ(blocks.status(), absl::OkStatus());
  ASSERT_EQ(blocks->size(), 5u);
  EXPECT_EQ((*blocks)[1].block.lost(), 4u);
  EXPECT_EQ((*blocks)[1].block.traps(), 0u);
  EXPECT_EQ((*blocks)[2].block.first_trap(), 8u);
}

TEST_F(RecoverTest, TellsFromTheEndMarkWhatTheLastBlocksHeld) {
  bytes_[blocks_[4].offset + 50] ^= 1;
  const auto result = RecoverFrom(bytes_);
  ASSERT_EQ(result.status(), absl::OkStatus());
  ASSERT_EQ(result->account.size(), 1u);
  EXPECT_THAT(result->account[0], HasSubstr("numbers 16 to 19"));
  EXPECT_EQ(result->lost, 4u);
  EXPECT_FALSE(result->end_missing);
}

TEST_F(RecoverTest, SaysThatTheEndIsMissing) {
  const auto result = RecoverFrom(bytes_.substr(0, blocks_[4].offset));
  ASSERT_EQ(result.status(), absl::OkStatus());
  EXPECT_THAT(result->account,
              ElementsAre(absl::StrCat("At offset ", blocks_[4].offset,
                                       " the file is cut: how many records are "
                                       "missing is not known, so one is "
                                       "counted.")));
  EXPECT_TRUE(result->end_missing);
  EXPECT_EQ(result->blocks, 4u);
  EXPECT_EQ(result->lost, 1u);
  const auto blocks = ReadBlocks(out_);
  ASSERT_EQ(blocks.status(), absl::OkStatus());
  ASSERT_EQ(blocks->size(), 5u);
  EXPECT_EQ(blocks->back().block.lost(), 1u);
}

TEST_F(RecoverTest, TakesADamagedHeaderFromABlock) {
  bytes_[kPrefixSize + kHeadSize + 1] ^= 1;
  const auto result = RecoverFrom(bytes_);
  ASSERT_EQ(result.status(), absl::OkStatus());
  EXPECT_TRUE(result->header_replaced);
  EXPECT_EQ(result->blocks, 5u);
  EXPECT_EQ(result->lost, 0u);
  bytes_[kPrefixSize + kHeadSize + 1] ^= 1;
  EXPECT_EQ(ReadBytes(out_), bytes_);
}

TEST_F(RecoverTest, FindsAFrameWhereverItBegins) {
  // Around 1 MiB, which is how much is searched at a time.
  for (int shift = -6; shift <= 2; ++shift) {
    std::string bytes = bytes_;
    bytes.insert(kPrefixSize, (1 << 20) + shift, 'x');
    const auto result = RecoverFrom(bytes);
    ASSERT_EQ(result.status(), absl::OkStatus());
    EXPECT_FALSE(result->header_replaced) << shift;
    EXPECT_EQ(ReadBytes(out_), bytes_);
  }
}

TEST_F(RecoverTest, LeavesOutABlockThatIsThereTwice) {
  const uint64_t begin = blocks_[1].offset;
  const uint64_t end = blocks_[2].offset;
  bytes_.insert(end, bytes_.substr(begin, end - begin));
  const auto result = RecoverFrom(bytes_);
  ASSERT_EQ(result.status(), absl::OkStatus());
  EXPECT_EQ(result->blocks, 5u);
  ASSERT_EQ(result->account.size(), 1u);
  EXPECT_THAT(result->account[0], HasSubstr("that were there before"));
}

TEST_F(RecoverTest, LeavesOutABlockWhoseColumnsAreOfNoUse) {
  // The checksum made to match, as by a recorder gone wrong.
  const uint64_t begin = blocks_[1].offset;
  const uint64_t end = blocks_[2].offset;
  Block block = blocks_[1].block;
  block.set_traps(3);
  block.set_lost(1);
  std::string frame(kHeadSize, '\0');
  frame += HeaderField(block.header().SerializeAsString());
  block.clear_header();
  block.AppendToString(&frame);
  SealFrame(kBlockFrame, 2, &frame);
  bytes_.replace(begin, end - begin, frame);
  const auto result = RecoverFrom(bytes_);
  ASSERT_EQ(result.status(), absl::OkStatus());
  EXPECT_EQ(result->blocks, 4u);
  EXPECT_EQ(result->lost, 4u);
  ASSERT_EQ(result->account.size(), 1u);
  EXPECT_THAT(result->account[0], HasSubstr("a block of no use"));
  EXPECT_EQ(ReadTrace(out_).status(), absl::OkStatus());
}

TEST_F(RecoverTest, LeavesOutWhatFollowsTheEndMark) {
  const auto result = RecoverFrom(bytes_ + bytes_);
  ASSERT_EQ(result.status(), absl::OkStatus());
  EXPECT_EQ(ReadBytes(out_), bytes_);
  ASSERT_EQ(result->account.size(), 1u);
  EXPECT_THAT(result->account[0], HasSubstr("follow the end mark"));
}

TEST_F(RecoverTest, WritesNothingWhereNotOneBlockIsIntact) {
  EXPECT_TRUE(absl::IsDataLoss(
      RecoverFrom(bytes_.substr(0, blocks_[0].offset + 60)).status()));
  EXPECT_TRUE(absl::IsDataLoss(RecoverFrom("").status()));
  EXPECT_TRUE(absl::IsDataLoss(RecoverFrom("{\"lguest_capture\":1}").status()));
  EXPECT_TRUE(absl::IsNotFound(Reader::Open(out_).status()));
  EXPECT_TRUE(absl::IsNotFound(Reader::Open(out_ + ".recover.part").status()));
}

TEST_F(RecoverTest, DoesNotOverwriteWhatItRecovers) {
  EXPECT_TRUE(absl::IsInvalidArgument(Recover(path_, path_).status()));
  const std::string folder = TestPath("./recover.trace");
  EXPECT_TRUE(absl::IsInvalidArgument(Recover(path_, folder).status()));
  EXPECT_EQ(ReadBytes(path_), bytes_);
}

TEST_F(RecoverTest, RecoversAPartIntoTheNameItWasToHave) {
  const std::string part = out_ + ".part";
  WriteBytes(part, bytes_.substr(0, blocks_[3].offset + 10));
  const auto result = Recover(part, out_);
  ASSERT_EQ(result.status(), absl::OkStatus());
  EXPECT_EQ(result->blocks, 3u);
  EXPECT_EQ(ReadBytes(part).size(), blocks_[3].offset + 10);
}

TEST_F(RecoverTest, SaysThatAFileIsOfANewerVersion) {
  WriteBytes(path_, "\x89TRAP\r\n\x1a\x03" + std::string(500, '\0'));
  EXPECT_TRUE(absl::IsUnimplemented(Recover(path_, out_).status()));
}

TEST_F(RecoverTest, DoesNotTakeForeverOverAFileOfSyncMarks) {
  std::string frame(kHeadSize, '\0');
  SealFrame(kBlockFrame, 1, &frame);
  std::string bytes;
  while (bytes.size() < 10'000'000) bytes += frame;
  for (size_t at = 0; at < bytes.size(); at += kHeadSize) {
    StoreLittle32(static_cast<uint32_t>(bytes.size() - at - kHeadSize),
                  &bytes[at + 8]);
  }
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(RecoverFrom(bytes).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - before,
            std::chrono::seconds(20));
}

}  // namespace
}  // namespace trapline::trace
