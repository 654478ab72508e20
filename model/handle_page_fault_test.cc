// SPDX-License-Identifier: Apache-2.0

// Trap 14: the shadow's fault or the guest's.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "model/handle_trap.h"
#include "model/testing_guest.h"

namespace trapline::model {
namespace {

using Names = std::vector<std::string>;

// A write by the kernel to the page of text, with a trap gate to 0xC0128000.
struct FaultGuest : Guest {
  explicit FaultGuest(const std::string& flavor) : Guest(flavor) {
    cpu.gate = {0x00618000, 0xC0128F00};
    state.trapnum = 14;
    state.errcode = 2;
    state.last_pagefault = kText + 0x123;
    state.ld_cr2 = 0xDEADBEEF;
  }
};

using Fault = EachFlavor;
TRAPLINE_FLAVORS(All, Fault, TRAPLINE_ALL_FLAVORS);

TEST_P(Fault, OfTheShadowIsKept) {
  FaultGuest guest(GetParam());
  const State<uint32_t> before = guest.state;
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.Effects(),
            (Log{"write 0x5067 at 0x2400", "demand_page(0xc0100123, 2) = 1"}));
  EXPECT_EQ(Changed(before, guest.state), Names{});
}

TEST_P(Fault, OfTheGuestIsDeliveredWithCr2InLguestData) {
  FaultGuest guest(GetParam());
  guest.world.PutWord(kTextPte, 0x5005);
  guest.state.errcode = 3;
  const State<uint32_t> before = guest.state;
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.state.ld_cr2, 0xC0100123u);
  EXPECT_EQ(Changed(before, guest.state), (Names{"eip", "esp", "ld_cr2"}));
  EXPECT_EQ(guest.Effects(),
            (Log{"demand_page(0xc0100123, 3) = 0", "write 0x202 at 0x6efc",
                 "write 0x61 at 0x6ef8", "write 0xc0100000 at 0x6ef4",
                 "write 0x3 at 0x6ef0", "deliver_trap(14) = 1"}));
}

TEST_P(Fault, BeforeInitWritesNoCr2) {
  FaultGuest guest(GetParam());
  guest.world.PutWord(kTextPte, 0);
  guest.state.lguest_data = 0;
  guest.world.lguest_data_accessible = false;
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.state.ld_cr2, 0xDEADBEEFu);
  EXPECT_EQ(guest.Kill(), "");
  EXPECT_EQ(guest.state.eip, 0xC0128000u);
}

TEST_P(Fault, KillsWhereLguestDataCannotHaveCr2AndIsDelivered) {
  FaultGuest guest(GetParam());
  guest.world.PutWord(kTextPte, 0);
  guest.world.lguest_data_accessible = false;
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.state.ld_cr2, 0xDEADBEEFu);
  EXPECT_EQ(guest.Kill(), "Writing cr2");
  EXPECT_EQ(guest.state.eip, 0xC0128000u);
}

TEST_P(Fault, WithoutAHandlerWritesCr2AndKills) {
  FaultGuest guest(GetParam());
  guest.world.PutWord(kTextPte, 0);
  guest.cpu.gate = {0, 0};
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.state.ld_cr2, 0xC0100123u);
  EXPECT_EQ(guest.Kill(), "unhandled trap 14 at 0xc0100000 (0xc0100123)");
}

using FaultUpTo3_9 = EachFlavor;
TRAPLINE_FLAVORS(GoOn, FaultUpTo3_9, "F2", "F3", "F4", "F5", "F6", "F7", "F8");

TEST_P(FaultUpTo3_9, OnABadEntryKillsAndIsKept) {
  FaultGuest guest(GetParam());
  guest.world.PutWord(kTextPte, 0x00100007);
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.Kill(), "bad page table entry");
  EXPECT_EQ(guest.state.ld_cr2, 0xDEADBEEFu);
  EXPECT_EQ(guest.state.eip, kText);
}

using FaultFrom3_10 = EachFlavor;
TRAPLINE_FLAVORS(Return, FaultFrom3_10, "F9", "F10");

TEST_P(FaultFrom3_10, OnABadEntryKillsAndIsDelivered) {
  FaultGuest guest(GetParam());
  guest.world.PutWord(kTextPte, 0x00100007);
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.Kill(), "bad page table entry");
  EXPECT_EQ(guest.state.ld_cr2, 0xC0100123u);
  EXPECT_EQ(guest.state.eip, 0xC0128000u);
}

}  // namespace
}  // namespace trapline::model
