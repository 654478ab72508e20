// SPDX-License-Identifier: Apache-2.0

// VMCALL becomes int 0x1f, from 2.6.30 to 3.0.

#include "model/rewrite_hypercall.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "model/handle_trap.h"
#include "model/testing_guest.h"

namespace trapline::model {
namespace {

constexpr uint32_t kVmcall = 0x00C1010F;
constexpr uint32_t kInt1f = 0x00901FCD;

// At a VMCALL, with a trap gate to 0xC0128000 for the trap.
struct VmcallGuest : Guest {
  explicit VmcallGuest(const std::string& flavor,
                       Paging paging = Paging::k32Bit)
      : Guest(flavor, paging) {
    At({0x0F, 0x01, 0xC1});
    state.trapnum = 6;
    cpu.gate = {0x00618000, 0xC0128F00};
  }
  uint32_t Insn() const { return world.GetWord(kTextPa); }
  bool Delivered() const { return state.eip == 0xC0128000; }
};

using Vmcall = EachFlavor;
TRAPLINE_FLAVORS(From2_6_30To3_0, Vmcall, "F5", "F6", "F7");

TEST_P(Vmcall, IsRewrittenAndTheShadowsDropped) {
  VmcallGuest guest(GetParam());
  const State<uint32_t> before = guest.state;
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.Insn(), kInt1f);
  EXPECT_EQ(Changed(before, guest.state), std::vector<std::string>{});
  EXPECT_EQ(guest.Effects(),
            (Log{"write cd1f90 at 0x5000", "guest_pagetable_clear_all",
                 "write 0x7067 at 0x2408", "demand_page(0xc01027ff, 2) = 1",
                 "write 0x6067 at 0x2404", "demand_page(0xc01017ff, 2) = 1"}));
}

TEST_P(Vmcall, IsFetchedWithThreeBytesAndWrittenAfterASecondWalk) {
  VmcallGuest guest(GetParam());
  guest.state.stack_pages = 0;
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.world.log,
            (Log{"read 4 at 0x1c00", "read 4 at 0x2400", "read 3 at 0x5000",
                 "read 4 at 0x1c00", "read 4 at 0x2400",
                 "write cd1f90 at 0x5000", "guest_pagetable_clear_all"}));
}

// In VMX root operation it is #GP, not #UD: SDM volume 3, VMCALL.
TEST_P(Vmcall, IsRewrittenAfterGeneralProtectionToo) {
  for (const uint32_t errcode : {0u, 0x1Au, 0x18u, 0xFFFFu}) {
    VmcallGuest guest(GetParam());
    guest.state.trapnum = 13;
    guest.state.errcode = errcode;
    handle_trap(guest.cpu);
    EXPECT_EQ(guest.Insn(), kInt1f) << errcode;
    EXPECT_EQ(guest.state.eip, kText) << errcode;
  }
}

TEST_P(Vmcall, IsRewrittenWhateverTheErrorCodeOfAnInvalidOpcode) {
  VmcallGuest guest(GetParam());
  guest.state.errcode = 0x1234;
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.Insn(), kInt1f);
}

TEST_P(Vmcall, PinsAsManyStackPagesAsThereAre) {
  for (uint32_t pages = 0; pages <= 2; ++pages) {
    VmcallGuest guest(GetParam());
    guest.state.stack_pages = pages;
    guest.world.PutWord(kStackPte, 0x6007);
    guest.world.PutWord(kStackPte + 4, 0x7007);
    handle_trap(guest.cpu);
    EXPECT_EQ(guest.world.GetWord(kStackPte + 4),
              pages > 0 ? 0x7067u : 0x7007u);
    EXPECT_EQ(guest.world.GetWord(kStackPte), pages > 1 ? 0x6067u : 0x6007u);
  }
}

TEST_P(Vmcall, PinsThePageBelowAnAlignedStack) {
  VmcallGuest guest(GetParam());
  guest.state.stack_pages = 1;
  guest.state.esp1 = 0xC0102000;
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.Effects().back(), "demand_page(0xc0101fff, 2) = 1");
}

TEST_P(Vmcall, KillsForAStackThatIsAbsentOrReadOnly) {
  for (const uint32_t pte : {0x7006u, 0x7005u}) {
    VmcallGuest guest(GetParam());
    guest.world.PutWord(kStackPte + 4, pte);
    handle_trap(guest.cpu);
    EXPECT_EQ(guest.Insn(), kInt1f);
    EXPECT_EQ(guest.Effects(),
              (Log{"write cd1f90 at 0x5000", "guest_pagetable_clear_all",
                   "demand_page(0xc01027ff, 2) = 0",
                   "kill: bad stack page 0xc01027ff", "write 0x6067 at 0x2404",
                   "demand_page(0xc01017ff, 2) = 1"}));
  }
}

// Whether the page is writable is asked first, and kills first.
TEST_P(Vmcall, KillsForAStackInTheSwitcher) {
  VmcallGuest guest(GetParam());
  guest.state.stack_pages = 1;
  guest.state.esp1 = 0xFFC01000;
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.Kill(), "attempt to access switcher pages");
}

TEST_P(Vmcall, IsNotLookedForOutsideRingOne) {
  for (const uint32_t cs : {0x60u, 0x62u, 0x73u}) {
    VmcallGuest guest(GetParam());
    guest.state.cs = cs;
    handle_trap(guest.cpu);
    EXPECT_EQ(guest.Insn(), kVmcall) << cs;
    EXPECT_TRUE(guest.Delivered()) << cs;
    EXPECT_EQ(guest.world.log.front(), "read 4 at 0x1c00");
    EXPECT_EQ(guest.world.log[1], "read 4 at 0x2404");  // the stack alone
  }
}

