// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/columns.h"
#include "proto/testing_files.h"

namespace trapline::trace {
namespace {

using ::testing::ElementsAreArray;

class RoundTrip : public ::testing::TestWithParam<int> {};

TEST_P(RoundTrip, GivesEveryRecordBackWhateverTheBlocks) {
  RecordMaker maker(GetParam());
  const std::vector<Record> records = maker.Make(3000);
  WriterOptions options;
  options.zstd_level = 1;
  options.traps_per_block = GetParam();
  const std::string path = TestPath("roundtrip.trace");
  ASSERT_EQ(WriteTrace(path, records, options), absl::OkStatus());
  const auto read = ReadTrace(path);
  ASSERT_EQ(read.status(), absl::OkStatus());
  EXPECT_THAT(*read, ElementsAreArray(Describe(records)));
}

INSTANTIATE_TEST_SUITE_P(TrapsPerBlock, RoundTrip,
                         ::testing::Values(1, 2, 8, 100, 8192, 65536));

TEST(RoundTrip, ATraceMayHoldNothing) {
  const std::string path = TestPath("empty.trace");
  ASSERT_EQ(WriteTrace(path, {}), absl::OkStatus());
  const auto read = ReadTrace(path);
  ASSERT_EQ(read.status(), absl::OkStatus());
  EXPECT_TRUE(read->empty());
}

TEST(RoundTrip, ATraceMayHoldEventsOnly) {
  RecordMaker maker(1);
  std::vector<Record> records;
  for (int i = 0; i < 100; ++i) records.emplace_back(maker.MakeEvent());
  const std::string path = TestPath("events.trace");
  ASSERT_EQ(WriteTrace(path, records), absl::OkStatus());
  const auto read = ReadTrace(path);
  ASSERT_EQ(read.status(), absl::OkStatus());
  EXPECT_THAT(*read, ElementsAreArray(Describe(records)));
}

TEST(RoundTrip, TheHeaderComesBackWithTheVersion) {
  const std::string path = TestPath("header.trace");
  ASSERT_EQ(WriteTrace(path, {}), absl::OkStatus());
  const auto reader = Reader::Open(path);
  ASSERT_EQ(reader.status(), absl::OkStatus());
  EXPECT_EQ((*reader)->header().format_version(), kVersion);
  EXPECT_EQ((*reader)->header().DebugString(), TestHeader().DebugString());
}

TEST(RoundTrip, ABlockIsDecodedWithoutTheOthersAndHoldsTheHeader) {
  RecordMaker maker(2);
  const std::vector<Record> records = maker.Make(200);
  WriterOptions options;
  options.traps_per_block = 8;
  const std::string path = TestPath("independent.trace");
  ASSERT_EQ(WriteTrace(path, records, options), absl::OkStatus());
  const auto blocks = ReadBlocks(path);
  ASSERT_EQ(blocks.status(), absl::OkStatus());
  ASSERT_GT(blocks->size(), 10u);
  const std::vector<std::string> expected = Describe(records);
  size_t end = expected.size();
  for (auto block = blocks->rbegin(); block != blocks->rend(); ++block) {
    EXPECT_EQ(block->block.header().kernel(), TestHeader().kernel());
    const auto lines = ReadBlock(*block);
    ASSERT_EQ(lines.status(), absl::OkStatus());
    ASSERT_LE(lines->size(), end);
    end -= lines->size();
    EXPECT_TRUE(
        std::equal(lines->begin(), lines->end(), expected.begin() + end));
  }
  EXPECT_EQ(end, 0u);
}

TEST(RoundTrip, ADecoderIsGoodForBlockAfterBlockAndSkipsWhatIsNotAsked) {
  RecordMaker maker(3);
  const std::vector<Record> records = maker.Make(500);
  WriterOptions options;
  options.traps_per_block = 50;
  const std::string path = TestPath("reuse.trace");
  ASSERT_EQ(WriteTrace(path, records, options), absl::OkStatus());
  const auto blocks = ReadBlocks(path);
  ASSERT_EQ(blocks.status(), absl::OkStatus());
  BlockDecoder decoder;
  auto record = records.begin();
  for (const RawBlock& block : *blocks) {
    ASSERT_EQ(decoder.Start(block, kReplayColumns), absl::OkStatus());
    EXPECT_TRUE(decoder.events().empty());
    Trap trap;
    while (decoder.Next(&trap)) {
      while (!std::holds_alternative<Trap>(*record)) ++record;
      Trap expected = std::get<Trap>(*record++);
      expected.seq = 0;
      expected.tsc = 0;
      expected.cycles = 0;
      expected.insn = {};
      expected.insn_pa.reset();
      EXPECT_EQ(Describe(trap), Describe(expected));
    }
    ASSERT_EQ(decoder.status(), absl::OkStatus());
  }
}

TEST(RoundTrip, EventsStandBetweenTheirTrapsWithTheirArguments) {
  Trap trap;
  trap.number = 7;
  trap.after[0] = 15;
  trap.after[1] = 99;
  Event call;
  for (uint32_t arg : {15, 3, 0}) call.mutable_hypercall()->add_args(arg);
  Event loss;
  loss.mutable_loss()->set_records(10);
  Trap next = trap;
  next.number = 8;
  const std::string path = TestPath("between.trace");
  ASSERT_EQ(WriteTrace(path, {call, trap, loss, call, next}), absl::OkStatus());
  const auto blocks = ReadBlocks(path);
  ASSERT_EQ(blocks.status(), absl::OkStatus());
  ASSERT_EQ(blocks->size(), 1u);
  const Block& block = blocks->front().block;
  EXPECT_EQ(block.traps(), 2u);
  EXPECT_EQ(block.events(), 2u);
  EXPECT_EQ(block.lost(), 10u);
  EXPECT_EQ(block.first_trap(), 7u);
  BlockDecoder decoder;
  ASSERT_EQ(decoder.Start(blocks->front(), kBetween), absl::OkStatus());
  ASSERT_EQ(decoder.events().size(), 3u);
  for (const int i : {0, 2}) {
    const Event& event = decoder.events()[i];
    EXPECT_EQ(event.traps(), i == 0 ? 0u : 1u);
    EXPECT_THAT(event.hypercall().args(), ElementsAreArray({15, 3, 0}));
    EXPECT_EQ(event.hypercall().in_register(), 0u);
  }
  Trap read;
  ASSERT_TRUE(decoder.Next(&read));
  EXPECT_EQ(read.seq, 1u);
  ASSERT_TRUE(decoder.Next(&read));
  EXPECT_EQ(read.seq, 13u);
  EXPECT_FALSE(decoder.Next(&read));
  EXPECT_EQ(decoder.status(), absl::OkStatus());
}

}  // namespace
}  // namespace trapline::trace
