// SPDX-License-Identifier: Apache-2.0

#include "model/kill_message.h"

#include "gtest/gtest.h"

namespace trapline::model {
namespace {

TEST(KillMessage, IsTheKernelsText) {
  EXPECT_EQ(KillMessage(KillReason::kBadReadAddress, 0x123ABC, 4, 0),
            "bad read address 0x123abc len 4");
  EXPECT_EQ(KillMessage(KillReason::kBadWriteAddress, 0xFFFFFFFC, 8, 0),
            "bad write address 0xfffffffc len 8");
  EXPECT_EQ(KillMessage(KillReason::kBadAddress, 0xC0801000, 0, 0),
            "Bad address 0xc0801000");
  EXPECT_EQ(KillMessage(KillReason::kBadPageTableEntry, 0, 0, 0),
            "bad page table entry");
  EXPECT_EQ(KillMessage(KillReason::kBadPageMiddleDirectoryEntry, 0, 0, 0),
            "bad page middle directory entry");
  EXPECT_EQ(KillMessage(KillReason::kBadPageDirectoryEntry, 0, 0, 0),
            "bad page directory entry");
  EXPECT_EQ(KillMessage(KillReason::kSwitcherAccess, 0, 0, 0),
            "attempt to access switcher pages");
  EXPECT_EQ(KillMessage(KillReason::kFailedToGetPage, 4000000000, 0, 0),
            "failed to get page 4000000000");
  EXPECT_EQ(KillMessage(KillReason::kBadStackPage, 0xC0579FFF, 0, 0),
            "bad stack page 0xc0579fff");
  EXPECT_EQ(KillMessage(KillReason::kWritingCr2, 0, 0, 0), "Writing cr2");
  EXPECT_EQ(KillMessage(KillReason::kDisablingInterrupts, 0, 0, 0),
            "Disabling interrupts");
  EXPECT_EQ(KillMessage(KillReason::kUnhandledTrap, 14, 0xC0100000, 0xDEADBEEF),
            "unhandled trap 14 at 0xc0100000 (0xdeadbeef)");
}

TEST(KillMessage, KeepsThePrefixOfAHexadecimalZero) {
  EXPECT_EQ(KillMessage(KillReason::kBadAddress, 0, 0, 0), "Bad address 0x0");
  EXPECT_EQ(KillMessage(KillReason::kUnhandledTrap, 6, 0, 0),
            "unhandled trap 6 at 0x0 (0x0)");
}

TEST(KillMessage, TakesAPageFrameAsUnsigned) {
  EXPECT_EQ(KillMessage(KillReason::kFailedToGetPage, 0xFFFFFFFF, 0, 0),
            "failed to get page 4294967295");
}

}  // namespace
}  // namespace trapline::model
