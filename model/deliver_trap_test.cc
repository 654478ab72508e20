// SPDX-License-Identifier: Apache-2.0

// The frame that deliver_trap pushes; what the gate says is in
// deliver_gate_test.cc.

#include "model/deliver_trap.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "model/testing_guest.h"

namespace trapline::model {
namespace {

using Names = std::vector<std::string>;

// With a trap gate to 0xC0128000 for the trap.
struct TrapGuest : Guest {
  explicit TrapGuest(const std::string& flavor, Paging paging = Paging::k32Bit)
      : Guest(flavor, paging) {
    cpu.gate = {0x00618000, 0xC0128F00};
    state.eip = 0xC0105678;
    state.errcode = 0xE44;
  }
  void FromUser() {
    state.cs = 0x73;
    state.ss = 0x7B;
    state.esp = 0xBFFFF000;
    state.eip = 0x08048123;
  }
};

using Frame = EachFlavor;
TRAPLINE_FLAVORS(All, Frame, TRAPLINE_ALL_FLAVORS);

// SDM volume 3, figure 6-4: without a change of privilege.
TEST_P(Frame, OfTheKernelHasThreeWords) {
  TrapGuest guest(GetParam());
  const State<uint32_t> before = guest.state;
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.world.log,
            (Log{"read 4 at 0x1c00", "read 4 at 0x2404",
                 "write 0x202 at 0x6efc", "write 0x61 at 0x6ef8",
                 "write 0xc0105678 at 0x6ef4", "deliver_trap(3) = 1"}));
  EXPECT_EQ(guest.state.esp, kStack + 0xEF4);
  EXPECT_EQ(guest.state.eip, 0xC0128000u);
  EXPECT_EQ(Changed(before, guest.state), (Names{"eip", "esp"}));
}

TEST_P(Frame, OfTheKernelHasAFourthWordForTheErrorCode) {
  TrapGuest guest(GetParam());
  EXPECT_TRUE(deliver_trap(guest.cpu, 13u));
  EXPECT_EQ(guest.Effects(),
            (Log{"write 0x202 at 0x6efc", "write 0x61 at 0x6ef8",
                 "write 0xc0105678 at 0x6ef4", "write 0xe44 at 0x6ef0",
                 "deliver_trap(13) = 1"}));
  EXPECT_EQ(guest.state.esp, kStack + 0xEF0);
}

// With a change of privilege.
TEST_P(Frame, OfAUserHasFiveWordsOnTheKernelsStack) {
  TrapGuest guest(GetParam());
  guest.FromUser();
  const State<uint32_t> before = guest.state;
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.world.log,
            (Log{"read 4 at 0x1c00", "read 4 at 0x2408", "write 0x7b at 0x77fc",
                 "write 0xbffff000 at 0x77f8", "write 0x202 at 0x77f4",
                 "write 0x73 at 0x77f0", "write 0x8048123 at 0x77ec",
                 "deliver_trap(3) = 1"}));
  EXPECT_EQ(guest.state.esp, 0xC01027ECu);
  EXPECT_EQ(guest.state.ss, 0x69u);
  EXPECT_EQ(guest.state.cs, 0x61u);
  EXPECT_EQ(Changed(before, guest.state), (Names{"eip", "cs", "esp", "ss"}));
}

TEST_P(Frame, OfAUserHasASixthWordForTheErrorCode) {
  TrapGuest guest(GetParam());
  guest.FromUser();
  EXPECT_TRUE(deliver_trap(guest.cpu, 14u));
  EXPECT_EQ(guest.Effects()[5], "write 0xe44 at 0x77e8");
  EXPECT_EQ(guest.state.esp, 0xC01027E8u);
}

