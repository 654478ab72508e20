// SPDX-License-Identifier: Apache-2.0

// The entries that demand_page refuses. Up to 3.9 it kills the guest and goes
// on; from 3.10 it returns.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "model/demand_page.h"
#include "model/testing_guest.h"

namespace trapline::model {
namespace {

constexpr char kBadPte[] = "bad page table entry";
constexpr char kBadPde[] = "bad page directory entry";

using Checks = EachFlavor;
TRAPLINE_FLAVORS(All, Checks, TRAPLINE_ALL_FLAVORS);
using ChecksUpTo3_9 = EachFlavor;
TRAPLINE_FLAVORS(GoOn, ChecksUpTo3_9, "F2", "F3", "F4", "F5", "F6", "F7", "F8");
using ChecksFrom3_10 = EachFlavor;
TRAPLINE_FLAVORS(Return, ChecksFrom3_10, "F9", "F10");

// Why a fault on the text kills the guest with this entry.
std::string KillWithPte(const char* flavor, uint32_t pte) {
  Guest guest(flavor);
  guest.world.PutWord(kTextPte, pte);
  demand_page(guest.cpu, kText, 0u);
  return guest.Kill();
}
std::string KillWithPde(const char* flavor, uint32_t pde) {
  Guest guest(flavor);
  guest.world.PutWord(kPde, pde);
  demand_page(guest.cpu, kText, 0u);
  return guest.Kill();
}

TEST_P(Checks, RefuseAPageFromTheLimitOn) {
  EXPECT_EQ(KillWithPte(GetParam(), 0x000FF007), "");
  EXPECT_EQ(KillWithPte(GetParam(), 0x00100007), kBadPte);
  EXPECT_EQ(KillWithPte(GetParam(), 0x00101007), kBadPte);
  EXPECT_EQ(KillWithPte(GetParam(), 0xFFFFF007), kBadPte);
}

TEST_P(Checks, RefuseADirectoryFromTheLimitOn) {
  EXPECT_EQ(KillWithPde(GetParam(), 0x000FF067), "");
  EXPECT_EQ(KillWithPde(GetParam(), 0x00100067), kBadPde);
  EXPECT_EQ(KillWithPde(GetParam(), 0xFFFFF067), kBadPde);
}

TEST_P(Checks, RefusePseInALastEntry) {
  EXPECT_EQ(KillWithPte(GetParam(), 0x5087), kBadPte);
}

TEST_P(Checks, AllowEveryOtherFlagButPwt) {
  EXPECT_EQ(KillWithPte(GetParam(), 0x5F77), "");
}

TEST(Checks, RefusePwtIn2_6_24) {
  EXPECT_EQ(KillWithPte("F2", 0x500F), kBadPte);
}

using PwtFrom2_6_25 = EachFlavor;
TRAPLINE_FLAVORS(Allowed, PwtFrom2_6_25, "F3", "F4", "F5", "F6", "F7", "F8",
                 "F9", "F10");

TEST_P(PwtFrom2_6_25, IsAllowedInALastEntry) {
  EXPECT_EQ(KillWithPte(GetParam(), 0x500F), "");
}

// A directory entry may have P, RW, US, A and D.
TEST_P(Checks, RefuseTheOtherFlagsInADirectory) {
  for (uint32_t bit = 1; bit < 12; ++bit) {
    const bool allowed = bit == 1 || bit == 2 || bit == 5 || bit == 6;
    EXPECT_EQ(KillWithPde(GetParam(), 0x2001 | 1u << bit),
              allowed ? "" : kBadPde)
        << bit;
  }
}

TEST_P(ChecksUpTo3_9, MapAPageBeyondMemoryAndSayItIsFixed) {
  Guest guest(GetParam());
  guest.world.PutWord(kTextPte, 0x00100007);
  EXPECT_TRUE(demand_page(guest.cpu, kText, 2u));
  EXPECT_EQ(guest.Effects(),
            (Log{"kill: bad page table entry", "write 0x100067 at 0x2400",
                 "demand_page(0xc0100000, 2) = 1"}));
}

TEST_P(ChecksFrom3_10, LeaveABadLastEntryAlone) {
  Guest guest(GetParam());
  guest.world.PutWord(kTextPte, 0x00100007);
  EXPECT_FALSE(demand_page(guest.cpu, kText, 2u));
  EXPECT_EQ(guest.Effects(), (Log{"kill: bad page table entry",
                                  "demand_page(0xc0100000, 2) = 0"}));
}

TEST_P(ChecksUpTo3_9, UseABadDirectory) {
  Guest guest(GetParam());
  guest.world.PutWord(kPde, 0x20E7);
  EXPECT_TRUE(demand_page(guest.cpu, kText, 0u));
  EXPECT_EQ(guest.world.log,
            (Log{"read 4 at 0x1c00", "kill: bad page directory entry",
                 "read 4 at 0x2400", "write 0x5067 at 0x2400",
                 "demand_page(0xc0100000, 0) = 1"}));
}

TEST_P(ChecksFrom3_10, ReadNoTableOfABadDirectory) {
  Guest guest(GetParam());
  guest.world.PutWord(kPde, 0x20E7);
  EXPECT_FALSE(demand_page(guest.cpu, kText, 0u));
  EXPECT_EQ(guest.world.log,
            (Log{"read 4 at 0x1c00", "kill: bad page directory entry",
                 "demand_page(0xc0100000, 0) = 0"}));
}

TEST_P(ChecksUpTo3_9, PassOverADirectoryThatHasItsShadow) {
  for (const uint32_t pde : {0x20E7u, 0x2FFFu}) {
    Guest guest(GetParam());
    guest.world.PutWord(kPde, pde);
    guest.world.shadow_absent = false;
    EXPECT_TRUE(demand_page(guest.cpu, kText, 0u));
    EXPECT_EQ(guest.Kill(), "");
  }
}

TEST_P(ChecksFrom3_10, LookAtADirectoryThatHasItsShadow) {
  Guest guest(GetParam());
  guest.world.PutWord(kPde, 0x20E7);
  guest.world.shadow_absent = false;
  EXPECT_FALSE(demand_page(guest.cpu, kText, 0u));
  EXPECT_EQ(guest.Kill(), kBadPde);
}

TEST_P(Checks, LookAtALastEntryWhateverTheShadow) {
  Guest guest(GetParam());
  guest.world.PutWord(kTextPte, 0x5087);
  guest.world.shadow_absent = false;
  demand_page(guest.cpu, kText, 0u);
  EXPECT_EQ(guest.Kill(), kBadPte);
}

// A bad directory's table lies beyond memory too; the first reason is kept.
TEST_P(ChecksUpTo3_9, FindNoPageInATableBeyondMemory) {
  Guest guest(GetParam());
  guest.world.PutWord(kPde, 0x00100067);
  EXPECT_FALSE(demand_page(guest.cpu, kText, 0u));
  EXPECT_EQ(guest.world.log,
            (Log{"read 4 at 0x1c00", "kill: bad page directory entry",
                 "read 4 at 0x100400", "demand_page(0xc0100000, 0) = 0"}));
}

TEST_P(Checks, ComeAfterPermission) {
  Guest guest(GetParam());
  guest.world.PutWord(kTextPte, 0x00100085);  // read-only, and bad
  EXPECT_FALSE(demand_page(guest.cpu, kText, 2u));
  EXPECT_EQ(guest.Kill(), "");
  guest.world.PutWord(kTextPte, 0x00100083);
  EXPECT_FALSE(demand_page(guest.cpu, kText, 4u));
  EXPECT_EQ(guest.Kill(), "");
}

TEST_P(Checks, NameTheDirectoryWhereBothAreBad) {
  Guest guest(GetParam());
  guest.world.PutWord(kPde, 0x20E7);
  guest.world.PutWord(kTextPte, 0x5087);
  demand_page(guest.cpu, kText, 0u);
  EXPECT_EQ(guest.Kill(), kBadPde);
}

}  // namespace
}  // namespace trapline::model
