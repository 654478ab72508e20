// SPDX-License-Identifier: Apache-2.0

#include "properties/logging_world.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

#include "model/kill.h"
#include "properties/guest.h"
#include "properties/testing_truth.h"

namespace trapline::properties {
namespace {

using model::Branch;
using model::KillReason;

// Of one guest, whose memory is 10, 11, 12 ... from 0x1000 on.
class LoggingWorldTest : public ::testing::Test {
 protected:
  LoggingWorldTest() {
    for (uint8_t i = 0; i < 16; ++i) guest_.memory[0x1000 + i] = 0x10 + i;
    guest_.shadow_absent = {false, true};
    guest_.page_unavailable = {true};
  }

  Guest guest_;
  const ConcreteGuest concrete_{guest_};
  Effects<ConcreteGuest> did_;
  LoggingWorld<ConcreteGuest> world_{concrete_, &did_};
};

TEST_F(LoggingWorldTest, ReadsAreLittleEndian) {
  EXPECT_EQ(world_.ReadByte(0x1001, true), 0x11);
  EXPECT_EQ(world_.ReadBytes3(0x1001, true),
            (std::array<uint8_t, 3>{0x11, 0x12, 0x13}));
  EXPECT_EQ(world_.ReadWord(0x1001, true), 0x14131211u);
  const auto pair = world_.ReadPair(0x1001, true);
  EXPECT_EQ(pair.lo, 0x14131211u);
  EXPECT_EQ(pair.hi, 0x18171615u);
}

TEST_F(LoggingWorldTest, RefusedReadsGiveZeros) {
  EXPECT_EQ(world_.ReadByte(0x1001, false), 0);
  EXPECT_EQ(world_.ReadBytes3(0x1001, false), (std::array<uint8_t, 3>{}));
  EXPECT_EQ(world_.ReadWord(0x1001, false), 0u);
  EXPECT_EQ(world_.ReadPair(0x1001, false).hi, 0u);
}

TEST_F(LoggingWorldTest, ReadsSeeTheLastWrite) {
  world_.WriteWord(0x1000, 0xAABBCCDD, true);
  world_.WriteBytes3(0x1001, {0xCD, 0x1F, 0x90}, true);
  EXPECT_EQ(world_.ReadWord(0x1000, true), 0x901FCDDDu);
  EXPECT_EQ(world_.ReadWord(0x1002, true), 0x1514901Fu);
  world_.WritePair(0x1002, {1, 2}, true);
  EXPECT_EQ(world_.ReadWord(0x1000, true), 0x0001CDDDu);
  EXPECT_EQ(world_.ReadWord(0x1006, true), 2u);
}

TEST_F(LoggingWorldTest, RefusedWritesChangeNothing) {
  world_.WriteWord(0x1000, 1, false);
  world_.WriteBytes3(0x1000, {1, 2, 3}, false);
  world_.WritePair(0x1000, {1, 2}, false);
  EXPECT_EQ(world_.ReadWord(0x1000, true), 0x13121110u);
}

TEST_F(LoggingWorldTest, AccessesAreLogged) {
  world_.ReadBytes3(0x1000, true);
  world_.ReadPair(0x1008, false);
  world_.WriteBytes3(0x1001, {1, 2, 3}, true);
  world_.WritePair(0x1002, {4, 5}, false);
  ASSERT_EQ(did_.accesses.size(), 4u);
  const auto expect = [&](size_t i, bool write, uint32_t length, uint32_t pa,
                          bool ok, uint32_t lo, uint32_t hi) {
    const Access<ConcreteGuest>& access = did_.accesses[i];
    EXPECT_EQ(access.write, write) << i;
    EXPECT_EQ(access.length, length) << i;
    EXPECT_EQ(access.pa, pa) << i;
    EXPECT_EQ(access.ok, ok) << i;
    EXPECT_EQ(access.lo, lo) << i;
    EXPECT_EQ(access.hi, hi) << i;
  };
  expect(0, false, 3, 0x1000, true, 0x121110, 0);
  expect(1, false, 8, 0x1008, false, 0, 0);
  expect(2, true, 3, 0x1001, true, 0x030201, 0);
  expect(3, true, 8, 0x1002, false, 4, 5);
}

TEST_F(LoggingWorldTest, CallsAndKillsAreLoggedInTheirOrder) {
  world_.ReadByte(0x1000, true);
  world_.DemandPage(0xC0000000, 2, true);
  world_.WriteWord(0x1000, 0, true);
  world_.PagetableClearAll();
  world_.KillGuest(true, KillReason::kWritingCr2, 7, 8, 9);
  world_.DeliverTrap(14, false);
  ASSERT_EQ(did_.calls.size(), 3u);
  EXPECT_EQ(did_.calls[0].kind, Call<ConcreteGuest>::kDemandPage);
  EXPECT_EQ(did_.calls[0].arg, 0xC0000000);
  EXPECT_EQ(did_.calls[0].errcode, 2u);
  EXPECT_TRUE(did_.calls[0].result);
  EXPECT_EQ(did_.calls[0].accesses, 1u);
  EXPECT_EQ(did_.calls[1].kind, Call<ConcreteGuest>::kPagetableClearAll);
  EXPECT_EQ(did_.calls[1].accesses, 2u);
  EXPECT_EQ(did_.calls[2].kind, Call<ConcreteGuest>::kDeliverTrap);
  EXPECT_EQ(did_.calls[2].arg, 14u);
  EXPECT_FALSE(did_.calls[2].result);
  ASSERT_EQ(did_.kills.size(), 1u);
  EXPECT_TRUE(did_.kills[0].when);
  EXPECT_EQ(did_.kills[0].reason, KillReason::kWritingCr2);
  EXPECT_EQ(did_.kills[0].args, (std::array<uint32_t, 3>{7, 8, 9}));
  EXPECT_EQ(did_.kills[0].accesses, 2u);
  EXPECT_EQ(did_.kills[0].calls, 2u);
}

TEST_F(LoggingWorldTest, OfWhatKillsNobodyTheLastIsLogged) {
  world_.KillGuest(false, KillReason::kBadAddress, 1, 0, 0);
  world_.KillGuest(true, KillReason::kBadAddress, 2, 0, 0);
  world_.KillGuest(false, KillReason::kBadAddress, 3, 0, 0);
  world_.KillGuest(false, KillReason::kBadAddress, 4, 0, 0);
  ASSERT_EQ(did_.kills.size(), 2u);
  EXPECT_TRUE(did_.kills[0].when);
  EXPECT_EQ(did_.kills[0].args[0], 2u);
  EXPECT_FALSE(did_.kills[1].when);
  EXPECT_EQ(did_.kills[1].args[0], 4u);
}

TEST_F(LoggingWorldTest, ThePathIsLogged) {
  EXPECT_TRUE(world_.Take(Branch::kPageFault, true));
  EXPECT_FALSE(world_.Take(Branch::kVector, false));
  ASSERT_EQ(did_.path.size(), 2u);
  EXPECT_EQ(did_.path[0].branch, Branch::kPageFault);
  EXPECT_TRUE(did_.path[0].taken);
  EXPECT_EQ(did_.path[1].branch, Branch::kVector);
  EXPECT_FALSE(did_.path[1].taken);
}

TEST_F(LoggingWorldTest, TheHostAnswersInTheOrderItIsAsked) {
  EXPECT_FALSE(world_.ShadowAbsent(0));
  EXPECT_TRUE(world_.PageUnavailable(0));
  EXPECT_TRUE(world_.ShadowAbsent(0));
  EXPECT_FALSE(world_.PageUnavailable(0));
  EXPECT_FALSE(world_.ShadowAbsent(0));
  EXPECT_TRUE(world_.LguestDataAccessible());
}

// Of all guests.
class SymbolicLoggingWorldTest : public TruthTest {
 protected:
  Effects<SymbolicGuest> did_;
  LoggingWorld<SymbolicGuest> world_{guest_, &did_};
  const SymbolicWord pa_ = guest_.state().esi;
};

TEST_F(SymbolicLoggingWorldTest, ReadsAgreeAndAreLittleEndian) {
  const auto bytes = world_.ReadBytes3(pa_, true);
  const SymbolicWord word = world_.ReadWord(pa_, true);
  const auto pair = world_.ReadPair(pa_ - 4, true);
  EXPECT_EQ(Truth((word & 0xFF) == guest_.Widen(bytes[0])), "always");
  EXPECT_EQ(Truth(((word >> 16) & 0xFF) == guest_.Widen(bytes[2])), "always");
  EXPECT_EQ(Truth(pair.hi == word), "always");
  EXPECT_EQ(Truth(pair.lo == word), "some");
  EXPECT_EQ(Truth((did_.accesses[0].lo >> 16) == guest_.Widen(bytes[2])),
            "always");
  const SymbolicWord other = world_.ReadWord(eip_, true);
  EXPECT_EQ(Truth(other == word), "some");
  EXPECT_EQ(Truth(pa_ != eip_ || other == word), "always");
}

TEST_F(SymbolicLoggingWorldTest, RefusedReadsGiveZeros) {
  const SymbolicBool ok = eip_ == 0;
  const SymbolicWord word = world_.ReadWord(pa_, ok);
  EXPECT_EQ(Truth(ok || word == 0), "always");
  EXPECT_EQ(Truth(!ok || word == 0), "some");
  EXPECT_EQ(world_.ReadByte(pa_, false).Known(), 0);
}

TEST_F(SymbolicLoggingWorldTest, ReadsSeeTheLastWriteWhereverItWent) {
  const SymbolicWord eax = guest_.state().eax;
  const SymbolicWord other = guest_.state().edi;
  const SymbolicWord before = world_.ReadWord(other, true);
  world_.WriteWord(pa_, eax, true);
  const SymbolicWord after = world_.ReadWord(other, true);
  EXPECT_EQ(Truth(world_.ReadWord(pa_, true) == eax), "always");
  EXPECT_EQ(Truth(other != pa_ || after == eax), "always");
  EXPECT_EQ(Truth(other - pa_ < 4 || pa_ - other < 4 || after == before),
            "always");
  EXPECT_EQ(Truth(other == pa_ || after == before), "some");
  world_.WriteBytes3(pa_ + 1, {0xCD, 0x1F, 0x90}, true);
  EXPECT_EQ(Truth(world_.ReadWord(pa_, true) == ((eax & 0xFF) | 0x901FCD00)),
            "always");
}

TEST_F(SymbolicLoggingWorldTest, RefusedWritesChangeNothing) {
  const SymbolicBool ok = eip_ == 0;
  const SymbolicWord before = world_.ReadWord(pa_, true);
  world_.WritePair(pa_, {1, 2}, ok);
  const SymbolicWord after = world_.ReadWord(pa_, true);
  EXPECT_EQ(Truth(ok || after == before), "always");
  EXPECT_EQ(Truth(!ok || after == 1), "always");
}

}  // namespace
}  // namespace trapline::properties
