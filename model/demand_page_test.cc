// SPDX-License-Identifier: Apache-2.0

// demand_page where nothing is amiss with the guest's tables; what it refuses
// is in demand_page_check_test.cc.

#include "model/demand_page.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "model/testing_guest.h"

namespace trapline::model {
namespace {

using DemandPage = EachFlavor;
TRAPLINE_FLAVORS(All, DemandPage, TRAPLINE_ALL_FLAVORS);

TEST_P(DemandPage, SetsAccessedInTheGuestsEntry) {
  Guest guest(GetParam());
  guest.world.PutWord(kTextPte, 0x5007);
  EXPECT_TRUE(demand_page(guest.cpu, kText + 0x123, 0u));
  EXPECT_EQ(guest.world.log,
            (Log{"read 4 at 0x1c00", "read 4 at 0x2400",
                 "write 0x5027 at 0x2400", "demand_page(0xc0100123, 0) = 1"}));
  EXPECT_EQ(guest.world.GetWord(kTextPte), 0x5027u);
}

TEST_P(DemandPage, SetsDirtyForAWrite) {
  Guest guest(GetParam());
  guest.world.PutWord(kTextPte, 0x5007);
  EXPECT_TRUE(demand_page(guest.cpu, kText, 2u));
  EXPECT_EQ(guest.world.GetWord(kTextPte), 0x5067u);
}

TEST_P(DemandPage, KeepsEveryOtherBit) {
  Guest guest(GetParam());
  guest.world.PutWord(kTextPte, 0x5F57);  // available, G, D, PCD, US, RW, P
  EXPECT_TRUE(demand_page(guest.cpu, kText, 0u));
  EXPECT_EQ(guest.world.GetWord(kTextPte), 0x5F77u);
}

TEST_P(DemandPage, WritesAnEntryThatHasAllAlready) {
  Guest guest(GetParam());
  EXPECT_TRUE(demand_page(guest.cpu, kText, 2u));
  EXPECT_EQ(guest.Effects(),
            (Log{"write 0x5067 at 0x2400", "demand_page(0xc0100000, 2) = 1"}));
}

TEST_P(DemandPage, ChangesNoState) {
  Guest guest(GetParam());
  const State<uint32_t> before = guest.state;
  EXPECT_TRUE(demand_page(guest.cpu, kText, 2u));
  EXPECT_EQ(Changed(before, guest.state), std::vector<std::string>{});
}

// Of the error code (SDM volume 3, section 4.7) only W and U count.
TEST_P(DemandPage, AsksTheLastEntryForPermission) {
  for (uint32_t errcode = 0; errcode < 64; ++errcode) {
    for (const uint32_t flags : {0x1u, 0x3u, 0x5u, 0x7u}) {
      Guest guest(GetParam());
      guest.world.PutWord(kTextPte, kTextPa | flags);
      const bool write = errcode & 2;
      const bool user = errcode & 4;
      const bool allowed = (!write || (flags & 2)) && (!user || (flags & 4));
      EXPECT_EQ(demand_page(guest.cpu, kText, errcode), allowed)
          << errcode << " " << flags;
      const uint32_t marks = write ? 0x60 : 0x20;
      EXPECT_EQ(guest.world.GetWord(kTextPte),
                kTextPa | flags | (allowed ? marks : 0))
          << errcode << " " << flags;
      EXPECT_EQ(guest.Kill(), "");
    }
  }
}

// The CPU takes RW and US of both levels (SDM volume 3, section 4.6).
TEST_P(DemandPage, DoesNotAskTheDirectory) {
  Guest guest(GetParam());
  guest.world.PutWord(kPde, 0x2001);
  EXPECT_TRUE(demand_page(guest.cpu, kText, 7u));
}

// SDM volume 3, section 4.8: the CPU would set Accessed at both levels.
TEST_P(DemandPage, NeverMarksTheDirectory) {
  Guest guest(GetParam());
  guest.world.PutWord(kPde, 0x2007);
  EXPECT_TRUE(demand_page(guest.cpu, kText, 2u));
  EXPECT_EQ(guest.world.GetWord(kPde), 0x2007u);
}

TEST_P(DemandPage, LeavesAnAbsentDirectoryToTheGuest) {
  Guest guest(GetParam());
  guest.world.PutWord(kPde, 0x2F9E);
  EXPECT_FALSE(demand_page(guest.cpu, kText, 0u));
  EXPECT_EQ(guest.world.log,
            (Log{"read 4 at 0x1c00", "demand_page(0xc0100000, 0) = 0"}));
}

TEST_P(DemandPage, LeavesAnAbsentPageToTheGuest) {
  Guest guest(GetParam());
  guest.world.PutWord(kTextPte, 0xFFFFFFFE);
  EXPECT_FALSE(demand_page(guest.cpu, kText, 0u));
  EXPECT_EQ(guest.world.log, (Log{"read 4 at 0x1c00", "read 4 at 0x2400",
                                  "demand_page(0xc0100000, 0) = 0"}));
}

TEST_P(DemandPage, KillsForAPageTheHostCannotGetAndGoesOn) {
  Guest guest(GetParam());
  guest.world.PutWord(kTextPte, 0x5007);
  guest.world.unavailable_pages = {5};
  EXPECT_TRUE(demand_page(guest.cpu, kText, 2u));
  EXPECT_EQ(guest.Effects(),
            (Log{"kill: failed to get page 5", "write 0x5067 at 0x2400",
                 "demand_page(0xc0100000, 2) = 1"}));
}

TEST_P(DemandPage, AsksTheHostForNoOtherPage) {
  Guest guest(GetParam());
  guest.world.unavailable_pages = {0, 1, 2, 4, 6, 0xFF};
  EXPECT_TRUE(demand_page(guest.cpu, kText, 2u));
  EXPECT_EQ(guest.Kill(), "");
}

// The last word of memory is out of reach of the old form.
TEST_P(DemandPage, ReadsTheLastEntryOfMemoryInTheNewFormOnly) {
  for (const AddressOk form : {AddressOk::kOld, AddressOk::kNew}) {
    Guest guest(GetParam());
    guest.host.address_ok = form;
    guest.world.PutWord(kPde, 0xFF067);
    guest.world.PutWord(0xFFFFC, 0x5007);
    const bool reaches = form == AddressOk::kNew;
    EXPECT_EQ(demand_page(guest.cpu, 0xC03FF000u, 0u), reaches);
    EXPECT_EQ(guest.Kill(), reaches ? "" : "bad read address 0xffffc len 4");
  }
}

TEST_P(DemandPage, KillsForADirectoryBeyondMemory) {
  Guest guest(GetParam());
  guest.state.gpgdir = 0x100000;
  EXPECT_FALSE(demand_page(guest.cpu, kText, 0u));
  EXPECT_EQ(guest.Effects(), (Log{"kill: bad read address 0x100c00 len 4",
                                  "demand_page(0xc0100000, 0) = 0"}));
}

}  // namespace
}  // namespace trapline::model
