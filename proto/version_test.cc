// SPDX-License-Identifier: Apache-2.0

// What of version 2 a trace of version 1 may not hold, and that a field says so
// at both ends.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/frame.h"
#include "proto/section.h"
#include "proto/testing_files.h"

namespace trapline::trace {
namespace {

using ::testing::HasSubstr;

std::vector<Event> EventsOfVersion2() {
  std::vector<Event> events(11);
  events[0].mutable_death()->set_error(-12);
  events[1].mutable_run()->set_trapnum(256);
  events[2].mutable_hypercall()->set_slot(1);
  events[3].mutable_interrupt()->set_gate_lo(1);
  events[4].mutable_run();
  events[4].set_host_cpu(1);
  events[5].mutable_idt_entry();
  events[6].mutable_gdt();
  events[7].mutable_gdt_entry();
  events[8].mutable_tls();
  events[9].mutable_stack();
  events[10].mutable_interrupt()->mutable_before();
  return events;
}

Header HeaderOfVersion(uint32_t version) {
  Header header = TestHeader();
  header.set_format_version(version);
  return header;
}

// A block with this event alone.
std::string TraceOf(const Event& event, uint32_t version) {
  Between between;
  *between.add_event() = event;
  Block block;
  *block.mutable_header() = HeaderOfVersion(version);
  block.set_events(1);
  block.set_between(*SectionPacker(1).Pack(between));
  End end;
  end.set_blocks(1);
  end.set_events(1);
  end.set_digest(1);
  return JoinFrames({{kHeaderFrame, 0, block.header().SerializeAsString()},
                     {kBlockFrame, 1, BlockPayload(block)},
                     {kEndFrame, 2, end.SerializeAsString()}},
                    version);
}

TEST(Version, EventsOfVersion2AreReadInIt) {
  const std::string path = TestPath("version.trace");
  for (const Event& event : EventsOfVersion2()) {
    WriteBytes(path, TraceOf(event, 2));
    EXPECT_EQ(ReadTrace(path).status(), absl::OkStatus())
        << event.DebugString();
  }
}

TEST(Version, EventsOfVersion2AreRefusedInVersion1) {
  const std::string path = TestPath("version.trace");
  for (const Event& event : EventsOfVersion2()) {
    WriteBytes(path, TraceOf(event, 1));
    EXPECT_THAT(ReadTrace(path).status().message(),
                HasSubstr("Between: not such a message"))
        << event.DebugString();
  }
}

TEST(Version, AWriterOfVersion1TakesNothingOfVersion2) {
  const std::string path = TestPath("version.trace");
  auto writer = Writer::Create(path, HeaderOfVersion(1));
  ASSERT_EQ(writer.status(), absl::OkStatus());
  for (const Event& event : EventsOfVersion2()) {
    EXPECT_TRUE(absl::IsInvalidArgument((*writer)->Add(event)))
        << event.DebugString();
  }
  Event run;
  run.mutable_run()->set_ts(8);
  EXPECT_EQ((*writer)->Add(run), absl::OkStatus());
  Header header = HeaderOfVersion(1);
  header.set_cr0(1);
  EXPECT_TRUE(absl::IsInvalidArgument(Writer::Create(path, header).status()));
}

TEST(Version, AWriterWritesTheVersionItIsAskedFor) {
  const std::string path = TestPath("version.trace");
  for (const uint32_t version : {0, 1, 2}) {
    auto writer = Writer::Create(path, HeaderOfVersion(version));
    ASSERT_EQ(writer.status(), absl::OkStatus());
    ASSERT_EQ((*writer)->Close(), absl::OkStatus());
    EXPECT_EQ(ReadBytes(path).substr(0, kPrefixSize),
              Prefix(std::max(version, 1U)));
    EXPECT_EQ(ReadTrace(path).status(), absl::OkStatus());
  }
  EXPECT_TRUE(absl::IsInvalidArgument(
      Writer::Create(path, HeaderOfVersion(3)).status()));
}

TEST(Version, AnInterruptHasToAgreeWithItself) {
  const std::string path = TestPath("version.trace");
  std::vector<InterruptDelivery> wrong(6);
  wrong[0].add_access(8);
  wrong[1].set_data("x");
  wrong[2].add_call(DEMAND_PAGE);
  wrong[3].add_call(static_cast<CallKind>(99));
  for (int i = 0; i < 3; ++i) wrong[3].add_call_word(0);
  wrong[4].add_message("killed");
  wrong[5].mutable_before()->add_eax(1);
  wrong[5].mutable_before()->add_eax(2);
  for (const InterruptDelivery& interrupt : wrong) {
    Event event;
    *event.mutable_interrupt() = interrupt;
    WriteBytes(path, TraceOf(event, 2));
    EXPECT_TRUE(absl::IsDataLoss(ReadTrace(path).status()))
        << event.DebugString();
    auto writer = Writer::Create(path, HeaderOfVersion(2));
    ASSERT_EQ(writer.status(), absl::OkStatus());
    EXPECT_TRUE(absl::IsInvalidArgument((*writer)->Add(event)));
  }
}

}  // namespace
}  // namespace trapline::trace
