// SPDX-License-Identifier: Apache-2.0

// demand_page with PAE, from 2.6.31 on: SDM volume 3, section 4.4.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "model/demand_page.h"
#include "model/testing_guest.h"

namespace trapline::model {
namespace {

// A page of a process: top-level entry 1, middle entry 5, last entry 3.
constexpr uint32_t kUser = 0x40A03000;
constexpr uint32_t kPgd = 0x1008;
constexpr uint32_t kPmd = 0x8028;
constexpr uint32_t kPte = 0x9018;

constexpr char kBadPte[] = "bad page table entry";
constexpr char kBadPmd[] = "bad page middle directory entry";
constexpr char kBadPgd[] = "bad page directory entry";

struct PaeGuest : Guest {
  explicit PaeGuest(const char* flavor) : Guest(flavor, Paging::kPae) {
    world.PutWord(kPgd, 0x8001);
    world.PutWord(kPmd, 0x9067);
    world.PutWord(kPte, 0xA007);
  }
  void Put(uint32_t entry, uint32_t lo, uint32_t hi) {
    world.PutWord(entry, lo);
    world.PutWord(entry + 4, hi);
  }
};

// Why a fault on the page kills the guest with this entry.
std::string KillWith(const char* flavor, uint32_t entry, uint32_t lo,
                     uint32_t hi) {
  PaeGuest guest(flavor);
  guest.Put(entry, lo, hi);
  demand_page(guest.cpu, kUser, 0u);
  return guest.Kill();
}

using Pae = EachFlavor;
TRAPLINE_FLAVORS(All, Pae, "F6", "F7", "F8", "F9", "F10");
using PaeUpTo3_9 = EachFlavor;
TRAPLINE_FLAVORS(GoOn, PaeUpTo3_9, "F6", "F7", "F8");
using PaeFrom3_10 = EachFlavor;
TRAPLINE_FLAVORS(Return, PaeFrom3_10, "F9", "F10");

TEST_P(Pae, WritesTheWholeEntryBack) {
  PaeGuest guest(GetParam());
  EXPECT_TRUE(demand_page(guest.cpu, kUser + 0x123, 6u));
  EXPECT_EQ(
      guest.world.log,
      (Log{"read 8 at 0x1008", "read 8 at 0x8028", "read 8 at 0x9018",
           "write 0x0:0xa067 at 0x9018", "demand_page(0x40a03123, 6) = 1"}));
}

TEST_P(Pae, LeavesWhatIsAbsentToTheGuest) {
  size_t reads = 1;
  for (const uint32_t entry : {kPgd, kPmd, kPte}) {
    PaeGuest guest(GetParam());
    guest.Put(entry, 0xFFFFFFFE, 0xFFFFFFFF);
    EXPECT_FALSE(demand_page(guest.cpu, kUser, 0u));
    EXPECT_EQ(guest.Effects(), Log{"demand_page(0x40a03000, 0) = 0"});
    EXPECT_EQ(guest.world.log.size(), 1 + reads++);
  }
}

TEST_P(Pae, AllowsPresentAloneInTheTopLevelEntry) {
  EXPECT_EQ(KillWith(GetParam(), kPgd, 0x8001, 0), "");
  for (uint32_t bit = 1; bit < 12; ++bit) {
    EXPECT_EQ(KillWith(GetParam(), kPgd, 0x8001 | 1u << bit, 0), kBadPgd)
        << bit;
  }
}

TEST_P(Pae, AllowsTheFlagsOfATableInTheMiddleEntry) {
  for (uint32_t bit = 1; bit < 12; ++bit) {
    const bool allowed = bit == 1 || bit == 2 || bit == 5 || bit == 6;
    EXPECT_EQ(KillWith(GetParam(), kPmd, 0x9001 | 1u << bit, 0),
              allowed ? "" : kBadPmd)
        << bit;
  }
}

TEST_P(Pae, RefusesEveryHighBitOfADirectory) {
  for (uint32_t bit = 0; bit < 32; ++bit) {
    EXPECT_EQ(KillWith(GetParam(), kPgd, 0x8001, 1u << bit), kBadPgd) << bit;
    EXPECT_EQ(KillWith(GetParam(), kPmd, 0x9067, 1u << bit), kBadPmd) << bit;
  }
}

// The frame number of a last entry has bits 12 to 43.
TEST_P(Pae, RefusesTheLowTwelveHighBitsOfALastEntry) {
  for (uint32_t bit = 0; bit < 32; ++bit) {
    EXPECT_EQ(KillWith(GetParam(), kPte, 0xA007, 1u << bit),
              bit < 12 ? kBadPte : "")
        << bit;
  }
}

TEST_P(Pae, RefusesFramesFromTheLimitOn) {
  EXPECT_EQ(KillWith(GetParam(), kPgd, 0x00100001, 0), kBadPgd);
  EXPECT_EQ(KillWith(GetParam(), kPgd, 0x000FF001, 0), "");
  EXPECT_EQ(KillWith(GetParam(), kPmd, 0x00100067, 0), kBadPmd);
  EXPECT_EQ(KillWith(GetParam(), kPmd, 0x000FF067, 0), "");
  EXPECT_EQ(KillWith(GetParam(), kPte, 0x00100007, 0), kBadPte);
  EXPECT_EQ(KillWith(GetParam(), kPte, 0x000FF007, 0), "");
}

// NX set and a fetch (error code 0x15): the fault comes back at once.
TEST_P(Pae, KeepsNxAndDoesNotHeedIt) {
  PaeGuest guest(GetParam());
  guest.Put(kPte, 0xA007, 0x80000000);
  EXPECT_TRUE(demand_page(guest.cpu, kUser, 0x15u));
  EXPECT_EQ(guest.Effects(), (Log{"write 0x80000000:0xa027 at 0x9018",
                                  "demand_page(0x40a03000, 21) = 1"}));
}

TEST_P(Pae, NamesThePageTheHostCannotGet) {
  PaeGuest guest(GetParam());
  guest.world.unavailable_pages = {0xA};
  EXPECT_TRUE(demand_page(guest.cpu, kUser, 0u));
  EXPECT_EQ(guest.Kill(), "failed to get page 10");
}

TEST_P(PaeUpTo3_9, NumbersThePageInThirtyTwoBits) {
  PaeGuest guest(GetParam());
  guest.state.pfn_limit = 0xFFFFFFFF;
  guest.Put(kPte, 0xA007, 0x80000ABC);
  guest.world.unavailable_pages = {0xABC0000A};
  guest.host.address_ok = AddressOk::kOld;
  EXPECT_TRUE(demand_page(guest.cpu, kUser, 0u));
  EXPECT_EQ(guest.Kill(), "failed to get page 2881486858");
}

TEST_P(PaeUpTo3_9, UsesBadDirectoriesCutToThirtyTwoBits) {
  PaeGuest guest(GetParam());
  guest.Put(kPgd, 0x8FFF, 0x7);
  guest.Put(kPmd, 0x9FFF, 0x7);
  EXPECT_TRUE(demand_page(guest.cpu, kUser, 0u));
  EXPECT_EQ(
      guest.world.log,
      (Log{"read 8 at 0x1008", "kill: bad page directory entry",
           "read 8 at 0x8028", "read 8 at 0x9018", "write 0x0:0xa027 at 0x9018",
           "demand_page(0x40a03000, 0) = 1"}));
}

TEST_P(PaeFrom3_10, StopsAtTheFirstBadDirectory) {
  PaeGuest guest(GetParam());
  guest.Put(kPmd, 0x9FFF, 0);
  EXPECT_FALSE(demand_page(guest.cpu, kUser, 0u));
  EXPECT_EQ(guest.world.log, (Log{"read 8 at 0x1008", "read 8 at 0x8028",
                                  "kill: bad page middle directory entry",
                                  "demand_page(0x40a03000, 0) = 0"}));
  guest.Put(kPgd, 0x8003, 0);
  guest.world.log.clear();
  EXPECT_FALSE(demand_page(guest.cpu, kUser, 0u));
  EXPECT_EQ(guest.world.log,
            (Log{"read 8 at 0x1008", "demand_page(0x40a03000, 0) = 0"}));
}

TEST_P(PaeUpTo3_9, LooksOnlyAtDirectoriesWithoutShadow) {
  PaeGuest guest(GetParam());
  guest.Put(kPgd, 0x8FFF, 0);
  guest.Put(kPmd, 0x9FFF, 0);
  guest.world.shadow_absent_first = {false, true};
  EXPECT_TRUE(demand_page(guest.cpu, kUser, 0u));
  EXPECT_EQ(guest.Kill(), kBadPmd);

  PaeGuest shadowed(GetParam());
  shadowed.Put(kPgd, 0x8FFF, 0);
  shadowed.Put(kPmd, 0x9FFF, 0);
  shadowed.world.shadow_absent = false;
  EXPECT_TRUE(demand_page(shadowed.cpu, kUser, 0u));
  EXPECT_EQ(shadowed.Kill(), "");
}

TEST_P(PaeFrom3_10, LooksAtDirectoriesWithShadowToo) {
  PaeGuest guest(GetParam());
  guest.Put(kPmd, 0x9FFF, 0);
  guest.world.shadow_absent = false;
  EXPECT_FALSE(demand_page(guest.cpu, kUser, 0u));
  EXPECT_EQ(guest.Kill(), kBadPmd);
}

// Up to 3.9 the host allocates the shadow of top-level entry 3 with the
// tables, since the switcher is there: 2.6.32, new_pgdir.
TEST_P(PaeUpTo3_9, NeverLooksAtTheTopLevelEntryOfTheLastGigabyte) {
  PaeGuest guest(GetParam());
  guest.Put(kPaePgd, kPaePmd | 0xFFF, 0x80000000);
  EXPECT_TRUE(demand_page(guest.cpu, kText, 0u));
  EXPECT_FALSE(demand_page(guest.cpu, 0xC0000000u, 0u));  // has no page
  EXPECT_EQ(guest.Kill(), "");
  guest.Put(kPaePmd, kTable | 0xFFF, 0);
  EXPECT_TRUE(demand_page(guest.cpu, kText, 0u));
  EXPECT_EQ(guest.Kill(), kBadPmd);
}

TEST_P(PaeUpTo3_9, LooksAtTheTopLevelEntryBelowTheLastGigabyte) {
  PaeGuest guest(GetParam());
  guest.Put(0x1010, 0x8003, 0);  // of 0x80000000 to 0xBFFFFFFF
  demand_page(guest.cpu, 0xBFFFFFFFu, 0u);
  EXPECT_EQ(guest.Kill(), kBadPgd);
}

TEST_P(PaeFrom3_10, LooksAtTheTopLevelEntryOfTheLastGigabyte) {
  PaeGuest guest(GetParam());
  guest.Put(kPaePgd, kPaePmd | 0x003, 0);
  EXPECT_FALSE(demand_page(guest.cpu, kText, 0u));
  EXPECT_EQ(guest.Kill(), kBadPgd);
}

}  // namespace
}  // namespace trapline::model
