// SPDX-License-Identifier: Apache-2.0

#include "recorder/convert/convert.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "recorder/convert/testing_raw.h"

namespace trapline::convert {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using trace::ReadTrace;
using trace::TestPath;

class ConvertTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, const TestFile& file) {
    const std::string path = TestPath(name);
    trace::WriteBytes(path, FileBytes(file));
    return path;
  }

  absl::StatusOr<ConvertCounts> Run(const std::vector<std::string>& paths) {
    std::remove(trace_.c_str());
    return Convert(paths, trace_, options_);
  }

  // The kind of each record of the trace: its first two words.
  std::vector<std::string> Kinds() {
    const auto lines = ReadTrace(trace_);
    EXPECT_EQ(lines.status(), absl::OkStatus());
    std::vector<std::string> kinds;
    for (const std::string& line : *lines) {
      if (line.rfind("trap", 0) == 0) {
        kinds.push_back(line.substr(0, line.find(' ', 5)));
      } else {
        const size_t brace = line.find(" {");
        const size_t begin = line.rfind(' ', brace - 1) + 1;
        kinds.push_back(begin > brace ? line.substr(0, brace)
                                      : line.substr(begin, brace - begin));
        if (kinds.back() == "loss") kinds.back() = line;
      }
    }
    return kinds;
  }

  const std::string trace_ = TestPath("converted.trace");
  ConvertOptions options_;
};

std::string Lost(int records) {
  return absl::StrCat("loss { records: ", records, " }");
}

TEST_F(ConvertTest, EveryKindOfRecordHasItsPlaceInTheTrace) {
  const std::string path =
      Write("all.raw", {.records = RecordOfEachKind(), .next_seq = 14});
  const auto counts = Run({path});
  ASSERT_EQ(counts.status(), absl::OkStatus());
  EXPECT_EQ(counts->records, 13u);
  EXPECT_EQ(counts->traps, 1u);
  EXPECT_EQ(counts->events, 11u);
  EXPECT_EQ(counts->lost, 0u);
  EXPECT_THAT(counts->account, IsEmpty());
  const auto lines = ReadTrace(trace_);
  ASSERT_EQ(lines.status(), absl::OkStatus());
  ASSERT_EQ(lines->size(), 12u);
  const auto& l = *lines;
  EXPECT_EQ(l[0],
            "tsc: 1000 guest: 1 start { registers { eip: 1048576 } pfn_limit: "
            "16384 } host_cpu: 1");
  EXPECT_EQ(l[1],
            "tsc: 2000 guest: 1 run { changed: 3 tss_sp1: 4 tss_ss1: 105 ts: 8 "
            "eip: 5 shadow_cr3: 6 trapnum: 256 } host_cpu: 1");
  EXPECT_EQ(l[2],
            "tsc: 3000 guest: 1 hypercall { count: 3 args: 16 args: 32 args: "
            "48 } host_cpu: 1");
  EXPECT_EQ(l[3],
            "tsc: 4000 guest: 1 init { lguest_data: 1 noirq_start: 2 "
            "noirq_end: 3 kernel_address: 4 result: -14 } host_cpu: 1");
  EXPECT_THAT(
      l[4], testing::AllOf(
                StartsWith("trap 1 seq 4 present fffffffffff gate "
                           "611234:c0008e00 tsc 5000 cycles 995000 insn 89 at "
                           "20480 eax 100>100 "),
                HasSubstr(" trapnum e>e errcode 10c>10c eip 10d>c0101010 "),
                HasSubstr(" guest 1>1 host_cpu 1>1 r 1000 67603d01 call "
                          "1(3221229568,2,)=1")));
  EXPECT_THAT(l[5], HasSubstr("interrupt { irq: 3 eip: 3222278160 esp: 272 "));
  EXPECT_THAT(l[5], HasSubstr(" after { eip: 3222278160 } gate_lo: 6361652 "
                              "gate_hi: 3221261824 cycles: 994000 access: 8 "
                              "address: 4096 data: \"g`=\\001\" call: "
                              "DEMAND_PAGE call_word: 3221229568 call_word: 2 "
                              "call_word: 1 }"));
  EXPECT_THAT(l[6], HasSubstr("idt_entry { num: 1 lo: 2 hi: 3 }"));
  EXPECT_THAT(l[7], HasSubstr("gdt { table: 1 num: 2 }"));
  EXPECT_THAT(l[8], HasSubstr("gdt_entry { num: 1 lo: 2 hi: 3 }"));
  EXPECT_THAT(l[9], HasSubstr("tls { address: 1 }"));
  EXPECT_THAT(l[10], HasSubstr("stack { seg: 1 esp: 2 pages: 3 }"));
  EXPECT_THAT(l[11], HasSubstr("death { message: \"bad stack\" error: -12 }"));
}

