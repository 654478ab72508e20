// SPDX-License-Identifier: Apache-2.0

// Which bytes emulate_insn reads, and what becomes of those it cannot read.

#include <gtest/gtest.h>

#include <cstdint>

#include "model/emulate_insn.h"
#include "model/testing_guest.h"

namespace trapline::model {
namespace {

using Fetch = EachFlavor;
TRAPLINE_FLAVORS(All, Fetch, TRAPLINE_ALL_FLAVORS);

TEST_P(Fetch, ReadsOneByteAfterTheWalk) {
  Guest guest(GetParam());
  guest.At({0xE4, 0x80});
  EXPECT_TRUE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.world.log,
            (Log{"read 4 at 0x1c00", "read 4 at 0x2400", "read 1 at 0x5000"}));
}

TEST_P(Fetch, ReadsASecondByteAfterThePrefix) {
  Guest guest(GetParam());
  guest.At({0x66, 0xE5, 0x80});
  EXPECT_TRUE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.world.log, (Log{"read 4 at 0x1c00", "read 4 at 0x2400",
                                  "read 1 at 0x5000", "read 1 at 0x5001"}));
}

TEST_P(Fetch, WalksForAUserTooAndReadsNoByte) {
  Guest guest(GetParam());
  guest.state.cs = 0x73;
  guest.At({0xED});
  EXPECT_FALSE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.world.log, (Log{"read 4 at 0x1c00", "read 4 at 0x2400"}));
}

// A user's segment may have a base, which eip does not have in it.
TEST_P(Fetch, LetsAUserKillTheGuestFromAnUnmappedEip) {
  Guest guest(GetParam());
  guest.state.cs = 0x73;
  guest.world.PutWord(kTextPte, 0);
  EXPECT_FALSE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.Kill(), "Bad address 0xc0100000");
  EXPECT_FALSE(guest.cpu.bug);
}

using FetchUpTo2_6_29 = EachFlavor;
TRAPLINE_FLAVORS(HostBug, FetchUpTo2_6_29, "F2", "F3", "F4");

TEST_P(FetchUpTo2_6_29, LetsAUserStopTheHostFromAnUnmappedTable) {
  Guest guest(GetParam());
  guest.state.cs = 0x73;
  guest.state.eip = 0x10;
  EXPECT_FALSE(emulate_insn(guest.cpu));
  EXPECT_TRUE(guest.cpu.bug);
  EXPECT_EQ(guest.world.log,
            (Log{"read 4 at 0x1000", "kill: Bad address 0x10"}));
}

using FetchFrom2_6_30 = EachFlavor;
TRAPLINE_FLAVORS(NoHostBug, FetchFrom2_6_30, "F5", "F6", "F7", "F8", "F9",
                 "F10");

TEST_P(FetchFrom2_6_30, ReadsAtMinusOneFromAnUnmappedTable) {
  Guest guest(GetParam());
  guest.state.eip = 0x10;
  EXPECT_FALSE(emulate_insn(guest.cpu));
  EXPECT_FALSE(guest.cpu.bug);
  EXPECT_EQ(guest.world.log, (Log{"read 4 at 0x1000", "kill: Bad address 0x10",
                                  "read 1 at 0xffffffff"}));
  EXPECT_EQ(guest.state.eip, 0x10u);
}

TEST_P(Fetch, RunsAbsentTextOfADeadGuest) {
  Guest guest(GetParam());
  guest.world.PutWord(kTextPte, 0x5066);
  guest.At({0xED});
  EXPECT_TRUE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.Kill(), "Bad address 0xc0100000");
  EXPECT_EQ(guest.state.eax, 0xFFFFFFFFu);
}

// The text's next virtual page is at 0x9000, its next physical one at 0x6000.
TEST_P(Fetch, ReadsOnInTheNextPhysicalPage) {
  Guest guest(GetParam());
  guest.world.PutWord(kStackPte, 0x9067);
  guest.state.eip = kText + 0xFFF;
  guest.At({0x66, 0x90});
  guest.world.PutBytes(0x9000, {0xED});
  EXPECT_FALSE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.world.log.back(), "read 1 at 0x6000");

  guest.world.PutBytes(0x6000, {0xED});
  guest.world.PutBytes(0x9000, {0x90});
  EXPECT_TRUE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.state.eip, kStack + 1);
}

TEST_P(Fetch, NeedsNoPageForTheImmediate) {
  Guest guest(GetParam());
  guest.world.PutWord(kStackPte, 0);
  guest.state.eip = kText + 0xFFF;
  guest.At({0xE4});
  EXPECT_TRUE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.state.eip, kStack + 1);
  EXPECT_EQ(guest.Kill(), "");
}

TEST_P(Fetch, ReachesTheLastByteOfMemoryInTheNewFormOnly) {
  for (const AddressOk form : {AddressOk::kOld, AddressOk::kNew}) {
    Guest guest(GetParam());
    guest.host.address_ok = form;
    guest.world.PutWord(kTextPte, 0xFF067);
    guest.state.eip = kText + 0xFFF;
    guest.world.PutBytes(0xFFFFF, {0xED});
    const bool reaches = form == AddressOk::kNew;
    EXPECT_EQ(emulate_insn(guest.cpu), reaches);
    EXPECT_EQ(guest.Kill(), reaches ? "" : "bad read address 0xfffff len 1");
  }
}

TEST_P(Fetch, KillsWhereMemoryEndsAfterThePrefix) {
  Guest guest(GetParam());
  guest.world.PutWord(kTextPte, 0xFF067);
  guest.state.eip = kText + 0xFFF;
  guest.world.PutBytes(0xFFFFF, {0x66});
  EXPECT_FALSE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.Kill(), "bad read address 0x100000 len 1");
}

// No real guest gets there: the top of the address space is the switcher's.
TEST_P(Fetch, WrapsEip) {
  Guest guest(GetParam());
  guest.world.PutWord(0x1FFC, kTable | 0x067);
  guest.world.PutWord(0x2FFC, kTextPa | 0x067);
  guest.state.eip = 0xFFFFFFFF;
  guest.world.PutBytes(kTextPa + 0xFFF, {0xEF});
  EXPECT_TRUE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.state.eip, 0u);

  guest.state.eip = 0xFFFFFFFE;
  guest.world.PutBytes(kTextPa + 0xFFE, {0x66, 0xE6, 0x80});
  EXPECT_TRUE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.state.eip, 1u);
}

using LinearFetch = EachFlavor;
TRAPLINE_FLAVORS(From3_1, LinearFetch, "F8", "F9", "F10");

TEST_P(LinearFetch, ReadsAtEipWhilePagingIsOff) {
  Guest guest(GetParam());
  guest.state.linear_pages = 1;
  guest.state.eip = 0x5123;
  guest.At({0x66, 0xEF});
  EXPECT_TRUE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.world.log, (Log{"read 1 at 0x5123", "read 1 at 0x5124"}));
  EXPECT_EQ(guest.state.eip, 0x5125u);
}

using PaeFetch = EachFlavor;
TRAPLINE_FLAVORS(UpTo3_11, PaeFetch, "F6", "F7", "F8", "F9");

TEST_P(PaeFetch, StopsTheHostAtAnAbsentMiddleEntry) {
  Guest guest(GetParam(), Paging::kPae);
  guest.world.PutWord(kPaePmd, 0);
  EXPECT_FALSE(emulate_insn(guest.cpu));
  EXPECT_TRUE(guest.cpu.bug);
  EXPECT_EQ(guest.world.log.back(), "kill: Bad address 0xc0100000");
}

}  // namespace
}  // namespace trapline::model