// SDM volume 3, table 6-1, to 17.
TEST_P(Frame, HasAnErrorCodeForSevenVectors) {
  const std::set<uint32_t> with_errcode = {8, 10, 11, 12, 13, 14, 17};
  for (uint32_t num = 0; num < 256; ++num) {
    TrapGuest guest(GetParam());
    EXPECT_TRUE(deliver_trap(guest.cpu, num)) << num;
    const uint32_t words = with_errcode.count(num) ? 4 : 3;
    EXPECT_EQ(guest.state.esp, kStack + 0xF00 - 4 * words) << num;
    EXPECT_EQ(guest.world.GetWord(kStackPa + 0xEF0), words == 4 ? 0xE44u : 0u);
  }
}

TEST_P(Frame, HasWholeWordsForSelectors) {
  TrapGuest guest(GetParam());
  guest.FromUser();
  guest.state.ss = 0xDEAD007B;
  guest.state.cs = 0xBEEF0073;
  guest.state.ss1 = 0xCAFE0069;
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.world.GetWord(0x77FC), 0xDEAD007Bu);
  EXPECT_EQ(guest.world.GetWord(0x77F0), 0xBEEF0073u);
  EXPECT_EQ(guest.state.ss, 0xCAFE0069u);
  EXPECT_EQ(guest.state.cs, 0x61u);
}

TEST_P(Frame, GoesByTheRingOfSsNotOfCs) {
  for (uint32_t ring = 0; ring < 4; ++ring) {
    TrapGuest guest(GetParam());
    guest.state.cs = ring == 1 ? 0x73 : 0x61;
    guest.state.ss = 0x12340068 | ring;
    EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
    EXPECT_EQ(guest.state.esp, ring == 1 ? kStack + 0xEF4 : 0xC01027ECu);
    EXPECT_EQ(guest.state.ss, ring == 1 ? 0x12340069u : 0x69u);
  }
}

// A stack whose page after the top is not mapped.
TEST_P(Frame, NeedsThePageAfterAnAlignedStack) {
  TrapGuest guest(GetParam());
  guest.state.esp = kStackTop;
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.Effects(),
            (Log{"kill: Bad address 0xc0103000", "write 0x202 at 0xfffffffc",
                 "write 0x61 at 0xfffffff8", "write 0xc0105678 at 0xfffffff4",
                 "deliver_trap(3) = 1"}));
  EXPECT_EQ(guest.world.GetWord(0x7FFC), 0u);
}

TEST_P(Frame, IsBelowThePhysicalPageOfTheAddressAfterIt) {
  TrapGuest guest(GetParam());
  guest.state.esp = kStack + 0x1000;
  guest.world.PutWord(kStackPte + 4, 0x9067);
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.world.GetWord(0x8FFC), 0x202u);
  EXPECT_EQ(guest.world.GetWord(0x6FFC), 0u);
  EXPECT_EQ(guest.Kill(), "");
}

TEST_P(Frame, CrossesIntoThePhysicalPageBefore) {
  TrapGuest guest(GetParam());
  guest.state.esp = kStack + 0x1004;
  guest.world.PutWord(kStackPte, 0x9067);
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.world.GetWord(0x7000), 0x202u);
  EXPECT_EQ(guest.world.GetWord(0x6FFC), 0x61u);  // not 0x9FFC
  EXPECT_EQ(guest.world.GetWord(0x9FFC), 0u);
}

TEST_P(Frame, IsWrittenToAReadOnlyPageThatIsNotMarked) {
  TrapGuest guest(GetParam());
  guest.world.PutWord(kStackPte, 0x6001);
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.world.GetWord(0x6EFC), 0x202u);
  EXPECT_EQ(guest.world.GetWord(kStackPte), 0x6001u);
  EXPECT_EQ(guest.Kill(), "");
}

TEST_P(Frame, BelowAddressZeroKillsAndTheTrapIsEnteredAllTheSame) {
  TrapGuest guest(GetParam());
  guest.world.PutWord(kStackPte, 0x0067);
  guest.state.esp = kStack + 4;
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(
      guest.Effects(),
      (Log{"write 0x202 at 0x0", "kill: bad write address 0xfffffffc len 4",
           "write 0x61 at 0xfffffffc", "write 0xc0105678 at 0xfffffff8",
           "deliver_trap(3) = 1"}));
  EXPECT_EQ(guest.state.esp, kStack - 8);
  EXPECT_EQ(guest.state.eip, 0xC0128000u);
}