TEST_F(ConvertTest, TheHeaderIsThatOfTheModule) {
  options_.workload = "boot";
  ASSERT_EQ(Run({Write("a.raw", {.header = HeaderRecord(
                                     "flavor F10\nkernel 3.12.9\nconfig A=y\n"
                                     "config B=m\nparameter subbufs 8\n"
                                     "colour of\xFF fur\n"),
                                 .next_seq = 1})})
                .status(),
            absl::OkStatus());
  auto reader = trace::Reader::Open(trace_);
  ASSERT_EQ(reader.status(), absl::OkStatus());
  const trace::Header& header = (*reader)->header();
  EXPECT_EQ(header.format_version(), 2u);
  EXPECT_EQ(header.flavor(), "F10");
  EXPECT_EQ(header.kernel(), "3.12.9");
  EXPECT_EQ(header.kernel_config(), "A=y\nB=m\n");
  EXPECT_EQ(header.parameters().at("subbufs"), "8");
  EXPECT_EQ(header.workload(), "boot");
  EXPECT_EQ(header.address_ok(), trace::Header::ADDRESS_OK_OLD);
  EXPECT_EQ(header.switcher_addr(), 0xFFC00000);
  EXPECT_EQ(header.cr0(), 0x80050033);
  EXPECT_EQ(header.host_cpus(), 2u);
  EXPECT_EQ(header.recorded_at(), 1234567890);
  EXPECT_EQ(header.cpu_features_size(), 1);
  EXPECT_TRUE(header.smp());
  EXPECT_FALSE(header.pae());
}

TEST_F(ConvertTest, CpusAreMergedByNumber) {
  const std::string a =
      Write("a.raw",
            {.records = {TrapRecord(1, 1), TrapRecord(4, 4)}, .next_seq = 7});
  const std::string b =
      Write("b.raw", {.cpu = 1,
                      .records = {TrapRecord(2, 2), TrapRecord(3, 3),
                                  HypercallRecord(5), TrapRecord(6, 5)},
                      .next_seq = 7});
  ASSERT_EQ(Run({a, b}).status(), absl::OkStatus());
  EXPECT_THAT(Kinds(), ElementsAre("trap 1", "trap 2", "trap 3", "trap 4",
                                   "hypercall", "trap 5"));
  const std::string forward = trace::ReadBytes(trace_);
  ASSERT_EQ(Run({b, a}).status(), absl::OkStatus());
  EXPECT_EQ(trace::ReadBytes(trace_), forward);
}

TEST_F(ConvertTest, EveryMissingNumberIsLostWhereItIsMissing) {
  const std::string a =
      Write("a.raw",
            {.records = {TrapRecord(4, 2), TrapRecord(5, 3), TrapRecord(8, 6)},
             .next_seq = 12});
  const std::string b = Write(
      "b.raw", {.cpu = 1, .records = {HypercallRecord(7)}, .next_seq = 10});
  const auto counts = Run({a, b});
  ASSERT_EQ(counts.status(), absl::OkStatus());
  EXPECT_EQ(counts->lost, 3u + 1 + 3);
  EXPECT_EQ(counts->gaps, 3u);
  EXPECT_THAT(Kinds(), ElementsAre(Lost(3), "trap 2", "trap 3", Lost(1),
                                   "hypercall", "trap 6", Lost(3)));
}

TEST_F(ConvertTest, TrapsOfAllGuestsAreCountedLostOnesToo) {
  const auto of_guest = [](uint32_t guest, uint64_t seq, uint32_t number) {
    std::string record = TrapRecord(seq, number);
    record[offsetof(trapline_record, guest)] = static_cast<char>(guest);
    return record;
  };
  const std::string a = Write(
      "a.raw",
      {.records = {of_guest(1, 1, 1), of_guest(2, 2, 1), of_guest(1, 3, 2),
                   of_guest(1, 6, 5), of_guest(2, 7, 2)},
       .next_seq = 8});
  ASSERT_EQ(Run({a}).status(), absl::OkStatus());
  EXPECT_THAT(Kinds(), ElementsAre("trap 1", "trap 2", "trap 3", Lost(2),
                                   "trap 6", "trap 7"));
}

TEST_F(ConvertTest, ATrapWhoseReturnNeverCameHasNoStateAfter) {
  std::string payload = TrapPayload(1);
  trapline_trap trap;
  std::memcpy(&trap, payload.data(), sizeof trap);
  trap.after_changed = 0;
  payload = Bytes(trap) + payload.substr(sizeof trap + 4);
  const std::string a = Write(
      "a.raw",
      {.records = {Record(TRAPLINE_TRAP, 1, payload, TRAPLINE_NOT_RETURNED)},
       .next_seq = 2});
  ASSERT_EQ(Run({a}).status(), absl::OkStatus());
  EXPECT_THAT((*ReadTrace(trace_))[0], HasSubstr(" not returned "));
}

TEST_F(ConvertTest, ATrapInWhichTheModuleWasUnloadedIsLost) {
  const std::string a =
      Write("a.raw",
            {.records = {TrapRecord(1, 1), TrapRecord(2, 2, TRAPLINE_UNLOADED)},
             .next_seq = 3});
  const auto counts = Run({a});
  ASSERT_EQ(counts.status(), absl::OkStatus());
  EXPECT_EQ(counts->lost, 1u);
  EXPECT_THAT(Kinds(), ElementsAre("trap 1", Lost(1)));
}

