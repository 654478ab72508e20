// SPDX-License-Identifier: Apache-2.0

// Every truncation and every flipped bit of a raw file.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "recorder/convert/convert.h"
#include "recorder/convert/testing_raw.h"

namespace trapline::convert {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Every how many bytes the slow tests look; the exhaustive run looks at all.
size_t Stride() { return std::getenv("EXHAUSTIVE") != nullptr ? 1 : 29; }

class RawDamage : public ::testing::Test {
 protected:
  void SetUp() override { file_ = std::fopen(path_.c_str(), "w+b"); }
  void TearDown() override { std::fclose(file_); }

  // In place: a file system makes more of one that is created anew.
  void SetFile(const std::string& bytes) {
    std::rewind(file_);
    std::fwrite(bytes.data(), 1, bytes.size(), file_);
    std::fflush(file_);
    std::filesystem::resize_file(path_, bytes.size());
  }

  // One sentence that names the file, or none.
  void ExpectRefused(const std::string& bytes, const std::string& what) {
    SetFile(bytes);
    const absl::Status status = CheckRaw(path_).status();
    ASSERT_TRUE(absl::IsDataLoss(status) || absl::IsUnimplemented(status))
        << what << ": " << status;
    ASSERT_EQ(status.message().substr(0, path_.size() + 2), path_ + ": ");
    ASSERT_THAT(std::string(status.message()), Not(HasSubstr("\n")));
  }

  // What can be recovered, which is to count each of the 13 records: it is in
  // the trace or in a Loss, but for those at the end of a file that was cut.
  void ExpectRecovered(const std::string& bytes, const std::string& what,
                       bool ended) {
    SetFile(bytes);
    ConvertOptions options;
    options.recover = true;
    options.writer.zstd_level = 1;
    const auto counts = Convert({path_}, trace_, options);
    if (!counts.ok()) {
      ASSERT_TRUE(absl::IsDataLoss(counts.status()) ||
                  absl::IsUnimplemented(counts.status()))
          << what << ": " << counts.status();
      return;
    }
    ++recovered_;
    const uint64_t told = counts->records + counts->lost;
    if (ended) {
      ASSERT_EQ(told, 13u) << what;
    }
    ASSERT_GE(counts->lost + counts->account.size(), 1u) << what;
    ASSERT_EQ(trace::ReadTrace(trace_).status(), absl::OkStatus()) << what;
  }

  const std::string path_ = trace::TestPath("damage.raw");
  const std::string trace_ = trace::TestPath("damage.trace");
  const std::string bytes_ =
      FileBytes({.records = RecordOfEachKind(), .next_seq = 14});
  std::FILE* file_ = nullptr;
  size_t recovered_ = 0;
};

TEST_F(RawDamage, NoneIsSound) {
  SetFile(bytes_);
  const auto counts = CheckRaw(path_);
  ASSERT_EQ(counts.status(), absl::OkStatus());
  EXPECT_EQ(counts->records, 13u);
  EXPECT_EQ(counts->first, 1u);
  EXPECT_EQ(counts->last, 13u);
  EXPECT_EQ(counts->traps, 1u);
}

TEST_F(RawDamage, EveryTruncationIsRefused) {
  for (size_t size = 0; size < bytes_.size(); ++size) {
    ExpectRefused(bytes_.substr(0, size), absl::StrCat("cut at ", size));
    if (HasFatalFailure()) return;
  }
}

TEST_F(RawDamage, EveryFlippedBitIsRefused) {
  for (size_t bit = 0; bit < 8 * bytes_.size(); ++bit) {
    std::string bytes = bytes_;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    ExpectRefused(bytes, absl::StrCat("bit ", bit));
    if (HasFatalFailure()) return;
  }
}

TEST_F(RawDamage, OfEveryTruncationWhatIsIntactIsRecovered) {
  for (size_t size = 0; size < bytes_.size(); size += Stride()) {
    ExpectRecovered(bytes_.substr(0, size), absl::StrCat("cut at ", size),
                    false);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(recovered_, bytes_.size() / Stride() / 2);
}

TEST_F(RawDamage, OfEveryDamagedByteWhatIsIntactIsRecoveredAndTheRestCounted) {
  const size_t last = bytes_.rfind("FRM\xD5");
  for (size_t at = 0; at < bytes_.size(); at += Stride()) {
    std::string bytes = bytes_;
    bytes[at] = static_cast<char>(bytes[at] ^ 1 << at % 8);
    ExpectRecovered(bytes, absl::StrCat("byte ", at), at < last);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(recovered_, bytes_.size() / Stride() / 2);
}

// Records that no module writes, in frames whose checksums are right.
TEST_F(RawDamage, EveryFlippedBitOfARecordIsReadOrRefused) {
  const std::vector<std::string> records = RecordOfEachKind();
  for (size_t i = 0; i < records.size(); ++i) {
    for (size_t bit = 0; bit < 8 * records[i].size(); ++bit) {
      std::vector<std::string> damaged = records;
      std::string& record = damaged[i];
      record[bit / 8] = static_cast<char>(record[bit / 8] ^ 1 << bit % 8);
      SetFile(FileBytes({.records = damaged, .next_seq = 14}));
      const absl::Status status = CheckRaw(path_).status();
      ASSERT_TRUE(status.ok() || absl::IsDataLoss(status)) << bit << status;
      if (bit % 997 != 0) continue;
      const auto counts = Convert({path_}, trace_);
      ASSERT_TRUE(counts.ok() || absl::IsDataLoss(counts.status()))
          << bit << ": " << counts.status();
      if (!counts.ok()) continue;
      ASSERT_EQ(trace::ReadTrace(trace_).status(), absl::OkStatus()) << bit;
    }
  }
}

TEST_F(RawDamage, TotalsBeyondAllNumbersAreRefused) {
  trapline_status status = {};
  status.lost_no_room = UINT64_MAX;
  SetFile(FileBytes({.records = RecordOfEachKind(),
                     .next_seq = UINT64_MAX,
                     .status = status}));
  const absl::Status refused = Convert({path_}, trace_).status();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
  EXPECT_EQ(refused.message(),
            absl::StrCat(path_,
                         ": the totals at the end of the recording "
                         "claim more records than have numbers"));
}

}  // namespace
}  // namespace trapline::convert