TEST_P(Frame, BeyondMemoryKills) {
  TrapGuest guest(GetParam());
  guest.world.PutWord(kStackPte, 0x00100067);
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.Kill(), "bad write address 0x100efc len 4");
  EXPECT_EQ(guest.state.esp, kStack + 0xEF4);
}

TEST_P(Frame, WrapsEsp) {
  TrapGuest guest(GetParam());
  guest.state.esp = 4;
  guest.world.PutWord(kGpgdir, kTable | 0x067);
  guest.world.PutWord(kTable, 0x6067);
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.world.GetWord(0x6000), 0x202u);
  EXPECT_EQ(guest.world.GetWord(0x5FF8), 0xC0105678u);
  EXPECT_EQ(guest.state.esp, 0xFFFFFFF8u);
}

using FrameUpTo2_6_29 = EachFlavor;
TRAPLINE_FLAVORS(HostBug, FrameUpTo2_6_29, "F2", "F3", "F4");

TEST_P(FrameUpTo2_6_29, StopsTheHostOnAStackWithoutATable) {
  TrapGuest guest(GetParam());
  guest.state.esp = 0x00000FF0;
  const State<uint32_t> before = guest.state;
  EXPECT_FALSE(deliver_trap(guest.cpu, 3u));
  EXPECT_TRUE(guest.cpu.bug);
  EXPECT_EQ(guest.world.log,
            (Log{"read 4 at 0x1000", "kill: Bad address 0xff0"}));
  EXPECT_EQ(Changed(before, guest.state), Names{"dead"});
}

using FrameFrom2_6_30 = EachFlavor;
TRAPLINE_FLAVORS(NoHostBug, FrameFrom2_6_30, "F5", "F6", "F7", "F8", "F9",
                 "F10");

TEST_P(FrameFrom2_6_30, IsPushedBelowMinusOneOnAStackWithoutATable) {
  TrapGuest guest(GetParam());
  guest.state.esp = 0x00000FF0;
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.Effects(),
            (Log{"kill: Bad address 0xff0", "write 0x202 at 0xfffffffb",
                 "write 0x61 at 0xfffffff7", "write 0xc0105678 at 0xfffffff3",
                 "deliver_trap(3) = 1"}));
  EXPECT_EQ(guest.state.esp, 0x00000FE4u);
}

using LinearFrame = EachFlavor;
TRAPLINE_FLAVORS(From3_1, LinearFrame, "F8", "F9", "F10");

TEST_P(LinearFrame, IsPushedAtEspWhilePagingIsOff) {
  TrapGuest guest(GetParam());
  guest.state.linear_pages = 1;
  guest.state.esp = 0x8000;
  EXPECT_TRUE(deliver_trap(guest.cpu, 3u));
  EXPECT_EQ(guest.world.GetWord(0x7FFC), 0x202u);
  EXPECT_EQ(guest.state.esp, 0x7FF4u);
}

using PaeFrame = EachFlavor;
TRAPLINE_FLAVORS(From2_6_31, PaeFrame, "F6", "F7", "F8", "F9", "F10");

TEST_P(PaeFrame, IsTheSame) {
  TrapGuest guest(GetParam(), Paging::kPae);
  guest.FromUser();
  EXPECT_TRUE(deliver_trap(guest.cpu, 14u));
  EXPECT_EQ(guest.world.GetWord(0x77FC), 0x7Bu);
  EXPECT_EQ(guest.world.GetWord(0x77E8), 0xE44u);
  EXPECT_EQ(guest.state.esp, 0xC01027E8u);
}

}  // namespace
}  // namespace trapline::model
