// SPDX-License-Identifier: Apache-2.0

// Every truncation and every flipped bit of a trace, as a reader and a
// recovery see it.

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/frame.h"
#include "proto/frame_reader.h"
#include "proto/recover.h"
#include "proto/testing_files.h"

namespace trapline::trace {
namespace {

using ::testing::ElementsAreArray;

// Every how many bytes the slow tests look; the exhaustive run looks at all.
size_t Stride() { return std::getenv("EXHAUSTIVE") != nullptr ? 1 : 29; }

class Damage : public ::testing::Test {
 protected:
  struct Extent {
    size_t begin;
    size_t end;
    uint64_t records;
    std::vector<std::string> lines;
  };

  void SetUp() override {
    RecordMaker maker(4);
    WriterOptions options;
    options.traps_per_block = 8;
    ASSERT_EQ(WriteTrace(path_, maker.Make(50, 6), options), absl::OkStatus());
    bytes_ = ReadBytes(path_);
    const auto blocks = ReadBlocks(path_);
    ASSERT_EQ(blocks.status(), absl::OkStatus());
    for (const RawBlock& block : *blocks) {
      const auto lines = ReadBlock(block);
      ASSERT_EQ(lines.status(), absl::OkStatus());
      const uint32_t length = ParseHead(bytes_.substr(block.offset))->length;
      blocks_.push_back({block.offset, block.offset + kHeadSize + length,
                         RecordCount(block.block), *lines});
    }
    ASSERT_GE(blocks_.size(), 5u);
  }

  // The lines of a trace recovered from one of `size` bytes, of which those
  // from `begin` to `end` are damaged.
  std::vector<std::string> Salvageable(size_t size, size_t begin,
                                       size_t end) const {
    std::vector<std::string> lines;
    uint64_t missing = 0;
    const auto tell_missing = [&] {
      Event loss;
      loss.mutable_loss()->set_records(missing);
      if (missing != 0) lines.push_back(Describe(loss));
      missing = 0;
    };
    const auto is_intact = [&](size_t from, size_t to) {
      return to <= size && (to <= begin || from >= end);
    };
    for (const Extent& block : blocks_) {
      if (!is_intact(block.begin, block.end)) {
        missing += block.records;
        continue;
      }
      tell_missing();
      lines.insert(lines.end(), block.lines.begin(), block.lines.end());
    }
    // Without an end mark one stands for all.
    if (!is_intact(blocks_.back().end, bytes_.size())) missing = 1;
    tell_missing();
    return lines;
  }

  void ExpectSalvage(const std::string& damaged, size_t size, size_t begin,
                     size_t end) {
    const std::string path = TestPath("damage_recovered.trace");
    const auto result = Recover(damaged, path);
    ASSERT_EQ(result.status(), absl::OkStatus());
    EXPECT_FALSE(result->account.empty());
    const auto lines = ReadTrace(path);
    ASSERT_EQ(lines.status(), absl::OkStatus());
    ASSERT_THAT(*lines, ElementsAreArray(Salvageable(size, begin, end)));
  }

  const std::string path_ = TestPath("damage.trace");
  std::string bytes_;
  std::vector<Extent> blocks_;
};

TEST_F(Damage, EveryTruncationIsAnError) {
  const std::string path = TestPath("truncated.trace");
  for (size_t size = 0; size < bytes_.size(); ++size) {
    WriteBytes(path, absl::string_view(bytes_).substr(0, size));
    const absl::Status status = ReadTrace(path).status();
    ASSERT_TRUE(absl::IsDataLoss(status)) << size << ": " << status;
  }
}

TEST_F(Damage, EveryFlippedBitIsAnError) {
  const std::string path = TestPath("flipped.trace");
  WriteBytes(path, bytes_);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  for (size_t bit = 0; bit < 8 * bytes_.size(); ++bit) {
    const auto at = static_cast<std::streamoff>(bit / 8);
    const char byte = bytes_[bit / 8];
    file.seekp(at).put(static_cast<char>(byte ^ 1 << bit % 8)).flush();
    const absl::Status status = ReadTrace(path).status();
    ASSERT_TRUE(absl::IsDataLoss(status) || absl::IsUnimplemented(status))
        << bit << ": " << status;
    file.seekp(at).put(byte).flush();
  }
  EXPECT_EQ(ReadTrace(path).status(), absl::OkStatus());
}

TEST_F(Damage, RecoverGivesBackEveryBlockWholeBeforeATruncation) {
  const std::string path = TestPath("truncated.trace");
  for (size_t size = 0; size < bytes_.size(); size += Stride()) {
    SCOPED_TRACE(absl::StrCat("truncated to ", size));
    WriteBytes(path, absl::string_view(bytes_).substr(0, size));
    if (size < blocks_.front().end) {
      const std::string out = TestPath("truncated_recovered.trace");
      EXPECT_TRUE(absl::IsDataLoss(Recover(path, out).status()));
      EXPECT_TRUE(absl::IsNotFound(Reader::Open(out).status()));
      continue;
    }
    ExpectSalvage(path, size, size, size);
    if (HasFatalFailure()) return;
  }
}

TEST_F(Damage, RecoverGivesBackEveryBlockThatAFlippedBitIsNotIn) {
  const std::string path = TestPath("flipped.trace");
  for (size_t at = 0; at < bytes_.size(); at += Stride()) {
    SCOPED_TRACE(absl::StrCat("a bit flipped at ", at));
    std::string bytes = bytes_;
    bytes[at] = static_cast<char>(bytes[at] ^ 1 << at % 8);
    WriteBytes(path, bytes);
    ExpectSalvage(path, bytes.size(), at, at + 1);
    if (HasFatalFailure()) return;
  }
}

TEST_F(Damage, RecoverGivesBackEveryBlockOutsideAStretchOverwritten) {
  const std::string path = TestPath("overwritten.trace");
  for (size_t at = 0; at < bytes_.size(); at += 97) {
    for (const size_t length : {40, 2000}) {
      const size_t end = std::min(at + length, bytes_.size());
      if (at <= blocks_.front().begin && end >= blocks_.back().begin) continue;
      SCOPED_TRACE(absl::StrCat("overwritten from ", at, " to ", end));
      std::string bytes = bytes_;
      bytes.replace(at, end - at, end - at, '\xD5');
      WriteBytes(path, bytes);
      ExpectSalvage(path, bytes.size(), at, end);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(Damage, RecoverFindsBlocksThatHaveMoved) {
  // The prefix and half of the header gone, something put before block 2.
  std::string bytes = bytes_;
  bytes.insert(blocks_[2].begin, "something else FRM\xD5 and so on");
  bytes.erase(0, 40);
  const std::string path = TestPath("moved.trace");
  WriteBytes(path, bytes);
  const std::string out = TestPath("moved_recovered.trace");
  const auto result = Recover(path, out);
  ASSERT_EQ(result.status(), absl::OkStatus());
  EXPECT_TRUE(result->header_replaced);
  EXPECT_FALSE(result->end_missing);
  EXPECT_EQ(result->lost, 0u);
  EXPECT_EQ(result->blocks, blocks_.size());
  EXPECT_EQ(result->account.size(), 2u);
  const auto lines = ReadTrace(out);
  ASSERT_EQ(lines.status(), absl::OkStatus());
  EXPECT_THAT(*lines, ElementsAreArray(Salvageable(bytes_.size(), 0, 0)));
}

}  // namespace
}  // namespace trapline::trace
