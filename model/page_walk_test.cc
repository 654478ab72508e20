// SPDX-License-Identifier: Apache-2.0

#include "model/page_walk.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "model/testing_guest.h"

namespace trapline::model {
namespace {

constexpr uint32_t kVa = kStack + 0xABC;  // at kStackPa + 0xABC

using GuestPa = EachFlavor;
TRAPLINE_FLAVORS(All, GuestPa, TRAPLINE_ALL_FLAVORS);
using PaeGuestPa = EachFlavor;
TRAPLINE_FLAVORS(From2_6_31, PaeGuestPa, "F6", "F7", "F8", "F9", "F10");

TEST_P(GuestPa, ReadsTheDirectoryAndTheTable) {
  Guest guest(GetParam());
  EXPECT_EQ(guest_pa(guest.cpu, kVa), 0x6ABCu);
  EXPECT_EQ(guest.world.log, (Log{"read 4 at 0x1c00", "read 4 at 0x2404"}));
}

TEST_P(GuestPa, IndexesWithTenBitsEach) {
  Guest guest(GetParam());
  guest.state.gpgdir = 0x8000;
  guest.world.PutWord(0x8008, 0x9001);      // 0x00801ABC >> 22 is 2
  guest.world.PutWord(0x9004, 0x0A0B1001);  // and bits 21 to 12 are 1
  EXPECT_EQ(guest_pa(guest.cpu, 0x00801ABCu), 0x0A0B1ABCu);
  EXPECT_EQ(guest.world.log, (Log{"read 4 at 0x8008", "read 4 at 0x9004"}));
}

TEST_P(PaeGuestPa, ReadsThreeLevels) {
  Guest guest(GetParam(), Paging::kPae);
  EXPECT_EQ(guest_pa(guest.cpu, kVa), 0x6ABCu);
  EXPECT_EQ(guest.world.log,
            (Log{"read 8 at 0x1018", "read 8 at 0x3000", "read 8 at 0x2808"}));
}

TEST_P(PaeGuestPa, IndexesWithTwoAndNineAndNineBits) {
  Guest guest(GetParam(), Paging::kPae);
  guest.world.PutWord(0x1008, 0x8001);  // 0x40A03123 >> 30 is 1
  guest.world.PutWord(0x8028, 0x9001);  // bits 29 to 21 are 5
  guest.world.PutWord(0x9018, 0xA001);  // bits 20 to 12 are 3
  EXPECT_EQ(guest_pa(guest.cpu, 0x40A03123u), 0xA123u);
  EXPECT_EQ(guest.world.log,
            (Log{"read 8 at 0x1008", "read 8 at 0x8028", "read 8 at 0x9018"}));
}

TEST_P(PaeGuestPa, DropsWhatIsAboveFourGigabytes) {
  Guest guest(GetParam(), Paging::kPae);
  for (const uint32_t entry : {kPaePgd, kPaePmd, kPaeStackPte}) {
    guest.world.PutWord(entry + 4, 0x80000001);
  }
  EXPECT_EQ(guest_pa(guest.cpu, kVa), 0x6ABCu);
  EXPECT_EQ(guest.Kill(), "");
}

TEST_P(GuestPa, LooksAtPresentAlone) {
  Guest guest(GetParam());
  guest.world.PutWord(kPde, kTable | 0xF99);  // supervisor, read-only, PSE
  guest.world.PutWord(kStackPte, 0xFFFFF001);
  EXPECT_EQ(guest_pa(guest.cpu, kVa), 0xFFFFFABCu);
  EXPECT_EQ(guest.Kill(), "");
  EXPECT_EQ(guest.Effects(), Log{});
  EXPECT_EQ(guest.world.GetWord(kStackPte), 0xFFFFF001u);
}

TEST_P(GuestPa, KillsAtAnAbsentLastEntryAndYetUsesIt) {
  Guest guest(GetParam());
  guest.world.PutWord(kStackPte, 0x9066);
  EXPECT_EQ(guest_pa(guest.cpu, kVa), 0x9ABCu);
  EXPECT_EQ(guest.Effects(), Log{"kill: Bad address 0xc0101abc"});
  EXPECT_FALSE(guest.cpu.bug);
}

TEST_P(PaeGuestPa, KillsAtAnAbsentLastEntryAndYetUsesIt) {
  Guest guest(GetParam(), Paging::kPae);
  guest.world.PutWord(kPaeStackPte, 0x9066);
  EXPECT_EQ(guest_pa(guest.cpu, kVa), 0x9ABCu);
  EXPECT_EQ(guest.Effects(), Log{"kill: Bad address 0xc0101abc"});
  EXPECT_FALSE(guest.cpu.bug);
}

using BugAtAbsentPde = EachFlavor;
TRAPLINE_FLAVORS(UpTo2_6_29, BugAtAbsentPde, "F2", "F3", "F4");

TEST_P(BugAtAbsentPde, StopsTheHost) {
  Guest guest(GetParam());
  guest.world.PutWord(kPde, 0x2066);
  guest_pa(guest.cpu, kVa);
  EXPECT_TRUE(guest.cpu.bug);
  EXPECT_EQ(guest.world.log,
            (Log{"read 4 at 0x1c00", "kill: Bad address 0xc0101abc"}));
}

using NoBugAtAbsentPde = EachFlavor;
TRAPLINE_FLAVORS(From2_6_30, NoBugAtAbsentPde, "F5", "F6", "F7", "F8", "F9",
                 "F10");

TEST_P(NoBugAtAbsentPde, GivesMinusOne) {
  Guest guest(GetParam());
  guest.world.PutWord(kPde, 0x2066);
  EXPECT_EQ(guest_pa(guest.cpu, kVa), 0xFFFFFFFFu);
  EXPECT_FALSE(guest.cpu.bug);
  EXPECT_EQ(guest.world.log,
            (Log{"read 4 at 0x1c00", "kill: Bad address 0xc0101abc"}));
}

TEST_P(PaeGuestPa, GivesMinusOneAtAnAbsentTopLevelEntry) {
  Guest guest(GetParam(), Paging::kPae);
  guest.world.PutWord(kPaePgd, 0x3000);
  EXPECT_EQ(guest_pa(guest.cpu, kVa), 0xFFFFFFFFu);
  EXPECT_FALSE(guest.cpu.bug);
  EXPECT_EQ(guest.world.log,
            (Log{"read 8 at 0x1018", "kill: Bad address 0xc0101abc"}));
}

const Log kAbsentMiddleEntry = {"read 8 at 0x1018", "read 8 at 0x3000",
                                "kill: Bad address 0xc0101abc"};

using BugAtAbsentPmd = EachFlavor;
TRAPLINE_FLAVORS(From2_6_31To3_11, BugAtAbsentPmd, "F6", "F7", "F8", "F9");

TEST_P(BugAtAbsentPmd, StopsTheHost) {
  Guest guest(GetParam(), Paging::kPae);
  guest.world.PutWord(kPaePmd, 0x2066);
  guest_pa(guest.cpu, kVa);
  EXPECT_TRUE(guest.cpu.bug);
  EXPECT_EQ(guest.world.log, kAbsentMiddleEntry);
}

TEST(GuestPa, GivesMinusOneAtAnAbsentMiddleEntryFrom3_12) {
  Guest guest("F10", Paging::kPae);
  guest.world.PutWord(kPaePmd, 0x2066);
  EXPECT_EQ(guest_pa(guest.cpu, kVa), 0xFFFFFFFFu);
  EXPECT_FALSE(guest.cpu.bug);
  EXPECT_EQ(guest.world.log, kAbsentMiddleEntry);
}

TEST_P(GuestPa, TakesATableBeyondMemoryForZeros) {
  Guest guest(GetParam());
  guest.world.PutWord(kPde, 0x00100067);
  EXPECT_EQ(guest_pa(guest.cpu, kVa), 0x00000ABCu);
  EXPECT_EQ(guest.Effects(), Log{"kill: bad read address 0x100404 len 4"});
  EXPECT_FALSE(guest.cpu.bug);
}

using LinearGuestPa = EachFlavor;
TRAPLINE_FLAVORS(From3_1, LinearGuestPa, "F8", "F9", "F10");

TEST_P(LinearGuestPa, IsTheIdentityWhilePagingIsOff) {
  for (const Paging paging : {Paging::k32Bit, Paging::kPae}) {
    Guest guest(GetParam(), paging);
    guest.state.linear_pages = 1;
    EXPECT_EQ(guest_pa(guest.cpu, kVa), kVa);
    EXPECT_EQ(guest.world.log, Log{});
  }
}

using NeverLinear = EachFlavor;
TRAPLINE_FLAVORS(UpTo3_0, NeverLinear, "F2", "F3", "F4", "F5", "F6", "F7");

TEST_P(NeverLinear, AlwaysWalks) {
  Guest guest(GetParam());
  guest.state.linear_pages = 1;
  EXPECT_EQ(guest_pa(guest.cpu, kVa), 0x6ABCu);
}

}  // namespace
}  // namespace trapline::model
