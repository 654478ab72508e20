// SPDX-License-Identifier: Apache-2.0

// Two thousand times the recorder is loaded and unloaded on a real kernel.

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "recorder/qemu/virtual_host.h"

namespace trapline::qemu {
namespace {

// Less than the smallest thing that could be left behind each time.
constexpr double kMostBytesACycle = 32;

TEST(Cycles, LeaveNoMemoryBehind) {
  const std::string text = Boot("cycles")["cycles"];
  std::cout << text;
  struct Round {
    int64_t cycles, given_out, free;  // KiB
  };
  std::vector<Round> rounds;
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    Round round;
    ASSERT_EQ(words.size(), 4u) << text;
    ASSERT_TRUE(absl::SimpleAtoi(words[0], &round.cycles) &&
                absl::SimpleAtoi(words[1], &round.given_out) &&
                absl::SimpleAtoi(words[2], &round.free));
    rounds.push_back(round);
  }
  ASSERT_GE(rounds.size(), 2u);
  const Round& first = rounds.front();
  const Round& last = rounds.back();
  EXPECT_EQ(last.cycles, 2000);
  const auto a_cycle = [](int64_t kib, int64_t cycles) {
    return 1024.0 * static_cast<double>(kib) / static_cast<double>(cycles);
  };
  EXPECT_LT(a_cycle(last.given_out - first.given_out, last.cycles),
            kMostBytesACycle)
      << text;
  // Whatever else the kernel does takes free memory too, now and then; what is
  // left behind each time shows in every round.
  std::vector<double> taken;
  for (size_t i = 1; i < rounds.size(); ++i) {
    taken.push_back(a_cycle(rounds[i - 1].free - rounds[i].free,
                            rounds[i].cycles - rounds[i - 1].cycles));
  }
  std::sort(taken.begin(), taken.end());
  EXPECT_LT(taken[(taken.size() - 1) / 2], 4 * kMostBytesACycle) << text;
}

}  // namespace
}  // namespace trapline::qemu
