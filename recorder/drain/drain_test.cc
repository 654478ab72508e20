// SPDX-License-Identifier: Apache-2.0

// The drain as a process of its own, built for this machine; fifos stand in
// for the module's channels.

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "recorder/convert/convert.h"
#include "recorder/convert/testing_raw.h"

namespace trapline::convert {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int kSound = 0;
constexpr int kFailed = 1;
constexpr int kWrongUse = 2;
constexpr int kGaps = 3;

constexpr int kChannels = 2;
constexpr int kPipe = 1 << 20;  // bytes

std::string Records(uint64_t first, uint64_t last) {
  std::string bytes;
  for (uint64_t seq = first; seq <= last; ++seq) {
    absl::StrAppend(&bytes, HypercallRecord(seq));
  }
  return bytes;
}

class DrainTest : public ::testing::Test {
 protected:
  DrainTest() {
    std::filesystem::remove_all(test_);
    std::filesystem::create_directories(source_);
    trace::WriteBytes(source_ + "/header", HeaderRecord());
    SetTotals(1);
    for (int cpu = 0; cpu < kChannels; ++cpu) {
      const std::string path = absl::StrCat(source_, "/cpu", cpu);
      EXPECT_EQ(mkfifo(path.c_str(), 0600), 0);
      channels_[cpu] = open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
      EXPECT_EQ(fcntl(channels_[cpu], F_SETPIPE_SZ, kPipe), kPipe);
    }
  }

  ~DrainTest() override { CloseChannels(); }

  void CloseChannels() {
    for (int& channel : channels_) {
      if (channel >= 0) close(channel);
      channel = -1;
    }
  }

  void SetTotals(uint64_t next_seq, const trapline_status& status = {}) {
    const std::string path = source_ + "/totals";
    trace::WriteBytes(path + ".new", StatusRecord(next_seq, status));
    std::filesystem::rename(path + ".new", path);
  }

  void Start(const std::vector<std::string>& arguments, rlim_t most_bytes) {
    drain_ = fork();
    if (drain_ != 0) return;
    const rlimit limit = {most_bytes, most_bytes};
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, SIG_IGN);
    const int out = open(out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, 1);
    dup2(out, 2);
    std::vector<char*> argv;
    std::string program = "recorder/drain/drain_here";
    argv.push_back(program.data());
    std::vector<std::string> copies = arguments;
    for (std::string& argument : copies) argv.push_back(argument.data());
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }

  void Start(rlim_t most_bytes = RLIM_INFINITY) {
    Start({"-s", source_, folder_}, most_bytes);
  }

  void Give(int cpu, const std::string& bytes) {
    ASSERT_EQ(write(channels_[cpu], bytes.data(), bytes.size()),
              static_cast<ssize_t>(bytes.size()));
  }

