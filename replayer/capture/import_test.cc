// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/reader.h"
#include "proto/words.h"
#include "replayer/capture/samples.h"

namespace trapline::capture {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// What a trace holds. Views in a trap are not to be followed.
struct Content {
  trace::Header header;
  std::vector<trace::Trap> traps;
  std::vector<trace::Event> events;  // `traps` of each counts from the start
};

Content Read(const std::string& path) {
  Content content;
  auto reader = trace::Reader::Open(path);
  EXPECT_TRUE(reader.ok()) << reader.status();
  if (!reader.ok()) return content;
  content.header = (*reader)->header();
  for (;;) {
    const auto block = (*reader)->Next();
    EXPECT_TRUE(block.ok()) << block.status();
    if (!block.ok() || !block->has_value()) return content;
    trace::BlockDecoder decoder;
    EXPECT_TRUE(decoder.Start(**block, trace::kEverything).ok());
    for (trace::Event event : decoder.events()) {
      event.set_traps(event.traps() + content.traps.size());
      content.events.push_back(event);
    }
    trace::Trap trap;
    for (;;) {
      const absl::StatusOr<bool> more = decoder.Next(&trap);
      EXPECT_TRUE(more.ok()) << more.status();
      if (!more.ok() || !*more) break;
      content.traps.push_back(trap);
    }
  }
}

absl::StatusOr<ImportCounts> ImportText(const std::string& text) {
  return Import(WriteTestFile("capture", text), TestPath("trace"));
}

uint32_t Before(const trace::Trap& trap, absl::string_view word) {
  return trap.before[trace::WordIndex(word).value()];
}

uint32_t After(const trace::Trap& trap, absl::string_view word) {
  return trap.after[trace::WordIndex(word).value()];
}

bool IsPresent(const trace::Trap& trap, absl::string_view word) {
  return (trap.present >> trace::WordIndex(word).value() & 1) != 0;
}

TEST(Import, FillsTheHeader) {
  const std::string header =
      Edit(SampleHeader(), "\"lost\":0",
           R"("lost":7,"mutant":"m","bad_traps":[1,2],"bad_fields":{"1":[]})");
  ASSERT_TRUE(ImportText(header).ok());
  const trace::Header read = Read(TestPath("trace")).header;
  EXPECT_EQ(read.format_version(), 1);
  EXPECT_EQ(read.kernel(), "2.6.32.69");
  EXPECT_EQ(read.flavor(), "F6");
  EXPECT_EQ(read.cpu(), "QEMU TCG");
  EXPECT_FALSE(read.smp());
  EXPECT_FALSE(read.pae());
  EXPECT_EQ(read.address_ok(), trace::Header::ADDRESS_OK_NEW);
  EXPECT_EQ(read.switcher_addr(), 4290772992u);
  EXPECT_EQ(read.lguest_irqs(), 16);
  EXPECT_EQ(read.workload(), "sample");
  EXPECT_EQ(read.recorder(), "lguest_capture 1");
  EXPECT_EQ(read.lost(), 7);
  EXPECT_THAT(
      read.notes(),
      UnorderedElementsAre(Pair("mutant", "\"m\""), Pair("bad_traps", "[1,2]"),
                           Pair("bad_fields", "{\"1\":[]}")));
}

TEST(Import, KnowsWhichKernelsShowKillMessages) {
  for (const auto& [kernel, seen] :
       {std::pair("2.6.24", true), std::pair("2.6.32.69", true),
        std::pair("3.12.9", false), std::pair("2.60", false)}) {
    ASSERT_TRUE(ImportText(Edit(SampleHeader(), "2.6.32.69", kernel)).ok());
    EXPECT_EQ(Read(TestPath("trace")).header.kill_messages(), seen) << kernel;
  }
}

TEST(Import, TakesNullForNoLguestIrqs) {
  ASSERT_TRUE(ImportText(Edit(SampleHeader(), "\"lguest_irqs\":16",
                              "\"lguest_irqs\":null"))
                  .ok());
  EXPECT_FALSE(Read(TestPath("trace")).header.has_lguest_irqs());
}

TEST(Import, FillsATrap) {
  const auto counts = ImportText(SampleHeader() + SampleTrap(34217));
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->traps, 1);
  EXPECT_EQ(counts->events, 0);
  EXPECT_EQ(counts->lines, 2);
  const Content content = Read(TestPath("trace"));
  ASSERT_EQ(content.traps.size(), 1);
  const trace::Trap& trap = content.traps[0];
  EXPECT_EQ(trap.number, 34217);
  EXPECT_EQ(trap.tsc, 2052813710);
  EXPECT_EQ(trap.cycles, 5834);
  EXPECT_EQ(trap.insn.size(), 8);
  EXPECT_EQ(trap.insn_pa, 16781837u);
  EXPECT_EQ(trap.gate_lo, 6395124u);
  EXPECT_EQ(trap.gate_hi, 3240201728u);
  EXPECT_TRUE(trap.returned);
  EXPECT_EQ(Before(trap, "esi"), 4294967295u);
  EXPECT_EQ(Before(trap, "ld_cr2"), 134650448u);
  EXPECT_EQ(After(trap, "ld_cr2"), 135210912u);
  EXPECT_EQ(After(trap, "cs"), 97u);
  EXPECT_EQ(After(trap, "ebx"), 1u);
  EXPECT_TRUE(IsPresent(trap, "stack_pages"));
  EXPECT_FALSE(IsPresent(trap, "linear_pages"));
  ASSERT_EQ(trap.accesses.size(), 2);
  EXPECT_FALSE(trap.accesses[0].write);
  EXPECT_TRUE(trap.accesses[1].write);
  EXPECT_EQ(trap.accesses[1].address, 2301940u);
  EXPECT_EQ(trap.accesses[1].length, 4);
  ASSERT_EQ(trap.calls.size(), 4);
  EXPECT_EQ(trap.calls[0].kind, trace::GUEST_PAGETABLE_CLEAR_ALL);
  EXPECT_EQ(trap.calls[1].kind, trace::DEMAND_PAGE);
  EXPECT_THAT(trap.calls[1].args, ElementsAre(135210912u, 4u));
  EXPECT_TRUE(trap.calls[1].has_returned);
  EXPECT_EQ(trap.calls[1].returned, 0u);
  EXPECT_EQ(trap.calls[2].kind, trace::DELIVER_TRAP);
  EXPECT_EQ(trap.calls[2].returned, 1u);
  EXPECT_EQ(trap.calls[3].kind, trace::KILL_GUEST);
}

