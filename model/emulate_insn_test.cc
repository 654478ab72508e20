// SPDX-License-Identifier: Apache-2.0

// What emulate_insn makes of an instruction; emulate_fetch_test.cc has how it
// comes by the bytes.

#include "model/emulate_insn.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "model/testing_guest.h"

namespace trapline::model {
namespace {

using Bytes = std::vector<uint8_t>;
using Names = std::vector<std::string>;

struct InsnCase {
  Bytes bytes;
  uint32_t eax;
  uint32_t eax_after;
  uint32_t length;
};

// Every form is followed by bytes that would show if they were looked at.
void ExpectStepsOver(const char* flavor, const InsnCase& c) {
  SCOPED_TRACE(testing::PrintToString(c.bytes));
  Guest guest(flavor);
  guest.state.eax = c.eax;
  guest.state.edx = 0x3F8;
  Bytes bytes = c.bytes;
  bytes.insert(bytes.end(), {0x66, 0xED});
  guest.At(bytes);
  const State<uint32_t> before = guest.state;
  EXPECT_TRUE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.state.eax, c.eax_after);
  EXPECT_EQ(guest.state.eip, kText + c.length);
  EXPECT_EQ(Changed(before, guest.state),
            c.eax == c.eax_after ? (Names{"eip"}) : (Names{"eax", "eip"}));
  EXPECT_EQ(guest.Effects(), Log{});
}

using In = EachFlavor;
TRAPLINE_FLAVORS(All, In, TRAPLINE_ALL_FLAVORS);

TEST_P(In, OfEaxGivesOnes) {
  for (const InsnCase& c : {
           InsnCase{{0xED}, 0x12345678, 0xFFFFFFFF, 1},
           InsnCase{{0xE5, 0x80}, 0x12345678, 0xFFFFFFFF, 2},
           InsnCase{{0xED}, 0, 0xFFFFFFFF, 1},
       }) {
    ExpectStepsOver(GetParam(), c);
  }
}

using InUpTo3_0 = EachFlavor;
TRAPLINE_FLAVORS(Shift, InUpTo3_0, "F2", "F3", "F4", "F5", "F6", "F7");

TEST_P(InUpTo3_0, OfAlWritesAx) {
  for (const InsnCase& c : {
           InsnCase{{0xEC}, 0x11110000, 0x1111FFFF, 1},
           InsnCase{{0xE4, 0x64}, 0x11110000, 0x1111FFFF, 2},
       }) {
    ExpectStepsOver(GetParam(), c);
  }
}

TEST_P(InUpTo3_0, OfAlWithPrefixWritesTheUpperHalf) {
  for (const InsnCase& c : {
           InsnCase{{0x66, 0xEC}, 0, 0xFFFF0000, 2},
           InsnCase{{0x66, 0xEC}, 0x00005678, 0xFFFF5678, 2},
           InsnCase{{0x66, 0xE4, 0x64}, 0, 0xFFFF0000, 3},
       }) {
    ExpectStepsOver(GetParam(), c);
  }
}

TEST_P(InUpTo3_0, OfAxWritesEax) {
  for (const InsnCase& c : {
           InsnCase{{0x66, 0xED}, 0x12340000, 0xFFFFFFFF, 2},
           InsnCase{{0x66, 0xE5, 0x70}, 0x12340000, 0xFFFFFFFF, 3},
       }) {
    ExpectStepsOver(GetParam(), c);
  }
}

using InFrom3_1 = EachFlavor;
TRAPLINE_FLAVORS(SmallOperand, InFrom3_1, "F8", "F9", "F10");

// SDM volume 2, IN.
TEST_P(InFrom3_1, WritesItsOperandAlone) {
  for (const InsnCase& c : {
           InsnCase{{0xEC}, 0x11110000, 0x111100FF, 1},
           InsnCase{{0xE4, 0x64}, 0x11110000, 0x111100FF, 2},
           InsnCase{{0x66, 0xEC}, 0, 0x000000FF, 2},
           InsnCase{{0x66, 0xE4, 0x64}, 0x11110000, 0x111100FF, 3},
           InsnCase{{0x66, 0xED}, 0x12340000, 0x1234FFFF, 2},
           InsnCase{{0x66, 0xE5, 0x70}, 0x12340000, 0x1234FFFF, 3},
       }) {
    ExpectStepsOver(GetParam(), c);
  }
}

using Out = EachFlavor;
TRAPLINE_FLAVORS(All, Out, TRAPLINE_ALL_FLAVORS);

TEST_P(Out, IsLost) {
  for (const InsnCase& c : {
           InsnCase{{0xE6, 0x80}, 0x55, 0x55, 2},
           InsnCase{{0xE7, 0x80}, 0x55, 0x55, 2},
           InsnCase{{0xEE}, 0x55, 0x55, 1},
           InsnCase{{0xEF}, 0x55, 0x55, 1},
           InsnCase{{0x66, 0xE6, 0x80}, 0x55, 0x55, 3},
           InsnCase{{0x66, 0xE7, 0x80}, 0x55, 0x55, 3},
           InsnCase{{0x66, 0xEE}, 0x55, 0x55, 2},
           InsnCase{{0x66, 0xEF}, 0x55, 0x55, 2},
       }) {
    ExpectStepsOver(GetParam(), c);
  }
}

void ExpectLeaves(const char* flavor, const Bytes& bytes) {
  SCOPED_TRACE(testing::PrintToString(bytes));
  Guest guest(flavor);
  guest.At(bytes);
  const State<uint32_t> before = guest.state;
  EXPECT_FALSE(emulate_insn(guest.cpu));
  EXPECT_EQ(Changed(before, guest.state), Names{});
  EXPECT_EQ(guest.Effects(), Log{});
}

using Other = EachFlavor;
TRAPLINE_FLAVORS(All, Other, TRAPLINE_ALL_FLAVORS);

TEST_P(Other, PrefixesAreNotKnown) {
  for (const uint8_t prefix :
       {0x67, 0xF0, 0xF2, 0xF3, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65}) {
    for (const uint8_t opcode : {0xE4, 0xE6, 0xEC, 0xED, 0xEE, 0xEF}) {
      ExpectLeaves(GetParam(), {prefix, opcode, 0x80});
      ExpectLeaves(GetParam(), {0x66, prefix, opcode, 0x80});
      ExpectLeaves(GetParam(), {prefix, 0x66, opcode, 0x80});
    }
  }
}

TEST_P(Other, ASecondOperandSizePrefixIsNotKnown) {
  ExpectLeaves(GetParam(), {0x66, 0x66, 0xED});
  ExpectLeaves(GetParam(), {0x66, 0x66, 0xE4, 0x80});
}

TEST_P(Other, PrivilegedInstructionsAreTheGuests) {
  for (const Bytes& bytes : {
           Bytes{0x6C}, Bytes{0x6D}, Bytes{0x6E}, Bytes{0x6F},  // INS, OUTS
           Bytes{0xF3, 0x6C},                                   // REP INSB
           Bytes{0xF4},                                         // HLT
           Bytes{0xFB},                                         // STI
           Bytes{0x66, 0xFA},                                   // CLI
           Bytes{0x0F, 0x30},                                   // WRMSR
           Bytes{0x0F, 0x06},                                   // CLTS
           Bytes{0x0F, 0x22, 0xC0},                             // MOV to CR0
           Bytes{0x0F, 0x01, 0xC1},                             // VMCALL
           Bytes{0x0F, 0x01, 0xD9},                             // VMMCALL
       }) {
    ExpectLeaves(GetParam(), bytes);
  }
}

// E4 to E7 and EC to EF, with the prefix or without it, and their lengths.
TEST_P(Other, NoOpcodeIsKnownButInAndOut) {
  for (int prefixed = 0; prefixed < 2; ++prefixed) {
    for (int opcode = 0; opcode < 256; ++opcode) {
      if (!prefixed && (opcode == 0x66 || opcode == 0xFA)) continue;
      Guest guest(GetParam());
      Bytes bytes = {static_cast<uint8_t>(opcode), 0x66, 0x66};
      if (prefixed) bytes.insert(bytes.begin(), 0x66);
      guest.At(bytes);
      const bool immediate = opcode >= 0xE4 && opcode <= 0xE7;
      const bool by_dx = opcode >= 0xEC && opcode <= 0xEF;
      EXPECT_EQ(emulate_insn(guest.cpu), immediate || by_dx) << opcode;
      const uint32_t length = immediate ? 2 + prefixed
                              : by_dx   ? 1 + prefixed
                                        : 0;
      EXPECT_EQ(guest.state.eip, kText + length) << opcode;
    }
  }
}

using CliUpTo2_6_33 = EachFlavor;
TRAPLINE_FLAVORS(NotKnown, CliUpTo2_6_33, "F2", "F3", "F4", "F5", "F6");

TEST_P(CliUpTo2_6_33, IsTheGuests) { ExpectLeaves(GetParam(), {0xFA}); }

using CliFrom2_6_34 = EachFlavor;
TRAPLINE_FLAVORS(Skipped, CliFrom2_6_34, "F7", "F8", "F9", "F10");

// SDM volume 2, CLI, would clear IF, which stands in lguest_data.
TEST_P(CliFrom2_6_34, IsSteppedOverWithoutEffect) {
  ExpectStepsOver(GetParam(), {{0xFA}, 0x55, 0x55, 1});
}

using Rings = EachFlavor;
TRAPLINE_FLAVORS(All, Rings, TRAPLINE_ALL_FLAVORS);

TEST_P(Rings, OnlyRingOneIsTheGuestsKernel) {
  for (uint32_t cs = 0x60; cs < 0x78; ++cs) {
    Guest guest(GetParam());
    guest.state.cs = 0xABCD0000 | cs;
    guest.At({0xED});
    const bool kernel = cs % 4 == 1;
    EXPECT_EQ(emulate_insn(guest.cpu), kernel) << cs;
    EXPECT_EQ(guest.state.eip, kText + (kernel ? 1 : 0)) << cs;
  }
}

TEST_P(Rings, CliIsNoOthersEither) {
  Guest guest(GetParam());
  guest.state.cs = 0x73;
  guest.At({0xFA});
  EXPECT_FALSE(emulate_insn(guest.cpu));
  EXPECT_EQ(guest.state.eip, kText);
}

}  // namespace
}  // namespace trapline::model
