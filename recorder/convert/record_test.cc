// SPDX-License-Identifier: Apache-2.0

// Records that contradict themselves, in files whose checksums are right.

#include <cstdio>
#include <cstring>
#include <functional>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "recorder/convert/convert.h"
#include "recorder/convert/record_parser.h"
#include "recorder/convert/testing_raw.h"

namespace trapline::convert {
namespace {

using ::testing::HasSubstr;

std::string MessageOf(const TestFile& file) {
  const std::string path = trace::TestPath("record.raw");
  trace::WriteBytes(path, FileBytes(file));
  const std::string trace = trace::TestPath("record.trace");
  std::remove(trace.c_str());
  const absl::Status status = Convert({path}, trace).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_TRUE(absl::IsNotFound(trace::Reader::Open(trace).status()));
  return std::string(status.message());
}

std::string MessageOf(const std::string& record) {
  return MessageOf(TestFile{.records = {record}, .next_seq = 2});
}

std::string TrapWith(const std::function<void(trapline_trap*)>& edit,
                     uint16_t flags = 0) {
  std::string payload = TrapPayload(1);
  trapline_trap trap;
  std::memcpy(&trap, payload.data(), sizeof trap);
  edit(&trap);
  payload.replace(0, sizeof trap, Bytes(trap));
  return Record(TRAPLINE_TRAP, 1, payload, flags);
}

TEST(RecordTest, AMessageNamesFileRecordAndOffset) {
  EXPECT_THAT(MessageOf(Record(TRAPLINE_RUN, 1, "")),
              testing::MatchesRegex(".*record.raw: record 1 at offset [0-9]+: "
                                    "is shorter than its kind is"));
}

TEST(RecordTest, EveryKindCutShortIsRefused) {
  for (const std::string& record : RecordOfEachKind()) {
    trapline_record head;
    std::memcpy(&head, record.data(), sizeof head);
    if (head.kind == TRAPLINE_STATUS) continue;  // not looked into
    head.size = sizeof head;
    head.seq = 1;
    EXPECT_THAT(MessageOf(Bytes(head)), HasSubstr("is shorter than its kind"));
  }
}

TEST(RecordTest, KindsThatThereAreNotAreRefused) {
  EXPECT_THAT(MessageOf(Record(static_cast<trapline_kind>(99), 1, "")),
              HasSubstr("is of the unknown kind 99"));
  EXPECT_THAT(MessageOf(HeaderRecord()), HasSubstr("record 0 after 0"));
}

TEST(RecordTest, TrapsThatContradictThemselvesAreRefused) {
  EXPECT_THAT(
      MessageOf(TrapWith([](auto* t) { t->present |= uint64_t{1} << 63; })),
      HasSubstr("has words or bytes that there are not"));
  EXPECT_THAT(MessageOf(TrapWith([](auto* t) { t->after_present = 0; })),
              HasSubstr("has words or bytes that there are not"));
  EXPECT_THAT(MessageOf(TrapWith([](auto* t) { t->insn_length = 17; })),
              HasSubstr("has words or bytes that there are not"));
  EXPECT_THAT(MessageOf(TrapWith([](auto* t) { t->steps_size = 1 << 30; })),
              HasSubstr("is shorter than its kind"));
  EXPECT_THAT(MessageOf(TrapWith([](auto* t) { t->steps_size -= 4; })),
              HasSubstr("has a step of no kind or size"));
  EXPECT_THAT(MessageOf(TrapWith([](auto* t) { t->after_changed = 0; })),
              HasSubstr("has a step of no kind or size"));
  EXPECT_THAT(MessageOf(TrapWith([](auto*) {}, TRAPLINE_NOT_RETURNED)),
              HasSubstr("has not returned and has a state after"));
}

TEST(RecordTest, NumbersThatDoNotRiseAreRefused) {
  EXPECT_THAT(
      MessageOf(TestFile{.records = {TrapRecord(2, 1), TrapRecord(1, 2)}}),
      HasSubstr("record 1 after 2"));
  EXPECT_THAT(
      MessageOf(TestFile{.records = {TrapRecord(1, 3), TrapRecord(2, 3)}}),
      HasSubstr("is trap 3 of its guest after 3"));
}

// Frames whose checksums are right, in a file that they do not make up.
TEST(RecordTest, FramesThatContradictTheFileAreRefused) {
  const TestFile file = {.records = {TrapRecord(1, 1), TrapRecord(2, 2)},
                         .records_per_frame = 1,
                         .next_seq = 3};
  const std::string whole = FileBytes(file);
  const std::string path = trace::TestPath("record.raw");
  const auto check = [&](const std::string& bytes) {
    trace::WriteBytes(path, bytes);
    return std::string(CheckRaw(path).status().message());
  };
  EXPECT_EQ(check(whole), "");
  EXPECT_THAT(check(whole + "more"), HasSubstr("something follows the last"));

  const std::string first = Frame(TRAPLINE_FRAME_RECORDS, 1, file.records[0]);
  std::string missing = whole;
  missing.erase(missing.find(first), first.size());
  EXPECT_THAT(check(missing), HasSubstr("frame 2 in place of 1"));

  const std::string other = Frame(TRAPLINE_FRAME_RECORDS, 1, "");
  std::string emptied = whole;
  emptied.replace(emptied.find(first), first.size(), other);
  EXPECT_THAT(check(emptied),
              HasSubstr("the last frame tells of other records"));
}

TEST(RecordTest, AWordReadAtOneEndOnlyIsNotThere) {
  const std::string path = trace::TestPath("record.raw");
  const std::string record = TrapWith(
      [](auto* t) { t->after_present &= ~(uint64_t{1} << TRAPLINE_LD_CR2); });
  trace::WriteBytes(path, FileBytes({.records = {record}, .next_seq = 2}));
  const std::string trace = trace::TestPath("record.trace");
  ASSERT_EQ(Convert({path}, trace).status(), absl::OkStatus());
  EXPECT_THAT((*trace::ReadTrace(trace))[0],
              HasSubstr(" present f7fffffffff "));
}

TEST(RecordTest, AHugeGapIsALoss) {
  const std::string path = trace::TestPath("record.raw");
  trace::WriteBytes(path,
                    FileBytes({.records = {TrapRecord(uint64_t{1} << 60, 1)},
                               .next_seq = 1}));
  const auto counts = Convert({path}, trace::TestPath("record.trace"));
  ASSERT_EQ(counts.status(), absl::OkStatus());
  EXPECT_EQ(counts->lost, (uint64_t{1} << 60) - 1);
}

TEST(RecordTest, HeadersWithoutWhatAReplayNeedsAreRefused) {
  EXPECT_THAT(MessageOf(TestFile{.header = HeaderRecord("kernel 3.12.9\n")}),
              HasSubstr("record.raw: a header without flavor or kernel"));
  EXPECT_THAT(MessageOf(TestFile{.header = Record(TRAPLINE_HEADER, 0, "x")}),
              HasSubstr("a header that is too short"));
  std::string newer = HeaderRecord();
  newer[sizeof(trapline_record)] = 9;
  EXPECT_THAT(MessageOf(TestFile{.header = newer}),
              HasSubstr("records of format 9, but this trapline reads 1"));
}

TEST(RecordTest, AMessageOfTheGuestThatIsNoTextIsTold) {
  EXPECT_EQ(AsText("bad stack \xC2\xB5"), "bad stack \xC2\xB5");
  EXPECT_EQ(AsText("CRASH: \xFF\n"), "CRASH: \\xff\\n");
}

TEST(RecordTest, AnythingElseIsNotAFileOfTheDrain) {
  const std::string path = trace::TestPath("other.raw");
  for (const std::string bytes : {"", "words", "\x89TRAP\r\n\x1a\x01"}) {
    trace::WriteBytes(path, bytes);
    EXPECT_THAT(CheckRaw(path).status().message(),
                HasSubstr("other.raw: not a file of the recorder's drain"));
  }
  EXPECT_TRUE(absl::IsNotFound(CheckRaw(path + ".none").status()));
}

}  // namespace
}  // namespace trapline::convert
