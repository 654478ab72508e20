// SPDX-License-Identifier: Apache-2.0

#include "model/kill.h"

#include <gtest/gtest.h>

#include <string>

#include "model/cpu.h"
#include "model/testing_guest.h"

namespace trapline::model {
namespace {

TEST(KillGuest, KeepsTheFirstReason) {
  Guest guest("F2");
  kill_guest(guest.cpu, KillReason::kBadAddress, 0x10u);
  EXPECT_EQ(guest.state.dead, 1u);
  kill_guest(guest.cpu, KillReason::kBadPageTableEntry);
  EXPECT_EQ(guest.state.dead, 1u);
  EXPECT_EQ(guest.world.log, Log{"kill: Bad address 0x10"});
}

TEST(KillGuest, LeavesADeadGuestItsReason) {
  Guest guest("F2");
  guest.state.dead = 1;
  kill_guest(guest.cpu, KillReason::kBadAddress, 0x10u);
  EXPECT_EQ(guest.world.log, Log{});
}

TEST(KillGuest, ChangesNothingElse) {
  Guest guest("F2");
  const State<uint32_t> before = guest.state;
  kill_guest(guest.cpu, KillReason::kWritingCr2);
  EXPECT_EQ(Changed(before, guest.state), std::vector<std::string>{"dead"});
  EXPECT_FALSE(guest.cpu.bug);
}

TEST(KillFormat, IsTheMessageOf2_6_24) {
  const std::pair<KillReason, std::string> formats[] = {
      {KillReason::kBadReadAddress, "bad read address %#lx len %u"},
      {KillReason::kBadWriteAddress, "bad write address %#lx len %u"},
      {KillReason::kBadAddress, "Bad address %#lx"},
      {KillReason::kBadPageTableEntry, "bad page table entry"},
      {KillReason::kBadPageDirectoryEntry, "bad page directory entry"},
      {KillReason::kSwitcherAccess, "attempt to access switcher pages"},
      {KillReason::kFailedToGetPage, "failed to get page %lu"},
      {KillReason::kBadStackPage, "bad stack page %#lx"},
      {KillReason::kWritingCr2, "Writing cr2"},
      {KillReason::kDisablingInterrupts, "Disabling interrupts"},
      {KillReason::kUnhandledTrap, "unhandled trap %li at %#lx (%#lx)"},
  };
  for (const auto& [reason, format] : formats) {
    EXPECT_EQ(KillFormat(reason), format);
  }
}

TEST(KillFormat, HasTheMiddleDirectoryOf2_6_31) {
  EXPECT_EQ(KillFormat(KillReason::kBadPageMiddleDirectoryEntry),
            std::string("bad page middle directory entry"));
}

}  // namespace
}  // namespace trapline::model
