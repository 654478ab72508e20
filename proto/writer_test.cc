// SPDX-License-Identifier: Apache-2.0

#include "proto/writer.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/frame.h"
#include "proto/recover.h"
#include "proto/testing_files.h"

namespace trapline::trace {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

std::unique_ptr<Writer> CreateWriter(const std::string& path,
                                     const WriterOptions& options = {}) {
  auto writer = Writer::Create(path, TestHeader(), options);
  EXPECT_EQ(writer.status(), absl::OkStatus());
  return *std::move(writer);
}

TEST(Writer, TheTraceTakesItsNameWhenItIsWhole) {
  const std::string path = TestPath("whole.trace");
  std::remove(path.c_str());
  auto writer = CreateWriter(path);
  ASSERT_EQ(writer->Add(Trap()), absl::OkStatus());
  EXPECT_TRUE(absl::IsNotFound(Reader::Open(path).status()));
  ASSERT_EQ(writer->Close(), absl::OkStatus());
  EXPECT_EQ(ReadTrace(path).status(), absl::OkStatus());
  EXPECT_TRUE(absl::IsNotFound(Reader::Open(path + ".part").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(writer->Add(Trap())));
  EXPECT_TRUE(absl::IsFailedPrecondition(writer->Close()));
}

TEST(Writer, KilledAtAnyMomentItLeavesEveryBlockItFinished) {
  const std::string path = TestPath("killed.trace");
  const std::string part = path + ".part";
  WriterOptions options;
  options.zstd_level = 1;
  options.traps_per_block = 8;
  RecordMaker maker(5);
  std::vector<Record> records;
  for (int i = 0; i < 2000; ++i) records.emplace_back(maker.MakeTrap());
  const std::vector<std::string> expected = Describe(records);
  auto* added = static_cast<volatile int*>(
      mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE,
           MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  for (int moment = 0; moment < 20; ++moment) {
    std::remove(path.c_str());
    *added = 0;
    const pid_t child = fork();
    if (child == 0) {
      auto writer = Writer::Create(path, TestHeader(), options);
      for (const Record& record : records) {
        if (!(*writer)->Add(std::get<Trap>(record)).ok()) _exit(1);
        *added = *added + 1;
      }
      for (;;) pause();
    }
    while (*added < 10 + 97 * moment) usleep(10);
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));

    EXPECT_TRUE(absl::IsNotFound(Reader::Open(path).status()));
    EXPECT_THAT(ReadTrace(part).status().message(), HasSubstr("recover"));
    const auto recovery = Recover(part, path);
    ASSERT_EQ(recovery.status(), absl::OkStatus());
    EXPECT_TRUE(recovery->end_missing);
    EXPECT_GT(recovery->traps + 8, static_cast<uint64_t>(*added));
    const auto lines = ReadTrace(path);
    ASSERT_EQ(lines.status(), absl::OkStatus());
    ASSERT_EQ(lines->size(), recovery->traps + 1);  // and a Loss
    EXPECT_TRUE(std::equal(lines->begin(), lines->end() - 1, expected.begin()));
  }
}

TEST(Writer, SaysThatTheDiskIsFull) {
  const std::string path = TestPath("full.trace");
  ASSERT_EQ(WriteTrace(path, {Trap()}), absl::OkStatus());
  const size_t whole = ReadBytes(path).size();
  std::remove(path.c_str());
  signal(SIGXFSZ, SIG_IGN);
  rlimit old;
  getrlimit(RLIMIT_FSIZE, &old);
  for (const size_t room : {size_t{200}, whole - 20, whole - 1}) {
    auto writer = CreateWriter(path);
    rlimit low = old;
    low.rlim_cur = room;
    setrlimit(RLIMIT_FSIZE, &low);
    ASSERT_EQ(writer->Add(Trap()), absl::OkStatus());
    const absl::Status first = writer->Close();
    const absl::Status second = writer->Close();
    setrlimit(RLIMIT_FSIZE, &old);
    EXPECT_THAT(first.message(), HasSubstr("full.trace.part"));
    EXPECT_EQ(second, first);
    EXPECT_TRUE(absl::IsNotFound(Reader::Open(path).status()));
  }
}

TEST(Writer, ABlockIsClosedOnceItHoldsItsBytes) {
  const std::string path = TestPath("bytes.trace");
  WriterOptions options;
  options.zstd_level = 1;
  options.block_bytes = 10000;
  RecordMaker maker(6);
  const std::vector<Record> records = maker.Make(1000);
  ASSERT_EQ(WriteTrace(path, records, options), absl::OkStatus());
  const auto blocks = ReadBlocks(path);
  ASSERT_EQ(blocks.status(), absl::OkStatus());
  EXPECT_GT(blocks->size(), 10u);
  EXPECT_THAT(*ReadTrace(path), ElementsAreArray(Describe(records)));
}

TEST(Writer, TheLargestRecordsOfTheLargestBlocksCanBeRead) {
  const std::string path = TestPath("largest.trace");
  WriterOptions options;
  options.zstd_level = 1;
  options.traps_per_block = 65536;
  auto writer = CreateWriter(path, options);
  const std::string bytes(4'000'000, 'x');
  Trap large;
  large.accesses.push_back({reinterpret_cast<const uint8_t*>(bytes.data()), 0,
                            static_cast<uint32_t>(bytes.size()), false});
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(writer->Add(large), absl::OkStatus());
  }
  Trap dying;
  dying.calls.resize(4096);
  for (Call& call : dying.calls) call.kind = KILL_GUEST;
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(writer->Add(dying), absl::OkStatus());
  }
  Event death;
  death.mutable_death();
  for (int i = 0; i < 140'000; ++i) {
    ASSERT_EQ(writer->Add(death), absl::OkStatus());
  }
  ASSERT_EQ(writer->Close(), absl::OkStatus());
  const auto lines = ReadTrace(path);
  ASSERT_EQ(lines.status(), absl::OkStatus());
  EXPECT_EQ(lines->size(), 140'045u);
}

