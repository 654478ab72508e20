// SPDX-License-Identifier: Apache-2.0

// What deliver_trap takes from the gate and from lguest_data, and which flags
// it changes.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "model/deliver_trap.h"
#include "model/testing_guest.h"

namespace trapline::model {
namespace {

constexpr uint32_t kEflagsPa = kStackPa + 0xEFC;  // where they are pushed

struct GateGuest : Guest {
  explicit GateGuest(const std::string& flavor, uint32_t hi = 0xC0128F00)
      : Guest(flavor) {
    cpu.gate = {0x00618000, hi};
  }
};

using GateOf = EachFlavor;
TRAPLINE_FLAVORS(All, GateOf, TRAPLINE_ALL_FLAVORS);

// SDM volume 3, figure 6-2.
TEST_P(GateOf, ATrapHasTheHandlerInTwoHalves) {
  GateGuest guest(GetParam());
  guest.cpu.gate = {0x1234ABCD, 0x5678EF00};
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.state.eip, 0x5678ABCDu);
}

TEST_P(GateOf, ATrapHasASelectorThatIsIgnored) {
  GateGuest guest(GetParam());
  guest.cpu.gate.lo = 0x00738000;
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.state.cs, 0x61u);
}

TEST_P(GateOf, ATrapMustBePresent) {
  GateGuest guest(GetParam());
  const State<uint32_t> before = guest.state;
  for (const uint32_t hi : {0x00000000u, 0xFFFF7FFFu}) {
    guest.cpu.gate = {0xFFFFFFFF, hi};
    guest.world.log.clear();
    EXPECT_FALSE(deliver_trap(guest.cpu, 3u));
    EXPECT_EQ(guest.world.log, Log{"deliver_trap(3) = 0"});
    EXPECT_EQ(Changed(before, guest.state), std::vector<std::string>{});
  }
  guest.cpu.gate = {0, 0x00008000};
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
}

// 256 tells of a fault inside the switcher.
TEST_P(GateOf, NoTrapFrom256On) {
  for (const uint32_t num : {256u, 257u, 0x80000000u, 0xFFFFFFFFu}) {
    GateGuest guest(GetParam());
    EXPECT_FALSE(deliver_trap(guest.cpu, num));
    EXPECT_EQ(guest.world.log.size(), 1u);
  }
  GateGuest guest(GetParam());
  EXPECT_TRUE(deliver_trap(guest.cpu, 255u));
}

using InterruptFlag = EachFlavor;
TRAPLINE_FLAVORS(All, InterruptFlag, TRAPLINE_ALL_FLAVORS);

TEST_P(InterruptFlag, IsPushedAsLguestDataHasIt) {
  const struct {
    uint32_t irq_enabled;
    uint32_t eflags;
    uint32_t pushed;
  } cases[] = {
      {0x00000200, 0x00000246, 0x00000246},
      {0x00000000, 0x00000246, 0x00000046},
      {0x00000046, 0x00000246, 0x00000046},  // not zero, and no IF
      {0xFFFFFDFF, 0xFFFFFFFF, 0xFFFFFDFF},
      {0xFFFFFFFF, 0x00000246, 0x00000246},
      {0x00000200, 0x00000046, 0x00000046},  // is never set
  };
  for (const auto& c : cases) {
    GateGuest guest(GetParam());
    guest.state.ld_irq_enabled = c.irq_enabled;
    guest.state.eflags = c.eflags;
    EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
    EXPECT_EQ(guest.world.GetWord(kEflagsPa), c.pushed);
    EXPECT_EQ(guest.state.ld_irq_enabled, c.irq_enabled);
  }
}

TEST_P(InterruptFlag, IsPushedAsItIsWithoutLguestData) {
  GateGuest guest(GetParam());
  guest.world.lguest_data_accessible = false;
  guest.state.ld_irq_enabled = 0;
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.world.GetWord(kEflagsPa), 0x202u);
  EXPECT_EQ(guest.Kill(), "");
}

// The hardware's flag stays: the guest never runs with interrupts off.
TEST_P(InterruptFlag, StaysInTheHandler) {
  for (const uint32_t hi : {0xC0128E00u, 0xC0128F00u}) {
    GateGuest guest(GetParam(), hi);
    guest.state.ld_irq_enabled = 0;
    EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
    EXPECT_EQ(guest.state.eflags, 0x202u);
  }
}

TEST_P(InterruptFlag, IsClearedInLguestDataByAnInterruptGate) {
  for (const uint32_t hi : {0xC0128E00u, 0xC012EE00u}) {
    GateGuest guest(GetParam(), hi);
    guest.state.ld_irq_enabled = 0xFFFFFFFF;
    EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
    EXPECT_EQ(guest.state.ld_irq_enabled, 0u);
    EXPECT_EQ(guest.world.GetWord(kEflagsPa), 0x202u);
  }
}

TEST_P(InterruptFlag, IsLeftInLguestDataByEveryOtherGate) {
  for (uint32_t type = 0; type < 16; ++type) {
    if (type == 0xE) continue;
    GateGuest guest(GetParam(), 0xC0128000 | type << 8);
    EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
    EXPECT_EQ(guest.state.ld_irq_enabled, 0x200u) << type;
  }
}

TEST_P(InterruptFlag, KillsWhereLguestDataCannotHaveIt) {
  GateGuest guest(GetParam(), 0xC0128E00);
  guest.world.lguest_data_accessible = false;
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.state.ld_irq_enabled, 0x200u);
  EXPECT_EQ(guest.state.eip, 0xC0128000u);
  EXPECT_EQ(guest.Effects(),
            (Log{"write 0x202 at 0x6efc", "write 0x61 at 0x6ef8",
                 "write 0xc0100000 at 0x6ef4", "kill: Disabling interrupts",
                 "deliver_trap(3) = 1"}));
}

using FlagsUpTo3_11 = EachFlavor;
TRAPLINE_FLAVORS(Leaked, FlagsUpTo3_11, "F2", "F3", "F4", "F5", "F6", "F7",
                 "F8", "F9");

TEST_P(FlagsUpTo3_11, LeakIntoTheHandler) {
  GateGuest guest(GetParam());
  guest.state.eflags = 0xFFFFFFFF;
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.state.eflags, 0xFFFFFFFFu);
  EXPECT_EQ(guest.world.GetWord(kEflagsPa), 0xFFFFFFFFu);
}

// SDM volume 3, section 6.12.1.2 and 6.12.1.3: TF, VM, RF and NT.
TEST(FlagsFrom3_12, AreClearedInTheHandlerAndPushedAsTheyWere) {
  GateGuest guest("F10");
  guest.state.eflags = 0xFFFFFFFF;
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.state.eflags, 0xFFFCBEFFu);
  EXPECT_EQ(guest.world.GetWord(kEflagsPa), 0xFFFFFFFFu);
}

}  // namespace
}  // namespace trapline::model
