// SPDX-License-Identifier: Apache-2.0

// What the recorder recorded agrees in kind with the captures, made by other
// means of other boots of the same kernels: the same traps, hypercalls and
// paths, in like shares. docs/RECORDING.md has the figures.

#include <cmath>
#include <cstdint>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/state.h"
#include "proto/reader.h"
#include "replayer/coverage/taken_paths.h"
#include "replayer/replay_trap.h"

namespace trapline {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

constexpr uint32_t kHypercall = 31;

// What can be told apart, and how often it came.
template <typename Kind>
using Mix = std::map<Kind, uint64_t>;

struct Mixes {
  Mix<uint32_t> traps;       // by trapnum
  Mix<uint32_t> hypercalls;  // by number
  Mix<std::string> paths;
};

Mixes MixesOf(const std::string& name) {
  Mixes mixes;
  auto reader =
      trace::Reader::Open(absl::StrCat("traces/good/", name, ".trace"));
  EXPECT_EQ(reader.status(), absl::OkStatus());
  if (!reader.ok()) return mixes;
  const auto setting = replay::MakeSetting((*reader)->header(), "");
  EXPECT_EQ(setting.status(), absl::OkStatus());
  if (!setting.ok()) return mixes;
  replay::PathCounter paths(*setting);
  trace::BlockDecoder decoder;
  for (;;) {
    const auto block = (*reader)->Next();
    EXPECT_EQ(block.status(), absl::OkStatus());
    if (!block.ok() || !block->has_value()) break;
    EXPECT_EQ(decoder.Start(**block, trace::kReplayColumns), absl::OkStatus());
    trace::Trap trap;
    while (decoder.Next(&trap)) {
      const uint32_t trapnum = trap.before[model::kStateIndex.trapnum];
      ++mixes.traps[trapnum];
      if (trapnum == kHypercall) {
        ++mixes.hypercalls[trap.before[model::kStateIndex.eax]];
      }
      paths.Add(trap);
    }
    EXPECT_EQ(decoder.status(), absl::OkStatus());
  }
  const auto coverage = paths.Finish();
  EXPECT_EQ(coverage.status(), absl::OkStatus());
  if (!coverage.ok()) return mixes;
  for (const auto& [path, traps] : coverage->taken) {
    mixes.paths[std::string(path)] = traps;
  }
  return mixes;
}

// Total variation: the share of one mix that would have to be another kind to
// make the other mix of it. 0: alike; 1: nothing in common.
template <typename Kind>
double Distance(const Mix<Kind>& a, const Mix<Kind>& b) {
  uint64_t of_a = 0, of_b = 0;
  std::set<Kind> kinds;
  for (const auto& [kind, count] : a) of_a += count, kinds.insert(kind);
  for (const auto& [kind, count] : b) of_b += count, kinds.insert(kind);
  const auto share = [](const Mix<Kind>& mix, const Kind& kind, uint64_t of) {
    const auto found = mix.find(kind);
    return found == mix.end()
               ? 0.0
               : static_cast<double>(found->second) / static_cast<double>(of);
  };
  double sum = 0;
  for (const Kind& kind : kinds) {
    sum += std::abs(share(a, kind, of_a) - share(b, kind, of_b));
  }
  return sum / 2;
}

class MixTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const std::string kernel : kKernels) {
      (*captured_)[kernel] = MixesOf("v" + kernel + "-boot");
      (*recorded_)[kernel] = MixesOf("recorded-" + kernel);
    }
  }

  static constexpr const char* kKernels[] = {"2.6.24", "2.6.32", "3.12"};
  static std::map<std::string, Mixes>* const captured_;
  static std::map<std::string, Mixes>* const recorded_;
};

std::map<std::string, Mixes>* const MixTest::captured_ =
    new std::map<std::string, Mixes>;
std::map<std::string, Mixes>* const MixTest::recorded_ =
    new std::map<std::string, Mixes>;

TEST_F(MixTest, EachKernelTakesItsTrapsInLikeShares) {
  for (const std::string kernel : kKernels) {
    const double distance =
        Distance((*recorded_)[kernel].traps, (*captured_)[kernel].traps);
    std::cout << kernel << ": traps " << distance << "\n";
    EXPECT_LT(distance, 0.25) << kernel;
  }
}

TEST_F(MixTest, EachKernelMakesItsOwnHypercallsRatherThanAnothers) {
  for (const std::string kernel : kKernels) {
    std::map<std::string, double> distance;
    for (const std::string other : kKernels) {
      distance[other] = Distance((*recorded_)[kernel].hypercalls,
                                 (*captured_)[other].hypercalls);
      std::cout << kernel << ": hypercalls " << distance[other] << " from "
                << other << "'s\n";
    }
    EXPECT_LT(distance[kernel], 0.15) << kernel;
    for (const auto& [other, its] : distance) {
      EXPECT_GE(its, distance[kernel]) << kernel << " is more like " << other;
    }
  }
}

// The guests of the captures read ports in other widths.
TEST_F(MixTest, OfThePathsCapturedOnlyWidthsOfInWereNotRecorded) {
  for (const std::string kernel : kKernels) {
    const Mix<std::string>& recorded = (*recorded_)[kernel].paths;
    std::vector<std::string> missing;
    for (const auto& [path, traps] : (*captured_)[kernel].paths) {
      if (recorded.count(path) == 0) missing.push_back(path);
    }
    EXPECT_THAT(missing, Each(HasSubstr("IN DX, wide"))) << kernel;
    const double distance = Distance(recorded, (*captured_)[kernel].paths);
    std::cout << kernel << ": paths " << distance << "\n";
    EXPECT_LT(distance, 0.35) << kernel;
  }
}

}  // namespace
}  // namespace trapline
