// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/export.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "proto/writer.h"
#include "replayer/capture/import.h"
#include "replayer/capture/samples.h"

namespace trapline::capture {
namespace {

std::string ExportAll(const std::string& trace, uint64_t begin = 0,
                      uint64_t end = UINT64_MAX) {
  std::ostringstream out;
  const absl::Status status = Export(trace, out, begin, end);
  EXPECT_TRUE(status.ok()) << status;
  return out.str();
}

// What Export makes of the capture `text`, imported.
std::string ThereAndBack(const std::string& text, int traps_per_block = 8192,
                         uint64_t begin = 0, uint64_t end = UINT64_MAX) {
  const auto counts =
      Import(WriteTestFile("capture", text), TestPath("trace"),
             {.zstd_level = 1, .traps_per_block = traps_per_block});
  EXPECT_TRUE(counts.ok()) << counts.status();
  return ExportAll(TestPath("trace"), begin, end);
}

// The sample in UTF-8 rather than escaped, as Export writes it.
std::string Trap(uint64_t number) {
  return Edit(SampleTrap(number), "\\u00e9", "\u00e9");
}

std::string Hypercall(int number) {
  return absl::StrCat("{\"hypercall\":[", number, ",0,4294967295]}\n");
}

TEST(Export, GivesBackWhatWasImported) {
  const std::string text =
      absl::StrCat(SampleHeader(), Hypercall(1), Trap(5),
                   "{\"try_deliver_interrupt\":[3]}\n", Hypercall(2), Trap(6),
                   Trap(7), Hypercall(3));
  EXPECT_EQ(ThereAndBack(text), text);
}

TEST(Export, GivesBackWhatIsUnusual) {
  const std::string trap = Trap(0);
  std::string unusual =
      Edit(trap, trap.substr(trap.find("{\"eip\":3240")), "null}\n");
  unusual = absl::StrReplaceAll(unusual,
                                {{"\"trapnum\":14", "\"trapnum\":4294967295"},
                                 {"[6395124,3240201728]", "null"},
                                 {"\"insn_pa\":16781837", "\"insn_pa\":null"},
                                 {"f3abbf609e2900b9", ""},
                                 {"912,4,0]", "912,4,null]"},
                                 {"\"stack_pages\":2,", ""},
                                 {",\"ld_irq_enabled\":512,\"ld_blocked\":0,"
                                  "\"ld_cr2\":134650448,\"ld_irq_pending\":512",
                                  ""}});
  const std::string header = absl::StrReplaceAll(
      SampleHeader(),
      {{"\"lguest_irqs\":16", "\"lguest_irqs\":null"}, {"\"new\"", "\"old\""}});
  EXPECT_EQ(ThereAndBack(header + unusual), header + unusual);
}

TEST(Export, GivesBackEveryFieldOfTheHeader) {
  const std::string header =
      Edit(SampleHeader(), "\"lost\":0",
           R"("lost":18446744073709551615,"recorder":"other 2",)"
           R"("kill_messages":false,"host":"h","kernel_config":"CONFIG_A=y",)"
           R"("tsc_khz":1000000,"recorded_at":1700000000,)"
           R"("bad_fields":{"1":["mem"]},"bad_traps":[1,2],"mutant":"\"m\"")");
  EXPECT_EQ(ThereAndBack(header), header);
}

TEST(Export, TellsOfMissingTraps) {
  EXPECT_EQ(ThereAndBack(SampleHeader() + Trap(5) + Trap(9)),
            absl::StrCat(SampleHeader(), Trap(5), "{\"lost\":3}\n", Trap(9)));
}

TEST(Export, OfAnExportIsTheSame) {
  const std::string text = absl::StrCat(
      SampleHeader(), "{\"lost\":2}\n", Trap(5), "{\"lost\":3}\n", Trap(9),
      "{\"lost\":1}\n", Hypercall(1), Trap(12), "{\"lost\":1}\n");
  const std::string once = ThereAndBack(text);
  EXPECT_EQ(ThereAndBack(once), once);
}

TEST(Export, OfARangeHoldsItsTrapsAndTheEventsBeforeThem) {
  std::string text = SampleHeader();
  for (int i = 100; i < 120; ++i) {
    absl::StrAppend(&text, Hypercall(i), Trap(i));
  }
  absl::StrAppend(&text, Hypercall(120));
  for (const int traps_per_block : {1, 3, 8192}) {
    EXPECT_EQ(ThereAndBack(text, traps_per_block), text);
    EXPECT_EQ(ThereAndBack(text, traps_per_block, 105, 107),
              absl::StrCat(SampleHeader(), Hypercall(105), Trap(105),
                           Hypercall(106), Trap(106)));
    EXPECT_EQ(ThereAndBack(text, traps_per_block, 0, 101),
              absl::StrCat(SampleHeader(), Hypercall(100), Trap(100)));
    EXPECT_EQ(ThereAndBack(text, traps_per_block, 119),
              absl::StrCat(SampleHeader(), Hypercall(119), Trap(119),
                           Hypercall(120)));
    EXPECT_EQ(ThereAndBack(text, traps_per_block, 119, 120),
              absl::StrCat(SampleHeader(), Hypercall(119), Trap(119)));
    EXPECT_EQ(ThereAndBack(text, traps_per_block, 130), SampleHeader());
  }
}

TEST(Export, WritesOtherEventsAsProtocolBuffersDo) {
  ASSERT_TRUE(
      Import(WriteTestFile("capture", SampleHeader()), TestPath("trace")).ok());
  trace::Header header;
  header.set_format_version(1);
  header.set_kernel("3.12.9");
  auto writer = trace::Writer::Create(TestPath("trace"), header);
  ASSERT_TRUE(writer.ok()) << writer.status();
  trace::Event event;
  event.mutable_death()->set_message("\"why\"\n");
  ASSERT_TRUE((*writer)->Add(event).ok());
  ASSERT_TRUE((*writer)->Close().ok());
  EXPECT_EQ(ExportAll(TestPath("trace")),
            "{\"lguest_capture\":1,\"kernel\":\"3.12.9\",\"flavor\":\"\","
            "\"cpu\":\"\",\"smp\":false,\"pae\":false,\"address_ok\":null,"
            "\"switcher_addr\":0,\"lguest_irqs\":null,\"workload\":\"\","
            "\"lost\":0,\"recorder\":\"\"}\n"
            "{\"event\":{\"death\":{\"message\":\"\\\"why\\\"\\n\"}}}\n");
}

TEST(Export, SaysWhatIsWrongWithTheTrace) {
  std::ostringstream out;
  EXPECT_EQ(Export(TestPath("none"), out).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Export(WriteTestFile("trace", "no trace"), out).code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(out.str(), "");
}

TEST(Export, SaysThatItCouldNotWrite) {
  ASSERT_TRUE(
      Import(WriteTestFile("capture", SampleHeader()), TestPath("trace")).ok());
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  EXPECT_EQ(Export(TestPath("trace"), out).code(), absl::StatusCode::kUnknown);
}

}  // namespace
}  // namespace trapline::capture