TEST_P(Vmcall, IsNothingElse) {
  for (const std::vector<uint8_t>& bytes :
       {std::vector<uint8_t>{0x0F, 0x01, 0xC0},
        {0x0F, 0x01, 0xD9},
        {0x0F, 0x00, 0xC1},
        {0x0E, 0x01, 0xC1},
        {0x66, 0x0F, 0x01, 0xC1},
        {0x0F, 0x0B, 0x90},
        {0xCD, 0x1F, 0x90}}) {
    VmcallGuest guest(GetParam());
    guest.At(bytes);
    const uint32_t insn = guest.Insn();
    handle_trap(guest.cpu);
    EXPECT_EQ(guest.Insn(), insn);
    EXPECT_TRUE(guest.Delivered());
  }
}

// The text's next virtual page is at 0x9000, its next physical one at 0x6000.
TEST_P(Vmcall, IsReadAndWrittenOnInTheNextPhysicalPage) {
  VmcallGuest guest(GetParam());
  guest.state.stack_pages = 0;
  guest.state.eip = kText + 0xFFE;
  guest.world.PutWord(kStackPte, 0x9067);
  guest.At({0x0F, 0x01, 0x90});
  guest.world.PutBytes(0x9000, {0xC1});
  EXPECT_FALSE(is_hypercall(guest.cpu));

  guest.world.PutBytes(0x6000, {0xC1});
  guest.world.PutBytes(0x9000, {0x90});
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.world.GetWord(kTextPa + 0xFFE), kInt1f);
  EXPECT_EQ(guest.world.GetByte(0x9000), 0x90);
}

// An UD2 in the last two bytes of memory.
TEST_P(Vmcall, IsLookedForBeyondTheEndOfMemory) {
  VmcallGuest guest(GetParam());
  guest.world.PutWord(kTextPte, 0xFF067);
  guest.state.eip = kText + 0xFFE;
  guest.world.PutBytes(0xFFFFE, {0x0F, 0x0B});
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.Kill(), "bad read address 0xffffe len 3");
  EXPECT_TRUE(guest.Delivered());
}

TEST_P(Vmcall, MayEndMemory) {
  VmcallGuest guest(GetParam());
  guest.world.PutWord(kTextPte, 0xFF067);
  guest.state.eip = kText + 0xFFD;
  guest.world.PutBytes(0xFFFFD, {0x0F, 0x01, 0xC1});
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.world.GetWord(0xFFFFD), kInt1f);
  EXPECT_EQ(guest.Kill(), "");
}

TEST_P(Vmcall, IsReadAtMinusOneWithoutADirectory) {
  VmcallGuest guest(GetParam());
  guest.state.eip = 0x10;
  EXPECT_FALSE(is_hypercall(guest.cpu));
  EXPECT_EQ(guest.world.log, (Log{"read 4 at 0x1000", "kill: Bad address 0x10",
                                  "read 3 at 0xffffffff"}));
}

using PaeVmcall = EachFlavor;
TRAPLINE_FLAVORS(From2_6_31To3_0, PaeVmcall, "F6", "F7");

TEST_P(PaeVmcall, IsRewritten) {
  VmcallGuest guest(GetParam(), Paging::kPae);
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.Insn(), kInt1f);
  EXPECT_EQ(
      guest.Effects(),
      (Log{"write cd1f90 at 0x5000", "guest_pagetable_clear_all",
           "write 0x0:0x7067 at 0x2810", "demand_page(0xc01027ff, 2) = 1",
           "write 0x0:0x6067 at 0x2808", "demand_page(0xc01017ff, 2) = 1"}));
}

TEST_P(PaeVmcall, StopsTheHostWithoutAMiddleEntry) {
  VmcallGuest guest(GetParam(), Paging::kPae);
  guest.world.PutWord(kPaePmd, 0);
  handle_trap(guest.cpu);
  EXPECT_TRUE(guest.cpu.bug);
  EXPECT_EQ(guest.world.log, (Log{"read 8 at 0x1018", "read 8 at 0x3000",
                                  "kill: Bad address 0xc0100000"}));
}

TEST_P(PaeVmcall, KillsForAStackInTheSwitcher) {
  VmcallGuest guest(GetParam(), Paging::kPae);
  guest.state.stack_pages = 1;
  guest.state.esp1 = 0xFFE01000;
  handle_trap(guest.cpu);
  EXPECT_EQ(guest.Kill(), "attempt to access switcher pages");

  VmcallGuest below(GetParam(), Paging::kPae);
  below.state.stack_pages = 1;
  below.state.esp1 = 0xFFE00000;
  handle_trap(below.cpu);
  EXPECT_EQ(below.Kill(), "bad stack page 0xffdfffff");
}

using NoVmcall = EachFlavor;
TRAPLINE_FLAVORS(OtherKernels, NoVmcall, "F2", "F3", "F4", "F8", "F9", "F10");

TEST_P(NoVmcall, IsAnInvalidOpcodeForTheGuest) {
  for (const uint32_t trapnum : {6u, 13u}) {
    VmcallGuest guest(GetParam());
    guest.state.trapnum = trapnum;
    handle_trap(guest.cpu);
    EXPECT_EQ(guest.Insn(), kVmcall);
    EXPECT_TRUE(guest.Delivered());
    for (const std::string& line : guest.world.log) {
      EXPECT_NE(line.rfind("read 3", 0), 0u) << line;
    }
  }
}

}  // namespace
}  // namespace trapline::model
