// SPDX-License-Identifier: Apache-2.0

#include "proto/reader.h"

#include <sys/stat.h>

#include <cstdio>
#include <functional>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"

namespace trapline::trace {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

absl::Status StatusOf(absl::string_view bytes) {
  const std::string path = TestPath("reader.trace");
  WriteBytes(path, bytes);
  return ReadTrace(path).status();
}

// A trace of 5 blocks of 4 traps each, with events between.
std::string GoodBytes() {
  RecordMaker maker(7);
  std::vector<Record> records;
  for (int i = 0; i < 20; ++i) {
    records.emplace_back(maker.MakeTrap());
    if (i % 3 == 0) records.emplace_back(maker.MakeEvent());
  }
  records.emplace_back(maker.MakeTrap());
  WriterOptions options;
  options.traps_per_block = 4;
  const std::string path = TestPath("good.trace");
  EXPECT_EQ(WriteTrace(path, records, options), absl::OkStatus());
  return ReadBytes(path);
}

TEST(Reader, TellsANewerVersionInOneSentence) {
  std::string bytes = GoodBytes();
  bytes[8] = 3;
  const absl::Status status = StatusOf(bytes);
  EXPECT_TRUE(absl::IsUnimplemented(status)) << status;
  EXPECT_THAT(
      status.message(),
      HasSubstr("reader.trace: a trace of version 3, but this trapline reads "
                "up to 2; use a newer trapline"));
}

TEST(Reader, SaysWhatAFileIsThatIsNotATrace) {
  const auto message = [](absl::string_view bytes) {
    const absl::Status status = StatusOf(bytes);
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    return std::string(status.message());
  };
  EXPECT_THAT(message("{\"lguest_capture\":1}\n"),
              AllOf(HasSubstr("JSON"), HasSubstr("trapline import")));
  EXPECT_THAT(message("\x28\xB5\x2F\xFD the rest of it"),
              AllOf(HasSubstr("zstd"), HasSubstr("trapline import")));
  EXPECT_THAT(message(""), HasSubstr("empty"));
  EXPECT_THAT(message("something else"), HasSubstr("not a trace"));
  EXPECT_THAT(message("\x89TRAP\n\x1a\x01\0\0\0 and so on"),
              HasSubstr("transfer"));
  EXPECT_THAT(message("\x89TRAP"), HasSubstr("cut"));
}

TEST(Reader, SaysWhichFileItCannotOpen) {
  const absl::Status missing = Reader::Open(TestPath("missing")).status();
  EXPECT_TRUE(absl::IsNotFound(missing)) << missing;
  EXPECT_THAT(missing.message(), HasSubstr("missing"));
  const absl::Status folder = Reader::Open(TestPath(".")).status();
  EXPECT_THAT(folder.message(), HasSubstr("not a regular file"));
  const std::string pipe = TestPath("pipe");
  std::remove(pipe.c_str());
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(Reader::Open(pipe).status().message(),
              HasSubstr("not a regular file"));
}

TEST(Reader, AnErrorNamesFileAndOffsetAndSticks) {
  std::string bytes = GoodBytes();
  const std::string path = TestPath("sticks.trace");
  WriteBytes(path, bytes);
  const uint64_t offset = (*ReadBlocks(path))[1].offset;
  bytes[offset + 100] ^= 4;
  WriteBytes(path, bytes);
  const auto reader = Reader::Open(path);
  ASSERT_EQ(reader.status(), absl::OkStatus());
  EXPECT_EQ((*reader)->Next().status(), absl::OkStatus());
  const absl::Status first = (*reader)->Next().status();
  EXPECT_TRUE(absl::IsDataLoss(first)) << first;
  EXPECT_THAT(first.message(),
              AllOf(HasSubstr("sticks.trace"), HasSubstr("recover"),
                    HasSubstr(absl::StrCat("offset ", offset, ":"))));
  EXPECT_EQ((*reader)->Next().status(), first);
}

TEST(Reader, KnowsHowFarItIsAndStaysAtTheEnd) {
  const std::string bytes = GoodBytes();
  const std::string path = TestPath("position.trace");
  WriteBytes(path, bytes);
  const auto reader = Reader::Open(path);
  ASSERT_EQ(reader.status(), absl::OkStatus());
  EXPECT_EQ((*reader)->size(), bytes.size());
  for (uint64_t ordinal = 0;; ++ordinal) {
    const uint64_t position = (*reader)->position();
    const auto block = (*reader)->Next();
    ASSERT_EQ(block.status(), absl::OkStatus());
    if (!block->has_value()) break;
    EXPECT_EQ((*block)->offset, position);
    EXPECT_EQ((*block)->ordinal, ordinal);
  }
  EXPECT_EQ((*reader)->position(), bytes.size());
  const auto again = (*reader)->Next();
  ASSERT_EQ(again.status(), absl::OkStatus());
  EXPECT_FALSE(again->has_value());
}

// Frames whose checksums are right and that contradict each other: frame 0 is
// the header, 1 to 6 are blocks, 7 is the end.
class Contradiction : public ::testing::Test {
 protected:
  using Frames = std::vector<TestFrame>;

