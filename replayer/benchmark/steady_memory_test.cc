// SPDX-License-Identifier: Apache-2.0

// The memory of a replay does not grow with the trace.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "replayer/benchmark/repeat_trace.h"
#include "replayer/replay.h"

namespace trapline::benchmark {
namespace {

// Peak resident memory of a process that replays `path`, in KiB.
long PeakOfReplay(const std::string& path, uint64_t traps, int jobs) {
  const pid_t child = fork();
  if (child == 0) {
    execl("replayer/trapline", "trapline", "replay", path.c_str(), "--jobs",
          std::to_string(jobs).c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  rusage usage = {};
  EXPECT_EQ(wait4(child, &status, 0, &usage), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0) << traps << " traps";
  return usage.ru_maxrss;
}

class SteadyMemoryTest : public testing::TestWithParam<int> {};

TEST_P(SteadyMemoryTest, FiveMillionTrapsTakeWhatAHundredThousandTake) {
  const std::string folder = std::getenv("TEST_TMPDIR");
  const std::string few = folder + "/few.trace", many = folder + "/many.trace";
  const std::string boot = "traces/good/v3.12-boot.trace";
  trace::WriterOptions options;
  options.zstd_level = 3;
  ASSERT_TRUE(RepeatTrace(boot, 100'000, few, options).ok());
  ASSERT_TRUE(RepeatTrace(boot, 5'000'000, many, options).ok());
  const long small = PeakOfReplay(few, 100'000, GetParam());
  const long large = PeakOfReplay(many, 5'000'000, GetParam());
  std::printf("peak: %ld KiB for 100,000 traps, %ld KiB for 5,000,000\n", small,
              large);
  EXPECT_LE(large, small * 11 / 10);
  EXPECT_GE(large, small * 9 / 10);
  std::remove(few.c_str());
  std::remove(many.c_str());
}

INSTANTIATE_TEST_SUITE_P(Jobs, SteadyMemoryTest, testing::Values(1, 2));

}  // namespace
}  // namespace trapline::benchmark
