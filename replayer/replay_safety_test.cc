// SPDX-License-Identifier: Apache-2.0

// Damage to a trace of real traps, every possible one of its kind.

#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "proto/frame.h"
#include "proto/section.h"
#include "proto/testing_files.h"
#include "replayer/replay.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

constexpr uint64_t kBegin = 20000, kEnd = 20050;

class ReplaySafety : public ::testing::Test {
 protected:
  void SetUp() override {
    Recording recording;
    Load(
        "v3.12-boot",
        [](const trace::Trap& trap) {
          return trap.number >= kBegin && trap.number < kEnd;
        },
        &recording);
    ASSERT_EQ(recording.traps.size(), kEnd - kBegin);
    std::vector<trace::Event> events;
    for (const trace::Event& event : recording.events) {
      if (event.traps() > 0 && event.traps() < recording.traps.size()) {
        events.push_back(event);
      }
    }
    ASSERT_GT(events.size(), 10u);
    WriteTrace(path_, recording.header, recording.traps, events, {19, 16});
    std::ifstream file(path_, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
    const FileResult whole = ReplayIt();
    ASSERT_TRUE(whole.status.ok()) << whole.status;
    ASSERT_EQ(VerdictOf(whole), Verdict::kVerified);
    ASSERT_EQ(whole.traps, recording.traps.size());
    ASSERT_EQ(whole.events, events.size());
    ASSERT_EQ(whole.blocks, 4u);
  }

  FileResult ReplayIt() const { return Replay({path_}, {}).at(0); }

  void ExpectBadData() const {
    const FileResult file = ReplayIt();
    ASSERT_EQ(VerdictOf(file), Verdict::kBadData);
    EXPECT_TRUE(absl::IsDataLoss(file.status) ||
                absl::IsUnimplemented(file.status))
        << file.status;
  }

  const std::string path_ = TestPath("slice.trace");
  std::string bytes_;
};

TEST_F(ReplaySafety, EveryTruncationIsBadData) {
  for (size_t size = 0; size < bytes_.size(); ++size) {
    SCOPED_TRACE(size);
    std::ofstream(path_, std::ios::binary | std::ios::trunc)
        .write(bytes_.data(), static_cast<std::streamsize>(size));
    ExpectBadData();
    if (HasFailure()) return;
  }
}

TEST_F(ReplaySafety, EveryFlippedBitIsBadData) {
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  for (size_t bit = 0; bit < 8 * bytes_.size(); ++bit) {
    SCOPED_TRACE(bit);
    const auto at = static_cast<std::streamoff>(bit / 8);
    const char byte = bytes_[bit / 8];
    file.seekp(at).put(static_cast<char>(byte ^ 1 << bit % 8)).flush();
    ExpectBadData();
    if (HasFailure()) return;
    file.seekp(at).put(byte).flush();
  }
  EXPECT_EQ(VerdictOf(ReplayIt()), Verdict::kVerified);
}

// What a broken writer could make: the checksums are right, the columns are
// not.
TEST_F(ReplaySafety, ColumnsThatDoNotFitTheirTrapsAreBadData) {
  const std::vector<void (*)(trace::Columns*)> edits = {
      [](auto* columns) { columns->mutable_data()->push_back('x'); },
      [](auto* columns) { columns->mutable_data()->pop_back(); },
      [](auto* columns) { columns->mutable_access()->push_back('\0'); },
      [](auto* columns) { columns->mutable_call()->pop_back(); },
      [](auto* columns) { columns->mutable_before()->add_eip(1); },
      [](auto* columns) { columns->mutable_after()->clear_eip(); },
      [](auto* columns) { columns->add_call_count(0); }};
  for (size_t i = 0; i < edits.size(); ++i) {
    SCOPED_TRACE(i);
    std::vector<trace::TestFrame> frames = trace::SplitFrames(bytes_);
    ASSERT_EQ(frames[2].kind, trace::kBlockFrame);
    trace::Block block;
    ASSERT_TRUE(block.ParseFromString(frames[2].payload));
    trace::Columns columns;
    const absl::Status unpacked =
        trace::SectionUnpacker().Unpack(block.columns(), &columns);
    ASSERT_TRUE(unpacked.ok()) << unpacked;
    edits[i](&columns);
    *block.mutable_columns() = *trace::SectionPacker(1).Pack(columns);
    frames[2].payload = trace::BlockPayload(block);
    trace::WriteBytes(path_, trace::JoinFrames(frames, 1));
    ExpectBadData();
  }
}

}  // namespace
}  // namespace trapline::replay