  // Waits until all that was given has been read.
  void Drained() {
    for (const int channel : channels_) {
      for (int held = 1; ioctl(channel, FIONREAD, &held) == 0 && held != 0;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
  }

  int Wait() {
    int status = 0;
    EXPECT_EQ(waitpid(drain_, &status, 0), drain_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  int Stop() {
    Drained();
    kill(drain_, SIGTERM);
    return Wait();
  }

  std::string Out() { return trace::ReadBytes(out_); }

  std::string File(int cpu) {
    return absl::StrCat(folder_, "/cpu", cpu, ".raw");
  }

  RawCounts Check(int cpu) {
    const auto counts = CheckRaw(File(cpu));
    EXPECT_EQ(counts.status(), absl::OkStatus());
    return counts.ok() ? *counts : RawCounts();
  }

  // Of all files together.
  ConvertCounts ConvertAll() {
    const auto counts = Convert({File(0), File(1)}, test_ + "/trace");
    EXPECT_EQ(counts.status(), absl::OkStatus());
    return counts.ok() ? *counts : ConvertCounts();
  }

  const std::string test_ = trace::TestPath(
      ::testing::UnitTest::GetInstance()->current_test_info()->name());
  const std::string source_ = test_ + "/source";
  const std::string folder_ = test_ + "/folder";
  const std::string out_ = test_ + "/out";
  int channels_[kChannels] = {-1, -1};
  pid_t drain_ = -1;
};

TEST_F(DrainTest, ASignalEndsARecordingThatHasAllThatTheChannelsGave) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    std::filesystem::remove_all(folder_);
    Start();
    Give(0, Records(1, 60));
    Give(1, Records(61, 100));
    SetTotals(101);
    Drained();
    kill(drain_, signal);
    EXPECT_EQ(Wait(), kSound) << Out();
    EXPECT_THAT(Out(), HasSubstr("cpu0: 60 records, "));
    EXPECT_THAT(Out(), HasSubstr("cpu1: 40 records, "));
    EXPECT_THAT(Out(), HasSubstr("100 records since the module was loaded: "
                                 "100 are here, 0 are not\n"));
    EXPECT_EQ(Check(0).records, 60u);
    EXPECT_EQ(Check(1).first, 61u);
    EXPECT_EQ(ConvertAll().lost, 0u);
  }
}

TEST_F(DrainTest, ARecordThatComesInPartsIsWrittenWhole) {
  Start();
  const std::string bytes = Records(1, 3);
  for (size_t at = 0; at < bytes.size(); at += 31) {
    Give(0, bytes.substr(at, 31));
    Drained();
  }
  SetTotals(4);
  EXPECT_EQ(Stop(), kSound) << Out();
  EXPECT_EQ(Check(0).records, 3u);
}

TEST_F(DrainTest, ASlowReaderLosesNothingThatItsChannelHolds) {
  Start();
  Give(0, Records(1, 10));
  Drained();
  kill(drain_, SIGSTOP);
  const uint64_t many = kPipe / Records(1, 1).size() / 2;
  Give(0, Records(11, many));
  SetTotals(many + 1);
  kill(drain_, SIGCONT);
  EXPECT_EQ(Stop(), kSound) << Out();
  EXPECT_EQ(Check(0).records, many);
  EXPECT_EQ(ConvertAll().lost, 0u);
}

TEST_F(DrainTest, WhatTheModuleLostIsToldToTheRecord) {
  Start();
  Give(0, Records(1, 20));
  Give(0, Records(26, 40));
  trapline_status status = {};
  status.lost_no_room = 5;
  SetTotals(41, status);
  EXPECT_EQ(Stop(), kGaps);
  EXPECT_THAT(Out(), HasSubstr("40 records since the module was loaded: 35 are "
                               "here, 5 are not\nthe module lost 5 for want"));
  EXPECT_EQ(ConvertAll().lost, 5u);
}

TEST_F(DrainTest, ADamagedRecordIsLeftOutAlone) {
  std::string damaged = HypercallRecord(21);
  damaged[0] ^= 1;
  Start();
  Give(0, absl::StrCat(Records(1, 20), damaged, Records(22, 40)));
  SetTotals(41);
  EXPECT_EQ(Stop(), kGaps);
  EXPECT_THAT(Out(), HasSubstr(absl::StrCat("cpu0: ", damaged.size(),
                                            " bytes of no whole record\n")));
  EXPECT_EQ(Check(0).records, 39u);
  const ConvertCounts counts = ConvertAll();
  EXPECT_EQ(counts.lost, 1u);
  EXPECT_EQ(counts.gaps, 1u);
}

TEST_F(DrainTest, AFullDiskEndsItAndWhatIsThereIsSound) {
  constexpr rlim_t kMost = 300 << 10;
  Start(kMost);
  uint64_t last = 0;
  for (int part = 0; part < 8; ++part) {
    SetTotals(last + 1001);
    Give(0, Records(last + 1, last + 1000));
    last += 1000;
    // Once the drain has ended nobody reads.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(Wait(), kFailed);
  EXPECT_THAT(Out(), HasSubstr(absl::StrCat("ended early: ", folder_,
                                            ": File too large\n")));
  EXPECT_LE(std::filesystem::file_size(File(0)), kMost);
  const RawCounts counts = Check(0);
  EXPECT_GT(counts.records, 1000u);
  EXPECT_EQ(counts.last, counts.records);
  const ConvertCounts converted = ConvertAll();
  EXPECT_GT(converted.lost, 0u);
  EXPECT_LE(converted.records + converted.lost, last);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/reserve"));
}

TEST_F(DrainTest, TheModuleThatGoesEndsIt) {
  Start();
  Give(0, Records(1, 20));
  Drained();
  trapline_status status = {};
  status.final = 1;
  Give(1, absl::StrCat(Records(21, 30), StatusRecord(31, status)));
  CloseChannels();
  EXPECT_EQ(Wait(), kSound) << Out();
  EXPECT_THAT(Out(), HasSubstr("31 are here, 0 are not\n"));
  EXPECT_EQ(Check(1).records, 11u);
}

TEST_F(DrainTest, SaysWhyItCannotBegin) {
  Start({"-s", test_ + "/nowhere", folder_}, RLIM_INFINITY);
  EXPECT_EQ(Wait(), kFailed);
  EXPECT_THAT(Out(), StartsWith("drain: no recorder at " + test_ + "/nowhere"));
  EXPECT_FALSE(std::filesystem::exists(folder_));

  std::filesystem::create_directories(folder_);
  Start();
  EXPECT_EQ(Wait(), kFailed);
  EXPECT_EQ(Out(), "drain: cannot create " + folder_ + ": File exists\n");

  trace::WriteBytes(source_ + "/header", HeaderRecord().substr(0, 100));
  Start();
  EXPECT_EQ(Wait(), kFailed);
  EXPECT_THAT(Out(), StartsWith("drain: no recorder at "));
}

TEST_F(DrainTest, WrongUseIsTold) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {folder_, "more"}, {"-x", folder_}}) {
    Start(arguments, RLIM_INFINITY);
    EXPECT_EQ(Wait(), kWrongUse);
    EXPECT_THAT(Out(), HasSubstr("usage: drain [-s SOURCE] FOLDER\n"));
  }
}

}  // namespace
}  // namespace trapline::convert