TEST(Import, TakesATrapWhoseHandlerNeverReturned) {
  const std::string trap = SampleTrap(0);
  ASSERT_TRUE(
      ImportText(SampleHeader() +
                 Edit(trap, trap.substr(trap.find("{\"eip\":3240")), "null}\n"))
          .ok());
  const Content content = Read(TestPath("trace"));
  ASSERT_EQ(content.traps.size(), 1);
  EXPECT_FALSE(content.traps[0].returned);
  EXPECT_EQ(content.traps[0].after, content.traps[0].before);
}

TEST(Import, TakesATrapWithoutGate) {
  const std::string trap =
      Edit(SampleTrap(0), "\"trapnum\":14", "\"trapnum\":256");
  for (const char* gate : {"null", "[0,0]"}) {
    const auto counts =
        ImportText(SampleHeader() + Edit(trap, "[6395124,3240201728]", gate));
    EXPECT_TRUE(counts.ok()) << counts.status();
  }
}

TEST(Import, TakesWordsOfSeveralGuests) {
  ASSERT_TRUE(ImportText(SampleHeader() +
                         Edit(SampleTrap(0), "\"eax\"",
                              R"("guest":1,"vcpu":2,"host_cpu":3,"eax")"))
                  .ok());
  const Content content = Read(TestPath("trace"));
  ASSERT_EQ(content.traps.size(), 1);
  EXPECT_EQ(Before(content.traps[0], "guest"), 1u);
  EXPECT_EQ(Before(content.traps[0], "vcpu"), 2u);
  EXPECT_EQ(Before(content.traps[0], "host_cpu"), 3u);
}

