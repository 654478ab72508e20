// SPDX-License-Identifier: Apache-2.0

// demand_page at the switcher's addresses, and with guest paging still off.

#include <gtest/gtest.h>

#include <cstdint>

#include "model/demand_page.h"
#include "model/testing_guest.h"

namespace trapline::model {
namespace {

constexpr char kSwitcher[] = "attempt to access switcher pages";

// With directory entries for the last eight megabytes, and in their table the
// first and last page.
struct HighGuest : Guest {
  explicit HighGuest(const char* flavor, Paging paging = Paging::k32Bit)
      : Guest(flavor, paging) {
    if (paging == Paging::kPae) {
      world.PutWord(kPaePmd + 8 * 510, kTable | 0x067);
      world.PutWord(kPaePmd + 8 * 511, kTable | 0x067);
      world.PutWord(kTable + 8 * 511, 0x8067);
    } else {
      world.PutWord(kGpgdir + 4 * 1022, kTable | 0x067);
      world.PutWord(kGpgdir + 4 * 1023, kTable | 0x067);
      world.PutWord(kTable + 4 * 1023, 0x8067);
    }
    world.PutWord(kTable, 0x8067);
  }
};

using SwitcherUpTo3_9 = EachFlavor;
TRAPLINE_FLAVORS(Kill, SwitcherUpTo3_9, "F2", "F3", "F4", "F5", "F6", "F7",
                 "F8");

TEST_P(SwitcherUpTo3_9, IsTheLastFourMegabytes) {
  for (const uint32_t va : {0xFFC00000u, 0xFFFFF000u, 0xFFFFFFFFu}) {
    HighGuest guest(GetParam());
    EXPECT_TRUE(demand_page(guest.cpu, va, 0u)) << va;
    EXPECT_EQ(guest.Kill(), kSwitcher) << va;
    EXPECT_EQ(guest.Effects().size(), 3u) << va;  // goes on to write the entry
  }
  HighGuest guest(GetParam());
  EXPECT_TRUE(demand_page(guest.cpu, 0xFFBFFFFFu, 0u));
  EXPECT_EQ(guest.Kill(), "");
}

TEST_P(SwitcherUpTo3_9, IsTheGuestsOwnFaultWithoutADirectory) {
  Guest guest(GetParam());
  EXPECT_FALSE(demand_page(guest.cpu, 0xFFC00000u, 0u));
  EXPECT_EQ(guest.Kill(), "");
}

TEST_P(SwitcherUpTo3_9, ComesBeforeABadDirectory) {
  HighGuest guest(GetParam());
  guest.world.PutWord(kGpgdir + 4 * 1023, kTable | 0xFFF);
  EXPECT_TRUE(demand_page(guest.cpu, 0xFFC00000u, 0u));
  EXPECT_EQ(guest.Kill(), kSwitcher);
}

TEST_P(SwitcherUpTo3_9, StandsWhereItIsBuilt) {
  Guest guest(GetParam());
  guest.cpu.switcher_addr = 0x1000;
  EXPECT_TRUE(demand_page(guest.cpu, kText, 0u));
  EXPECT_EQ(guest.Kill(), "");
}

using PaeSwitcherUpTo3_9 = EachFlavor;
TRAPLINE_FLAVORS(Kill, PaeSwitcherUpTo3_9, "F6", "F7", "F8");

TEST_P(PaeSwitcherUpTo3_9, IsTheLastTwoMegabytes) {
  for (const uint32_t va : {0xFFE00000u, 0xFFFFF000u, 0xFFFFFFFFu}) {
    HighGuest guest(GetParam(), Paging::kPae);
    EXPECT_TRUE(demand_page(guest.cpu, va, 0u)) << va;
    EXPECT_EQ(guest.Kill(), kSwitcher) << va;
    EXPECT_EQ(guest.Effects().size(), 3u) << va;
  }
  for (const uint32_t va : {0xFFC00000u, 0xFFDFFFFFu}) {
    HighGuest guest(GetParam(), Paging::kPae);
    EXPECT_TRUE(demand_page(guest.cpu, va, 0u)) << va;
    EXPECT_EQ(guest.Kill(), "") << va;
  }
}

TEST_P(PaeSwitcherUpTo3_9, IsTheGuestsOwnFaultWithoutDirectories) {
  Guest guest(GetParam(), Paging::kPae);
  EXPECT_FALSE(demand_page(guest.cpu, 0xFFE00000u, 0u));
  EXPECT_EQ(guest.Kill(), "");
  guest.world.PutWord(kPaePgd, 0);
  EXPECT_FALSE(demand_page(guest.cpu, 0xFFE00000u, 0u));
  EXPECT_EQ(guest.Kill(), "");
}

TEST_P(PaeSwitcherUpTo3_9, ComesBeforeABadMiddleDirectory) {
  HighGuest guest(GetParam(), Paging::kPae);
  guest.world.PutWord(kPaePmd + 8 * 511, kTable | 0xFFF);
  EXPECT_TRUE(demand_page(guest.cpu, 0xFFE00000u, 0u));
  EXPECT_EQ(guest.Kill(), kSwitcher);
}

using SwitcherFrom3_10 = EachFlavor;
TRAPLINE_FLAVORS(Spared, SwitcherFrom3_10, "F9", "F10");

TEST_P(SwitcherFrom3_10, IsTheGuestsOwnFaultUnread) {
  for (const Paging paging : {Paging::k32Bit, Paging::kPae}) {
    for (const uint32_t va : {0xFFD00000u, 0xFFFFFFFFu}) {
      HighGuest guest(GetParam(), paging);
      guest.cpu.switcher_addr = 0xFFD00000;
      EXPECT_FALSE(demand_page(guest.cpu, va, 2u)) << va;
      EXPECT_EQ(guest.world.log.size(), 1u) << va;  // the call's own line
    }
  }
}

TEST_P(SwitcherFrom3_10, StandsWhereTheHostPutIt) {
  for (const Paging paging : {Paging::k32Bit, Paging::kPae}) {
    HighGuest guest(GetParam(), paging);
    guest.cpu.switcher_addr = 0xFFFFF000;
    for (const uint32_t va : {0xFFC00000u, 0xFFE00000u}) {
      guest.world.PutWord(kTable + 4 * 512, 0x8067);  // for 0xFFE00000
      EXPECT_TRUE(demand_page(guest.cpu, va, 0u)) << va;
      EXPECT_EQ(guest.Kill(), "") << va;
    }
    EXPECT_FALSE(demand_page(guest.cpu, 0xFFFFF000u, 0u));
  }
}

using Linear = EachFlavor;
TRAPLINE_FLAVORS(From3_1, Linear, "F8", "F9", "F10");

TEST_P(Linear, PagesAreThereForTheKernel) {
  for (const Paging paging : {Paging::k32Bit, Paging::kPae}) {
    for (uint32_t errcode = 0; errcode < 8; ++errcode) {
      Guest guest(GetParam(), paging);
      guest.state.linear_pages = 1;
      const bool user = errcode & 4;
      EXPECT_EQ(demand_page(guest.cpu, 0x000FF123u, errcode), !user) << errcode;
      EXPECT_EQ(guest.world.log.size(), 1u) << errcode;  // no table is touched
      EXPECT_EQ(guest.Kill(), "");
    }
  }
}

TEST_P(Linear, PagesMayBeUnavailable) {
  Guest guest(GetParam());
  guest.state.linear_pages = 1;
  guest.world.unavailable_pages = {0x80};
  EXPECT_TRUE(demand_page(guest.cpu, 0x00080123u, 0u));
  EXPECT_EQ(guest.Effects(), (Log{"kill: failed to get page 128",
                                  "demand_page(0x80123, 0) = 1"}));
}

TEST_P(Linear, PagesEndWithMemory) {
  Guest guest(GetParam());
  guest.state.linear_pages = 1;
  const bool goes_on = GetParam() == std::string("F8");
  EXPECT_EQ(demand_page(guest.cpu, 0x00100000u, 0u), goes_on);
  EXPECT_EQ(guest.Kill(), "bad page table entry");
}

TEST(Linear, TouchingTheSwitcherKillsUpTo3_9) {
  Guest guest("F8");
  guest.state.linear_pages = 1;
  EXPECT_TRUE(demand_page(guest.cpu, 0xFFC00000u, 0u));
  EXPECT_EQ(guest.Kill(), kSwitcher);

  Guest pae("F8", Paging::kPae);
  pae.state.linear_pages = 1;
  EXPECT_TRUE(demand_page(pae.cpu, 0xFFE00000u, 0u));
  EXPECT_EQ(pae.Kill(), kSwitcher);
}

TEST_P(SwitcherFrom3_10, IsSparedWhilePagingIsOff) {
  Guest guest(GetParam());
  guest.state.linear_pages = 1;
  EXPECT_FALSE(demand_page(guest.cpu, 0xFFC00000u, 0u));
  EXPECT_EQ(guest.Kill(), "");
}

using NotLinear = EachFlavor;
TRAPLINE_FLAVORS(UpTo3_0, NotLinear, "F2", "F3", "F4", "F5", "F6", "F7");

TEST_P(NotLinear, TablesAreAlwaysUsed) {
  Guest guest(GetParam());
  guest.state.linear_pages = 1;
  EXPECT_TRUE(demand_page(guest.cpu, kText, 4u));
  EXPECT_EQ(guest.Effects().front(), "write 0x5067 at 0x2400");
}

}  // namespace
}  // namespace trapline::model
