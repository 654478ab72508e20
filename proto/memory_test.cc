// SPDX-License-Identifier: Apache-2.0

// How much memory reading takes, whatever the file.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <functional>

#include "gtest/gtest.h"
#include "proto/recover.h"
#include "proto/testing_files.h"
#include "zstd.h"

namespace trapline::trace {
namespace {

// The most memory, in KiB, that `work` took in a process of its own.
int64_t PeakOf(const std::function<bool()>& work) {
  const pid_t child = fork();
  if (child == 0) _exit(work() ? 0 : 1);
  int status = 0;
  rusage usage = {};
  EXPECT_EQ(wait4(child, &status, 0, &usage), child);
  EXPECT_EQ(status, 0);
  return usage.ru_maxrss;
}

bool DecodeAll(const std::string& path) {
  const auto reader = Reader::Open(path);
  BlockDecoder decoder;
  for (;;) {
    const auto block = (*reader)->Next();
    if (!block.ok()) return false;
    if (!block->has_value()) return true;
    if (!decoder.Start(**block, kEverything).ok()) return false;
    Trap trap;
    while (decoder.Next(&trap)) {
    }
    if (!decoder.status().ok()) return false;
  }
}

TEST(Memory, DoesNotGrowWithTheFile) {
  const std::string path = TestPath("large.trace");
  const int64_t write = PeakOf([&] {
    RecordMaker maker(8);
    std::string noise(1 << 20, '\0');
    for (char& byte : noise) byte = static_cast<char>(maker.Below(256));
    WriterOptions options;
    options.zstd_level = 1;
    auto writer = *Writer::Create(path, TestHeader(), options);
    Trap trap;
    trap.accesses.push_back({reinterpret_cast<const uint8_t*>(noise.data()), 0,
                             static_cast<uint32_t>(noise.size()), false});
    for (int i = 0; i < 300; ++i) {
      if (!writer->Add(trap).ok()) return false;
    }
    return writer->Close().ok();
  });
  const int64_t read = PeakOf([&] { return DecodeAll(path); });
  const int64_t recover = PeakOf(
      [&] { return Recover(path, TestPath("large_recovered.trace")).ok(); });
  const int64_t size =
      static_cast<int64_t>((*Reader::Open(path))->size() >> 10);
  EXPECT_GT(size, 290 << 10);
  EXPECT_LT(write, 100 << 10);
  EXPECT_LT(read, 100 << 10);
  EXPECT_LT(recover, 120 << 10);
}

// A frame head that claims `length` bytes.
std::string Claim(uint32_t length) {
  std::string bytes = Prefix(kVersion) + std::string(kHeadSize, '\0');
  StoreLittle32(kSync, &bytes[kPrefixSize]);
  StoreLittle32(kHeaderFrame, &bytes[kPrefixSize + 4]);
  StoreLittle32(length, &bytes[kPrefixSize + 8]);
  return bytes;
}

TEST(Memory, IsNotTakenForWhatAFrameClaims) {
  const std::string path = TestPath("claim.trace");
  for (const uint32_t length : {kMaxPayload, kMaxPayload + 1, ~uint32_t{0}}) {
    WriteBytes(path, Claim(length));
    EXPECT_LT(PeakOf([&] {
                return absl::IsDataLoss(Reader::Open(path).status()) &&
                       absl::IsDataLoss(Recover(path, path + "2").status());
              }),
              30 << 10);
  }
}

// A trace whose one block has these columns, compressed.
void WriteColumns(const std::string& path, absl::string_view columns) {
  ASSERT_EQ(WriteTrace(path, {Trap()}), absl::OkStatus());
  std::vector<TestFrame> frames = SplitFrames(ReadBytes(path));
  Block block;
  block.ParseFromString(frames[1].payload);
  block.set_columns(columns.data(), columns.size());
  frames[1].payload = BlockPayload(block);
  WriteBytes(path, JoinFrames(frames));
}

TEST(Memory, IsBoundedForWhatASectionClaims) {
  const std::string path = TestPath("section.trace");
  // A zstd frame header of a content size of 8 bytes, and nothing else.
  for (const char size : {'\x01', '\x7f'}) {
    std::string frame("\x28\xB5\x2F\xFD\xE0\0\0\0\0\0\0\0\0", 13);
    frame[8] = size;
    WriteColumns(path, frame);
    EXPECT_LT(PeakOf([&] { return !DecodeAll(path); }), 40 << 10);
  }
}

TEST(Memory, IsBoundedForMessagesThatAreLargerThanTheirBytes) {
  const std::string path = TestPath("inflated.trace");
  const auto peak_of = [&](absl::string_view unit) {
    std::string bytes;
    while (bytes.size() + unit.size() <= kMaxSection) {
      bytes.append(unit.data(), unit.size());
    }
    std::string packed(ZSTD_compressBound(bytes.size()), '\0');
    packed.resize(ZSTD_compress(&packed[0], packed.size(), bytes.data(),
                                bytes.size(), 1));
    WriteColumns(path, packed);
    bytes = {};
    return PeakOf([&] { return !DecodeAll(path); });
  };
  EXPECT_LT(peak_of(absl::string_view("\x9a\x01\0", 3)), 90 << 10);  // message
  EXPECT_LT(peak_of(absl::string_view("\x22\0", 2)), 90 << 10);      // before
  EXPECT_LT(peak_of(absl::string_view("\x58\0", 2)), 90 << 10);  // access_count
  EXPECT_LT(peak_of(absl::string_view("\xf8\x01\0", 3)), 90 << 10);  // unknown
}

}  // namespace
}  // namespace trapline::trace