TEST_F(ConvertTest, LossesThatTheModuleCountedButDidNotNumberAreToldToo) {
  trapline_status status = {};
  status.lost_no_room = 3;
  status.lost_missed = 1;
  const std::string a =
      Write("a.raw", {.records = {TrapRecord(1, 1), TrapRecord(3, 3)},
                      .next_seq = 4,
                      .status = status});
  ASSERT_EQ(Run({a}).status(), absl::OkStatus());
  EXPECT_THAT(Kinds(), ElementsAre("trap 1", Lost(1), "trap 3", Lost(3)));
}

TEST_F(ConvertTest, AKilledReaderIsRefusedUnlessToRecover) {
  const TestFile cut = {.records = {TrapRecord(1, 1), TrapRecord(2, 2)},
                        .ended = false};
  const std::string a = Write("a.raw", cut);
  const absl::Status status = Run({a}).status();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(status.message(), HasSubstr("a.raw: cut at offset "));
  EXPECT_THAT(status.message(), HasSubstr("--recover"));
  options_.recover = true;
  const auto counts = Run({a});
  ASSERT_EQ(counts.status(), absl::OkStatus());
  EXPECT_THAT(counts->account, ElementsAre(HasSubstr(": cut at offset ")));
  // How many are missing is not known: one stands for them.
  EXPECT_THAT(Kinds(), ElementsAre("trap 1", "trap 2", Lost(1)));
}

TEST_F(ConvertTest, AReaderStartedAgainTellsWhatTheKilledOneLost) {
  options_.recover = true;
  const std::string a =
      Write("a.raw",
            {.records = {TrapRecord(1, 1), TrapRecord(2, 2)}, .ended = false});
  const std::string b =
      Write("b.raw", {.records = {TrapRecord(5, 5)}, .next_seq = 6});
  ASSERT_EQ(Run({b, a}).status(), absl::OkStatus());
  EXPECT_THAT(Kinds(), ElementsAre("trap 1", "trap 2", Lost(2), "trap 5"));
}

TEST_F(ConvertTest, DamagedFramesArePassedOverAndCounted) {
  TestFile file = {.records_per_frame = 1, .next_seq = 8};
  for (uint32_t i = 1; i < 8; ++i) file.records.push_back(TrapRecord(i, i));
  std::string bytes = FileBytes(file);
  const std::string path = TestPath("damaged.raw");
  bytes[bytes.find(file.records[3]) + 50] ^= 1;
  trace::WriteBytes(path, bytes);
  const absl::Status status = Run({path}).status();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(status.message(), HasSubstr("the checksum of a frame"));
  EXPECT_TRUE(absl::IsNotFound(trace::Reader::Open(trace_).status()));
  EXPECT_TRUE(absl::IsNotFound(trace::Reader::Open(trace_ + ".part").status()));
  options_.recover = true;
  const auto counts = Run({path});
  ASSERT_EQ(counts.status(), absl::OkStatus());
  EXPECT_THAT(counts->account, ElementsAre(HasSubstr(" are left out: ")));
  EXPECT_THAT(Kinds(), ElementsAre("trap 1", "trap 2", "trap 3", Lost(1),
                                   "trap 5", "trap 6", "trap 7"));
}

TEST_F(ConvertTest, FilesOfDifferentRecordingsAreRefused) {
  const std::string a = Write("a.raw", {.next_seq = 1});
  const std::string b = Write(
      "b.raw",
      {.header = HeaderRecord("flavor F2\nkernel 2.6.24\n"), .next_seq = 1});
  EXPECT_THAT(Run({a, b}).status().message(),
              HasSubstr("b.raw: of another recording than "));
}

TEST_F(ConvertTest, AHeaderReadAgainIsOfTheSameRecording) {
  std::string unknown = HeaderRecord();
  std::memset(&unknown[sizeof(trapline_record) +
                       offsetof(trapline_header, switcher_addr)],
              0, 4);
  unknown[offsetof(trapline_record, tsc)] = 7;
  const std::string a =
      Write("a.raw", {.header = unknown, .records = {TrapRecord(1, 1)}});
  const std::string b =
      Write("b.raw", {.records = {TrapRecord(2, 2)}, .next_seq = 3});
  for (const auto& paths : {std::vector{a, b}, std::vector{b, a}}) {
    ASSERT_EQ(Run(paths).status(), absl::OkStatus());
    EXPECT_EQ((*trace::Reader::Open(trace_))->header().switcher_addr(),
              0xFFC00000);
  }
}

TEST_F(ConvertTest, ARecordThatIsThereTwiceIsRefused) {
  const TestFile file = {.records = {TrapRecord(1, 1)}, .next_seq = 2};
  EXPECT_THAT(
      Run({Write("a.raw", file), Write("b.raw", file)}).status().message(),
      testing::AllOf(HasSubstr(": record 1 at offset "), HasSubstr(" is in "),
                     HasSubstr(" too")));
}

}  // namespace
}  // namespace trapline::convert
