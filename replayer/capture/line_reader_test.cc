// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/line_reader.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zstd.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "replayer/capture/samples.h"

namespace trapline::capture {
namespace {

constexpr absl::string_view kTooLong =
    "is a line of more than 1048576 bytes, expected lines up to that";

struct Outcome {
  std::vector<std::string> lines;
  absl::Status status;
};

Outcome ReadAll(const std::string& path) {
  Outcome outcome;
  auto reader = LineReader::Open(path);
  outcome.status = reader.status();
  while (outcome.status.ok()) {
    const auto line = (*reader)->Next();
    outcome.status = line.status();
    if (!line.ok() || !line->has_value()) break;
    outcome.lines.emplace_back(**line);
  }
  return outcome;
}

// Lines of all lengths, so that they fall on every edge of the buffers.
std::vector<std::string> ManyLines() {
  std::mt19937 random(1);
  std::vector<std::string> lines;
  for (int i = 0; i < 2000; ++i) {
    std::string line(random() % 5000, ' ');
    for (char& c : line) c = static_cast<char>(' ' + random() % 90);
    lines.push_back(line);
  }
  lines.emplace_back(kMaxLineBytes, 'x');
  lines.emplace_back("last");
  return lines;
}

std::string Join(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) absl::StrAppend(&text, line, "\n");
  return text;
}

// A gigabyte without a newline.
std::string LongLine() {
  std::string stream;
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1);
  const std::string chunk(1 << 20, 'a');
  std::string output(ZSTD_CStreamOutSize(), '\0');
  for (int i = 0; i <= 1024; ++i) {
    const bool last = i == 1024;
    ZSTD_inBuffer in = {chunk.data(), last ? 0 : chunk.size(), 0};
    size_t left = 1;
    while (last ? left != 0 : in.pos < in.size) {
      ZSTD_outBuffer out = {output.data(), output.size(), 0};
      left = ZSTD_compressStream2(context, &out, &in,
                                  last ? ZSTD_e_end : ZSTD_e_continue);
      stream.append(output, 0, out.pos);
    }
  }
  ZSTD_freeCCtx(context);
  return stream;
}

int64_t PeakKilobytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(LineReader, GivesTheLinesOfPlainAndCompressedFiles) {
  const std::vector<std::string> lines = ManyLines();
  const std::string text = Join(lines);
  for (const std::string& content : {text, Compress(text)}) {
    const Outcome outcome = ReadAll(WriteTestFile("text", content));
    EXPECT_TRUE(outcome.status.ok()) << outcome.status;
    EXPECT_TRUE(outcome.lines == lines);
  }
}

TEST(LineReader, TakesFramesOneAfterTheOther) {
  const Outcome outcome =
      ReadAll(WriteTestFile("text", Compress("a\nb") + Compress("c\n\nd\n")));
  EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.lines, (std::vector<std::string>{"a", "bc", "", "d"}));
}

TEST(LineReader, NeedsNoNewlineAtTheEnd) {
  for (const std::string& content : {std::string("a\nb"), Compress("a\nb")}) {
    const Outcome outcome = ReadAll(WriteTestFile("text", content));
    EXPECT_TRUE(outcome.status.ok()) << outcome.status;
    EXPECT_EQ(outcome.lines, (std::vector<std::string>{"a", "b"}));
  }
}

TEST(LineReader, GivesNoLineOfAnEmptyFile) {
  for (const std::string& content : {std::string(), Compress("")}) {
    const Outcome outcome = ReadAll(WriteTestFile("text", content));
    EXPECT_TRUE(outcome.status.ok()) << outcome.status;
    EXPECT_TRUE(outcome.lines.empty());
  }
}

TEST(LineReader, SaysThatAStreamIsCutWhereverItIs) {
  const std::string stream = Compress("a\nb\n");
  for (size_t size = 4; size < stream.size(); ++size) {
    const Outcome outcome =
        ReadAll(WriteTestFile("text", stream.substr(0, size)));
    EXPECT_EQ(outcome.status,
              absl::DataLossError("stands where the zstd stream is cut off, "
                                  "expected its end"))
        << size;
  }
}

TEST(LineReader, SaysThatAStreamIsDamaged) {
  std::string stream = Compress(Join(ManyLines()));
  stream[stream.size() / 2] ^= 1;
  const Outcome outcome = ReadAll(WriteTestFile("text", stream));
  EXPECT_EQ(outcome.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(absl::StartsWith(outcome.status.message(),
                               "stands where the zstd stream is damaged ("))
      << outcome.status;
  EXPECT_EQ(ReadAll(WriteTestFile("text", Compress("a\n") + "garbage"))
                .status.message(),
            "stands where the zstd stream is damaged (Unknown frame "
            "descriptor), expected an intact one");
}

TEST(LineReader, RefusesALineOfOneByteTooMany) {
  const std::string line(kMaxLineBytes + 1, 'x');
  const Outcome outcome = ReadAll(WriteTestFile("text", "a\n" + line + "\n"));
  EXPECT_EQ(outcome.status, absl::DataLossError(kTooLong));
  EXPECT_EQ(outcome.lines, (std::vector<std::string>{"a"}));
  EXPECT_EQ(ReadAll(WriteTestFile("text", line)).status,
            absl::DataLossError(kTooLong));
}

TEST(LineReader, RefusesALineOfAGigabyteInLittleMemory) {
  const std::string compressed = WriteTestFile("long.zst", LongLine());
  const std::string plain = WriteTestFile("long", "");
  std::filesystem::resize_file(plain, uintmax_t{1} << 30);
  const int64_t before = PeakKilobytes();
  EXPECT_EQ(ReadAll(compressed).status, absl::DataLossError(kTooLong));
  EXPECT_EQ(ReadAll(plain).status, absl::DataLossError(kTooLong));
  EXPECT_LT(PeakKilobytes() - before, 32 << 10);
}

TEST(LineReader, KeepsTheCodesOfTheFileSystem) {
  EXPECT_EQ(ReadAll(TestPath("none")).status.code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadAll(testing::TempDir()).status.code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace trapline::capture
