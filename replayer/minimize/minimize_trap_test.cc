// SPDX-License-Identifier: Apache-2.0

#include "replayer/minimize/minimize_trap.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/state.h"
#include "replayer/clauses/check_trap.h"
#include "replayer/explain.h"
#include "replayer/testing_faults.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The first field, without its index, and the clauses that are broken.
std::vector<std::string> WayOf(const Setting& setting,
                               const trace::Trap& trap) {
  const auto differences = Explain(setting, trap);
  if (differences.empty()) return {};
  std::string field = differences[0].field;
  field.erase(std::remove_if(field.begin(), field.end(), ::isdigit),
              field.end());
  std::vector<std::string> way = {field};
  TrapChecker checker(setting.host);
  if (const auto* check = checker.Check(trap)) {
    for (const auto* clause : check->violated) way.emplace_back(clause->id);
  }
  return way;
}

class Minimize : public ::testing::Test {
 protected:
  // One trap of each shape, to plant faults in.
  void SetUp() override { LoadShapes("v3.12-boot", 1, &recording_); }

  MinimizedTrap Least(const trace::Trap& trap) const {
    return MinimizeTrap(recording_.setting, trap);
  }
  std::vector<std::string> Way(const trace::Trap& trap) const {
    return WayOf(recording_.setting, trap);
  }
  const trace::Trap& FirstOf(uint32_t trapnum) const {
    const auto& index = model::kStateIndex;
    return *std::find_if(recording_.traps.begin(), recording_.traps.end(),
                         [&](const trace::Trap& trap) {
                           return trap.before[index.trapnum] == trapnum;
                         });
  }
  // A fault that a walk of the guest's tables tells of.
  const trace::Trap& FirstThatWalks() const {
    return *std::find_if(recording_.traps.begin(), recording_.traps.end(),
                         [](const trace::Trap& trap) {
                           return !trap.accesses.empty() &&
                                  trap.accesses[0].address != 0 &&
                                  trap.before[model::kStateIndex.gpgdir] != 0;
                         });
  }

  Recording recording_;
};

TEST_F(Minimize, KeepsTheWayInWhichAnyTrapDiverges) {
  int planted = 0;
  for (const FaultMaker make :
       {StateFaults, GateFaults, CallFaults, AccessFaults, ReadFaults}) {
    for (size_t i = 0; i < recording_.traps.size(); ++i) {
      const Faults faults = make(recording_.setting, recording_.traps[i]);
      for (size_t j = i % 2503; j < faults.size(); j += 2503) {
        const trace::Trap& trap = faults[j].trap;
        const auto way = Way(trap);
        if (way.empty()) continue;
        ++planted;
        const MinimizedTrap least = Least(trap);
        EXPECT_EQ(Way(least.trap), way) << faults[j].what;
      }
    }
  }
  EXPECT_GT(planted, 20);
}

TEST_F(Minimize, LeavesNothingButTheDifference) {
  trace::Trap trap = FirstOf(31);  // a hypercall: nothing is done
  trap.after[model::kStateIndex.ebx] ^= 0x10;
  const MinimizedTrap minimized = Least(trap);
  const trace::Trap& least = minimized.trap;
  EXPECT_EQ(least.number, trap.number);
  EXPECT_EQ(least.tsc, 0u);
  EXPECT_THAT(least.accesses, IsEmpty());
  trace::WordArray words = {};
  words[model::kStateIndex.trapnum] = 31;
  EXPECT_EQ(least.before, words);
  words[model::kStateIndex.hcall_pending] = 1;
  words[model::kStateIndex.ebx] = least.after[model::kStateIndex.ebx];
  EXPECT_EQ(least.after, words);
  EXPECT_EQ(__builtin_popcount(words[model::kStateIndex.ebx]), 1);
}

TEST_F(Minimize, DropsAccessesAndCallsThatTheModelDoesNotMake) {
  trace::Trap trap = FirstOf(31);
  const uint8_t bytes[4] = {1, 2, 3, 4};
  for (uint32_t pa = 0x1000; pa < 0x1010; pa += 4) {
    trap.accesses.push_back({bytes, pa, 4, false});
  }
  trap.calls.push_back({trace::GUEST_PAGETABLE_CLEAR_ALL, false, {}, 0, {}});
  const auto way = Way(trap);
  const MinimizedTrap minimized = Least(trap);
  const trace::Trap& least = minimized.trap;
  EXPECT_EQ(Way(least), way);
  EXPECT_THAT(least.accesses, SizeIs(1));
  EXPECT_EQ(least.accesses[0].address, 0u);
  EXPECT_THAT(least.calls, IsEmpty());
}

// The walk goes where the smaller state sends it.
TEST_F(Minimize, MovesTheLogWithTheState) {
  trace::Trap trap = FirstThatWalks();
  trap.after[model::kStateIndex.edi] ^= 1;
  const MinimizedTrap minimized = Least(trap);
  const trace::Trap& least = minimized.trap;
  EXPECT_THAT(Way(least), Contains("post.edi"));
  EXPECT_EQ(least.before[model::kStateIndex.gpgdir], 0u);
  EXPECT_EQ(least.before[model::kStateIndex.last_pagefault], 0u);
  EXPECT_EQ(least.accesses[0].address, 0u);
}

TEST_F(Minimize, KeepsTheInstructionAndNoByteMore) {
  trace::Trap trap = FirstOf(13);
  ASSERT_GT(trap.insn.size(), 3u);
  trap.after[model::kStateIndex.edi] ^= 1;
  const MinimizedTrap minimized = Least(trap);
  const trace::Trap& least = minimized.trap;
  EXPECT_FALSE(least.insn.empty());
  EXPECT_LE(least.insn.size(), 3u);
  EXPECT_EQ(trap.insn.substr(0, least.insn.size()), least.insn);
}

TEST_F(Minimize, OfTheSmallestChangesNothing) {
  trace::Trap trap = FirstThatWalks();
  trap.after[model::kStateIndex.edi] ^= 1;
  const MinimizedTrap once = Least(trap);
  const MinimizedTrap twice = Least(once.trap);
  EXPECT_EQ(once.trap.before, twice.trap.before);
  EXPECT_EQ(once.trap.after, twice.trap.after);
  ASSERT_EQ(once.trap.accesses.size(), twice.trap.accesses.size());
  for (size_t i = 0; i < once.trap.accesses.size(); ++i) {
    EXPECT_EQ(once.trap.accesses[i].address, twice.trap.accesses[i].address);
    EXPECT_EQ(BytesOf(once.trap.accesses[i]), BytesOf(twice.trap.accesses[i]));
  }
}

}  // namespace
}  // namespace trapline::replay