TEST(Writer, RefusesOptionsThatTheFormatDoesNotAllow) {
  const auto create = [](const WriterOptions& options) {
    return Writer::Create(TestPath("options.trace"), Header(), options)
        .status();
  };
  WriterOptions options;
  EXPECT_EQ(create(options), absl::OkStatus());
  options.traps_per_block = 0;
  EXPECT_TRUE(absl::IsInvalidArgument(create(options)));
  options.traps_per_block = 65537;
  EXPECT_TRUE(absl::IsInvalidArgument(create(options)));
  options = {};
  options.zstd_level = 23;
  EXPECT_TRUE(absl::IsInvalidArgument(create(options)));
  options = {};
  options.block_bytes = size_t{9} << 20;
  EXPECT_TRUE(absl::IsInvalidArgument(create(options)));
}

TEST(Writer, RefusesAHeaderThatTheFormatCannotHold) {
  const std::string path = TestPath("header.trace");
  Header header;
  header.set_kernel("\xff");
  EXPECT_TRUE(absl::IsInvalidArgument(Writer::Create(path, header).status()));
  header.set_kernel(std::string(kMaxHeader, 'x'));
  EXPECT_TRUE(absl::IsInvalidArgument(Writer::Create(path, header).status()));
  header.clear_kernel();
  header.set_address_ok(static_cast<Header::AddressOk>(3));
  EXPECT_TRUE(absl::IsInvalidArgument(Writer::Create(path, header).status()));
}

// Records that the format cannot hold, by what is wrong with them.
std::vector<std::pair<std::string, Record>> BadRecords() {
  std::vector<std::pair<std::string, Record>> bad;
  const auto add = [&](const char* what, auto change) {
    Trap trap;
    trap.calls.emplace_back();
    trap.calls[0].kind = KILL_GUEST;
    change(&trap);
    bad.emplace_back(what, trap);
  };
  add("word", [](Trap* trap) { trap->present = uint64_t{1} << kWordCount; });
  add("gate", [](Trap* trap) {
    trap->before[11] = trap->after[11] = 256;
    trap->gate_hi = 1;
  });
  add("never returned", [](Trap* trap) {
    trap->returned = false;
    trap->after[0] = 1;
  });
  add("unknown kind", [](Trap* trap) { trap->calls[0].kind = CALL_UNKNOWN; });
  add("unknown kind",
      [](Trap* trap) { trap->calls[0].kind = static_cast<CallKind>(9); });
  add("arguments", [](Trap* trap) { trap->calls[0].args[0] = 1; });
  add("returned nothing", [](Trap* trap) { trap->calls[0].returned = 1; });
  add("UTF-8", [](Trap* trap) { trap->calls[0].message = "\xff"; });
  add("message of", [](Trap* trap) {
    trap->calls[0].kind = DEMAND_PAGE;
    trap->calls[0].message = "x";
  });
  add("kill_guest",
      [](Trap* trap) { trap->calls.resize(4097, trap->calls[0]); });
  add("16 bytes", [](Trap* trap) { trap->insn = "12345678901234567"; });
  static const std::string bytes(5'000'000, 'x');
  add("a record of", [](Trap* trap) {
    trap->accesses.push_back({reinterpret_cast<const uint8_t*>(bytes.data()), 0,
                              static_cast<uint32_t>(bytes.size()), true});
  });

  bad.emplace_back("no kind", Event());
  Event loss;
  loss.mutable_loss();
  bad.emplace_back("loss of nothing", loss);
  loss.mutable_loss()->set_records(~uint64_t{0});
  bad.emplace_back("numbers", loss);
  Event death;
  death.mutable_death()->set_message("\xff");
  bad.emplace_back("UTF-8", death);
  Event start;
  start.mutable_start()->mutable_registers()->add_eax(1);
  start.mutable_start()->mutable_registers()->add_eax(2);
  bad.emplace_back("more than one value", start);
  return bad;
}

TEST(Writer, RefusesWhatTheFormatCannotHoldAndGoesOnWithoutIt) {
  const std::string path = TestPath("refused.trace");
  auto writer = CreateWriter(path);
  std::vector<Record> records;
  uint64_t number = 0;
  for (const auto& [what, record] : BadRecords()) {
    Trap good;
    good.number = ++number;
    ASSERT_EQ(writer->Add(good), absl::OkStatus());
    records.emplace_back(good);
    const absl::Status status =
        std::visit([&](const auto& it) { return writer->Add(it); }, record);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << what << ": " << status;
    EXPECT_THAT(status.message(), HasSubstr(what));
  }
  ASSERT_EQ(writer->Close(), absl::OkStatus());
  EXPECT_THAT(*ReadTrace(path), ElementsAreArray(Describe(records)));
}

}  // namespace
}  // namespace trapline::trace