  absl::Status After(const std::function<void(Frames*)>& change) {
    Frames frames = SplitFrames(GoodBytes());
    EXPECT_EQ(frames.size(), 8u);
    change(&frames);
    return StatusOf(JoinFrames(std::move(frames)));
  }
  absl::Status AfterBlock(const std::function<void(Block*)>& change) {
    return After([&](Frames* frames) {
      Block block;
      block.ParseFromString((*frames)[2].payload);
      change(&block);
      (*frames)[2].payload = BlockPayload(block);
    });
  }
  absl::Status AfterEnd(const std::function<void(End*)>& change) {
    return After([&](Frames* frames) {
      End end;
      end.ParseFromString((*frames)[7].payload);
      change(&end);
      (*frames)[7].payload = end.SerializeAsString();
    });
  }
  static void Renumber(Frames* frames) {
    uint32_t ordinal = 0;
    for (TestFrame& frame : *frames) frame.ordinal = ordinal++;
  }
};

#define EXPECT_REFUSED(status, what)                   \
  do {                                                 \
    const absl::Status refused = (status);             \
    EXPECT_TRUE(absl::IsDataLoss(refused)) << refused; \
    EXPECT_THAT(refused.message(), HasSubstr(what));   \
  } while (false)

TEST_F(Contradiction, NoneIsSeenWhereThereIsNone) {
  EXPECT_EQ(After([](Frames*) {}), absl::OkStatus());
  EXPECT_EQ(AfterBlock([](Block*) {}), absl::OkStatus());
  EXPECT_EQ(AfterEnd([](End*) {}), absl::OkStatus());
}

TEST_F(Contradiction, FramesMustFollowEachOther) {
  EXPECT_REFUSED(After([](Frames* frames) { (*frames)[3].ordinal = 9; }),
                 "frame 9 in place of 3");
  EXPECT_REFUSED(After([](Frames* f) { std::swap((*f)[2], (*f)[3]); }),
                 "frame 3 in place of 2");
  EXPECT_REFUSED(After([](Frames* f) { f->erase(f->begin() + 3); }),
                 "frame 4 in place of 3");
  EXPECT_REFUSED(After([](Frames* f) { f->erase(f->begin()); }),
                 "frame 1 in place of 0");
}

TEST_F(Contradiction, RecordsMustFollowEachOther) {
  EXPECT_REFUSED(After([](Frames* frames) {
                   frames->erase(frames->begin() + 3);
                   Renumber(frames);
                 }),
                 "in place of");
  EXPECT_REFUSED(After([](Frames* frames) {
                   frames->insert(frames->begin() + 3, (*frames)[2]);
                   Renumber(frames);
                 }),
                 "in place of");
  EXPECT_REFUSED(AfterBlock([](Block* block) {
                   block->set_first_seq(block->first_seq() + 1);
                 }),
                 "in place of");
}

TEST_F(Contradiction, FramesMustBeOfTheirKind) {
  const auto with_kind = [&](int frame, int kind) {
    return After([=](Frames* frames) {
      (*frames)[frame].kind = static_cast<FrameKind>(kind);
    });
  };
  EXPECT_REFUSED(with_kind(0, kBlockFrame), "out of place");
  EXPECT_REFUSED(with_kind(1, kHeaderFrame), "out of place");
  EXPECT_REFUSED(with_kind(1, kEndFrame), "End");
  EXPECT_REFUSED(with_kind(1, 4), "out of place");
  EXPECT_REFUSED(with_kind(7, kBlockFrame), "header");
  EXPECT_REFUSED(After([](Frames* f) { f->pop_back(); }), "no end mark");
  EXPECT_REFUSED(After([](Frames* f) { f->push_back(f->back()); }),
                 "something follows the end mark");
}

TEST_F(Contradiction, BlocksMustHaveTheHeaderOfTheFile) {
  EXPECT_REFUSED(
      AfterBlock([](Block* b) { b->mutable_header()->set_kernel("2.6.33"); }),
      "another header");
  EXPECT_REFUSED(AfterBlock([](Block* b) { b->clear_header(); }),
                 "another header");
  EXPECT_REFUSED(After([](Frames* f) { (*f)[2].payload += (*f)[2].payload; }),
                 "Block");
  EXPECT_REFUSED(After([](Frames* frames) {
                   Header header = TestHeader();
                   header.set_format_version(1);
                   (*frames)[0].payload = header.SerializeAsString();
                 }),
                 "version 1 in a container of version 2");
}

TEST_F(Contradiction, BlocksMustHoldWhatTheySay) {
  EXPECT_REFUSED(AfterBlock([](Block* b) { b->set_traps(65537); }), "65536");
  EXPECT_REFUSED(AfterBlock([](Block* b) { b->set_events(65537); }), "65536");
  EXPECT_REFUSED(AfterBlock([](Block* b) { b->set_lost(~uint64_t{0}); }),
                 "more records than have numbers");
  EXPECT_REFUSED(AfterBlock([](Block* block) {
                   block->set_traps(0);
                   block->set_events(0);
                   block->set_lost(0);
                 }),
                 "nothing");
  EXPECT_REFUSED(AfterBlock([](Block* block) {
                   block->set_lost(block->traps() + block->lost());
                   block->set_traps(0);
                 }),
                 "numbers its first");
  // Caught by what follows even though the sum is right.
  EXPECT_REFUSED(AfterBlock([](Block* block) {
                   block->set_traps(block->traps() - 1);
                   block->set_lost(block->lost() + 1);
                 }),
                 "end mark");
}

TEST_F(Contradiction, TheEndMustTellWhatWasThere) {
  EXPECT_REFUSED(AfterEnd([](End* end) { end->set_blocks(5); }), "other");
  EXPECT_REFUSED(AfterEnd([](End* end) { end->set_traps(5); }), "other");
  EXPECT_REFUSED(AfterEnd([](End* end) { end->set_events(50); }), "other");
  EXPECT_REFUSED(AfterEnd([](End* end) { end->set_lost(1); }), "other");
  EXPECT_REFUSED(AfterEnd([](End* end) { end->set_digest(0); }), "other");
}

}  // namespace
}  // namespace trapline::trace
