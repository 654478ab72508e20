// SPDX-License-Identifier: Apache-2.0

// The same work has the same mix of traps, and what the recorder recorded
// agrees in kind with the captures, made by other means of other boots of the
// same kernels. docs/RECORDING.md has the figures.

#include <cmath>
#include <cstdint>
#include <functional>
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
constexpr int kGuest = trace::Words::kGuestFieldNumber - 1;

// What can be told apart, and how often it came.
template <typename Kind>
using Mix = std::map<Kind, uint64_t>;

struct Mixes {
  Mix<uint32_t> traps;       // by trapnum
  Mix<uint32_t> hypercalls;  // by number
  Mix<std::string> paths;
};

// Which traps of a recording to count: told the guest, and how many traps of
// that guest came before.
using Wanted = std::function<bool(uint32_t guest, uint64_t before)>;

bool All(uint32_t, uint64_t) { return true; }

Mixes MixesOf(const std::string& name, const Wanted& wanted = All) {
  Mixes mixes;
  auto reader =
      trace::Reader::Open(absl::StrCat("traces/good/", name, ".trace"));
  EXPECT_EQ(reader.status(), absl::OkStatus());
  if (!reader.ok()) return mixes;
  const auto setting = replay::MakeSetting((*reader)->header(), "");
  EXPECT_EQ(setting.status(), absl::OkStatus());
  if (!setting.ok()) return mixes;
  replay::PathCounter paths(*setting);
  std::map<uint32_t, uint64_t> before;  // by guest
  trace::BlockDecoder decoder;
  for (;;) {
    const auto block = (*reader)->Next();
    EXPECT_EQ(block.status(), absl::OkStatus());
    if (!block.ok() || !block->has_value()) break;
    EXPECT_EQ(decoder.Start(**block, trace::kReplayColumns), absl::OkStatus());
    trace::Trap trap;
    while (decoder.Next(&trap)) {
      const uint32_t guest = trap.before[kGuest];
      if (!wanted(guest, before[guest]++)) continue;
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

struct Distances {
  double traps = 0, hypercalls = 0, paths = 0;
};

Distances Between(const Mixes& a, const Mixes& b) {
  return {Distance(a.traps, b.traps), Distance(a.hypercalls, b.hypercalls),
          Distance(a.paths, b.paths)};
}

void ExpectLess(const Distances& a, const Distances& b) {
  EXPECT_LT(a.traps, b.traps);
  EXPECT_LT(a.hypercalls, b.hypercalls);
  EXPECT_LT(a.paths, b.paths);
}

void Print(const std::string& what, const Distances& distances) {
  std::cout << what << ": traps " << distances.traps << ", hypercalls "
            << distances.hypercalls << ", paths " << distances.paths << "\n";
}

// Two guests of one recording do the same work. They may differ as much as
// every other thousand traps of one of them from the thousands between.
TEST(OneWorkload, HasOneMix) {
  constexpr char kRecording[] = "recorded-3.12-smp";
  constexpr uint64_t kStretch = 1000;
  const auto guest = [&](uint32_t wanted) {
    return MixesOf(kRecording,
                   [=](uint32_t its, uint64_t) { return its == wanted; });
  };
  const auto part = [&](uint64_t stretch, uint64_t of, uint64_t which) {
    return MixesOf(kRecording, [=](uint32_t its, uint64_t before) {
      return its == 1 && before / stretch % of == which;
    });
  };
  const Distances guests = Between(guest(1), guest(2));
  const Distances chance = Between(part(kStretch, 2, 0), part(kStretch, 2, 1));
  Print("two guests", guests);
  Print("alternate thousands of one", chance);
  ExpectLess(guests, chance);
  // Other work, its beginning and all the rest, is told apart by that.
  const Distances work = Between(part(20 * kStretch, UINT64_MAX, 0),
                                 part(20 * kStretch, UINT64_MAX, 1));
  Print("its first twenty thousand and its next", work);
  ExpectLess(chance, work);
}

constexpr const char* kKernels[] = {"2.6.24", "2.6.32", "3.12"};

// What ran in the guests was not the same, so the yardstick is how far captures
// are from each other, which were made by one means of like work.
TEST(Recordings, AreNearerToTheirKernelsCaptureThanAnyOtherCaptureIs) {
  std::map<std::string, Mixes> captured;
  for (const std::string kernel : kKernels) {
    captured[kernel] = MixesOf("v" + kernel + "-boot");
  }
  for (const std::string kernel : kKernels) {
    const Mixes recorded = MixesOf("recorded-" + kernel);
    const Distances its = Between(recorded, captured[kernel]);
    Print(kernel + ", recorded and captured", its);
    for (const std::string other : kKernels) {
      if (other == kernel) continue;
      const Distances apart = Between(captured[kernel], captured[other]);
      Print(kernel + " and " + other + ", captured", apart);
      ExpectLess(its, apart);
      EXPECT_LT(its.hypercalls, Between(recorded, captured[other]).hypercalls)
          << kernel << " makes the hypercalls of " << other;
    }
  }
}

// The guests of the captures read ports in other widths.
TEST(Recordings, LackOfThePathsCapturedOnlyWidthsOfIn) {
  for (const std::string kernel : kKernels) {
    const Mixes recorded = MixesOf("recorded-" + kernel);
    std::vector<std::string> missing;
    for (const auto& [path, traps] : MixesOf("v" + kernel + "-boot").paths) {
      if (recorded.paths.count(path) == 0) missing.push_back(path);
    }
    EXPECT_THAT(missing, Each(HasSubstr("IN DX, wide"))) << kernel;
  }
}

}  // namespace
}  // namespace trapline