TEST(Import, KeepsEventsAtTheirPlaces) {
  const auto counts = ImportText(
      absl::StrCat(SampleHeader(), "{\"hypercall\":[18,0,0,4294967295,5]}\n",
                   SampleTrap(5), "{\"try_deliver_interrupt\":[3]}\n",
                   SampleTrap(6), SampleTrap(7), "{\"hypercall\":[1]}\n"));
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->traps, 3);
  EXPECT_EQ(counts->events, 3);
  EXPECT_EQ(counts->lines, 7);
  const Content content = Read(TestPath("trace"));
  ASSERT_EQ(content.events.size(), 3);
  EXPECT_EQ(content.events[0].traps(), 0);
  EXPECT_THAT(content.events[0].hypercall().args(),
              ElementsAre(18, 0, 0, 4294967295u, 5));
  EXPECT_EQ(content.events[1].traps(), 1);
  EXPECT_EQ(content.events[1].interrupt().irq(), 3);
  EXPECT_EQ(content.events[2].traps(), 3);
  EXPECT_THAT(content.events[2].hypercall().args(), ElementsAre(1));
}

TEST(Import, MakesALossOfMissingTraps) {
  const auto counts =
      ImportText(absl::StrCat(SampleHeader(), SampleTrap(5), SampleTrap(9)));
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->traps, 2);
  EXPECT_EQ(counts->events, 1);
  const Content content = Read(TestPath("trace"));
  ASSERT_EQ(content.traps.size(), 2);
  EXPECT_EQ(content.traps[0].number, 5);
  EXPECT_EQ(content.traps[1].number, 9);
  ASSERT_EQ(content.events.size(), 1);
  EXPECT_EQ(content.events[0].traps(), 1);
  EXPECT_EQ(content.events[0].loss().records(), 3);
}

TEST(Import, CountsALossThatTheCaptureTellsOnce) {
  ASSERT_TRUE(
      ImportText(absl::StrCat(SampleHeader(), "{\"lost\":5}\n", SampleTrap(1),
                              "{\"lost\":2}\n", SampleTrap(5), "{\"lost\":4}\n",
                              SampleTrap(6)))
          .ok());
  std::vector<std::pair<uint32_t, uint64_t>> losses;
  for (const trace::Event& event : Read(TestPath("trace")).events) {
    losses.emplace_back(event.traps(), event.loss().records());
  }
  EXPECT_THAT(losses,
              ElementsAre(Pair(0, 5), Pair(1, 2), Pair(1, 1), Pair(2, 4)));
}

TEST(Import, ReadsACompressedCaptureAlike) {
  const std::string text = SampleHeader() + SampleTrap(0) + SampleTrap(1);
  ASSERT_TRUE(ImportText(text).ok());
  const std::string plain = ReadTestFile(TestPath("trace"));
  ASSERT_TRUE(ImportText(Compress(text)).ok());
  EXPECT_TRUE(ReadTestFile(TestPath("trace")) == plain);
}

TEST(Import, LeavesNothingBehindWhenItFails) {
  const std::string capture =
      WriteTestFile("capture", SampleHeader() + SampleTrap(0) + SampleTrap(0));
  const std::string folder = TestPath("");
  EXPECT_FALSE(Import(capture, TestPath("trace")).ok());
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    left.push_back(entry.path().filename());
  }
  EXPECT_THAT(left, ElementsAre("capture"));
}

TEST(Import, LeavesAnOlderTraceAloneWhenItFails) {
  const std::string trace = WriteTestFile("trace", "older");
  EXPECT_FALSE(ImportText(SampleHeader() + SampleTrap(0) + "x\n").ok());
  EXPECT_EQ(ReadTestFile(trace), "older");
  EXPECT_FALSE(std::filesystem::exists(trace + ".part"));
}

TEST(Import, KeepsTheCodesOfTheFileSystem) {
  EXPECT_EQ(Import(TestPath("none"), TestPath("trace")).status().code(),
            absl::StatusCode::kNotFound);
  const std::string capture = WriteTestFile("capture", SampleHeader());
  EXPECT_EQ(Import(capture, TestPath("none/trace")).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace trapline::capture
