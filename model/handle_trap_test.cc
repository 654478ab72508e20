// SPDX-License-Identifier: Apache-2.0

// Which traps the host keeps and which the guest gets.

#include "model/handle_trap.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "model/testing_guest.h"

namespace trapline::model {
namespace {

using Names = std::vector<std::string>;

constexpr uint32_t kUnmapped = 0x10000000;

// At a NOP, with a trap gate to 0xC0128000 for the trap and TS set.
struct TrapGuest : Guest {
  TrapGuest(const std::string& flavor, uint32_t trapnum) : Guest(flavor) {
    At({0x90, 0x90, 0x90});
    cpu.gate = {0x00618000, 0xC0128F00};
    state.trapnum = trapnum;
    state.ts = 8;
    state.last_pagefault = kUnmapped;
  }
  bool Delivered() const {
    return state.eip == 0xC0128000 && !log().empty() &&
           log().back() ==
               "deliver_trap(" + std::to_string(state.trapnum) + ") = 1";
  }
  const Log& log() const { return world.log; }
};

using HandleTrap = EachFlavor;
TRAPLINE_FLAVORS(All, HandleTrap, TRAPLINE_ALL_FLAVORS);

TEST_P(HandleTrap, DeliversTheExceptions) {
  for (uint32_t trapnum = 0; trapnum < 31; ++trapnum) {
    TrapGuest guest(GetParam(), trapnum);
    handle_trap(guest.cpu);
    EXPECT_TRUE(guest.Delivered()) << trapnum;
    EXPECT_EQ(guest.state.hcall_pending, 0u) << trapnum;
    EXPECT_EQ(guest.Kill(), "") << trapnum;
  }
}

// 128 too, whatever its gate (up to 4.5).
TEST_P(HandleTrap, KeepsTheInterrupts) {
  for (uint32_t trapnum = 32; trapnum < 256; ++trapnum) {
    TrapGuest guest(GetParam(), trapnum);
    const State<uint32_t> before = guest.state;
    handle_trap(guest.cpu);
    EXPECT_EQ(Changed(before, guest.state), Names{}) << trapnum;
    EXPECT_EQ(guest.log(), Log{}) << trapnum;
  }
}

TEST_P(HandleTrap, NotesAHypercallFromAnyRing) {
  for (const uint32_t cs : {0x61u, 0x73u}) {
    TrapGuest guest(GetParam(), 31);
    guest.state.cs = cs;
    const State<uint32_t> before = guest.state;
    handle_trap(guest.cpu);
    EXPECT_EQ(Changed(before, guest.state), Names{"hcall_pending"});
    EXPECT_EQ(guest.state.hcall_pending, 1u);
    EXPECT_EQ(guest.log(), Log{});
  }
}

TEST_P(HandleTrap, KillsForAFaultInTheSwitcher) {
  TrapGuest guest(GetParam(), 256);
  guest.state.errcode = 0x18;
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.log(),
            (Log{"deliver_trap(256) = 0",
                 "kill: unhandled trap 256 at 0xc0100000 (0x18)"}));
}

TEST_P(HandleTrap, KillsWhereTheGuestHasNoHandler) {
  for (uint32_t trapnum = 0; trapnum < 31; ++trapnum) {
    TrapGuest guest(GetParam(), trapnum);
    guest.cpu.gate = {0, 0};
    guest.state.errcode = 0x18;
    handle_trap(guest.cpu);
    // A page fault is named by its address.
    EXPECT_EQ(guest.Kill(), "unhandled trap " + std::to_string(trapnum) +
                                " at 0xc0100000 (" +
                                (trapnum == 14 ? "0x10000000" : "0x18") + ")");
    EXPECT_EQ(guest.state.eip, kText);
    EXPECT_EQ(guest.log()[guest.log().size() - 2],
              "deliver_trap(" + std::to_string(trapnum) + ") = 0");
  }
}

TEST_P(HandleTrap, KeepsDeviceNotAvailableUnlessTheGuestSetTs) {
  for (const uint32_t ts : {1u, 8u, 0x80000000u}) {
    TrapGuest wanted(GetParam(), 7);
    wanted.state.ts = ts;
    handle_trap(wanted.cpu);
    EXPECT_TRUE(wanted.Delivered());
    EXPECT_EQ(wanted.state.ts, ts);
  }
  TrapGuest guest(GetParam(), 7);
  guest.state.ts = 0;
  const State<uint32_t> before = guest.state;
  handle_trap(guest.cpu);
  EXPECT_EQ(Changed(before, guest.state), Names{});
  EXPECT_EQ(guest.log(), Log{});
}

TEST_P(HandleTrap, EmulatesAfterGeneralProtectionWithoutErrorCode) {
  TrapGuest guest(GetParam(), 13);
  guest.At({0xED});
  const State<uint32_t> before = guest.state;
  handle_trap(guest.cpu);
  EXPECT_EQ(Changed(before, guest.state), (Names{"eax", "eip"}));
  EXPECT_EQ(guest.state.eip, kText + 1);
  EXPECT_EQ(guest.Effects(), Log{});
}

TEST_P(HandleTrap, DeliversGeneralProtectionWithAnErrorCode) {
  for (const uint32_t errcode : {1u, 0x1Au, 0x80000000u}) {
    TrapGuest guest(GetParam(), 13);
    guest.At({0xED, 0x90, 0x90});
    guest.state.errcode = errcode;
    handle_trap(guest.cpu);
    EXPECT_TRUE(guest.Delivered());
    EXPECT_EQ(guest.state.eax, 0x11110000u);
    EXPECT_EQ(guest.world.GetWord(kStackPa + 0xEF0), errcode);
    for (const std::string& line : guest.log()) {
      EXPECT_NE(line.rfind("read 1", 0), 0u) << line;
    }
  }
}

TEST_P(HandleTrap, DeliversAUsersGeneralProtection) {
  TrapGuest guest(GetParam(), 13);
  guest.At({0xED});
  guest.state.cs = 0x73;
  guest.state.ss = 0x7B;
  handle_trap(guest.cpu);
  EXPECT_TRUE(guest.Delivered());
  EXPECT_EQ(guest.state.esp, 0xC01027E8u);
}

TEST_P(HandleTrap, EmulatesNothingAfterAnyOtherTrap) {
  for (uint32_t trapnum = 0; trapnum < 31; ++trapnum) {
    if (trapnum == 13) continue;
    TrapGuest guest(GetParam(), trapnum);
    guest.At({0xED, 0x90, 0x90});
    handle_trap(guest.cpu);
    EXPECT_EQ(guest.state.eax, 0x11110000u) << trapnum;
  }
}

TEST_P(HandleTrap, GoesOnForAGuestThatIsDead) {
  TrapGuest guest(GetParam(), 3);
  guest.state.dead = 1;
  handle_trap(guest.cpu);
  EXPECT_TRUE(guest.Delivered());
}

using HandleTrapUpTo2_6_29 = EachFlavor;
TRAPLINE_FLAVORS(HostBug, HandleTrapUpTo2_6_29, "F2", "F3", "F4");

TEST_P(HandleTrapUpTo2_6_29, EndsWithTheHostInEmulation) {
  TrapGuest guest(GetParam(), 13);
  guest.state.eip = 0x10;
  const State<uint32_t> before = guest.state;
  handle_trap(guest.cpu);
  EXPECT_TRUE(guest.cpu.bug);
  EXPECT_EQ(guest.log(), (Log{"read 4 at 0x1000", "kill: Bad address 0x10"}));
  EXPECT_EQ(Changed(before, guest.state), Names{"dead"});
}

TEST_P(HandleTrapUpTo2_6_29, EndsWithTheHostInDelivery) {
  TrapGuest guest(GetParam(), 3);
  guest.state.esp = 0xFF0;
  handle_trap(guest.cpu);
  EXPECT_TRUE(guest.cpu.bug);
  EXPECT_EQ(guest.log(), (Log{"read 4 at 0x1000", "kill: Bad address 0xff0"}));
}

using HandleTrapFrom2_6_30 = EachFlavor;
TRAPLINE_FLAVORS(NoHostBug, HandleTrapFrom2_6_30, "F5", "F6", "F7", "F8", "F9",
                 "F10");

TEST_P(HandleTrapFrom2_6_30, DeliversToADeadGuestWhatItCouldNotFetch) {
  TrapGuest guest(GetParam(), 13);
  guest.state.eip = 0x10;
  handle_trap(guest.cpu);
  EXPECT_FALSE(guest.cpu.bug);
  EXPECT_EQ(guest.Kill(), "Bad address 0x10");
  EXPECT_TRUE(guest.Delivered());
}

}  // namespace
}  // namespace trapline::model
