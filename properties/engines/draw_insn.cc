// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/draw_insn.h"

namespace trapline::properties {
namespace {

uint8_t DrawPrefix(Choices& choices) {
  // SDM volume 2, section 2.1.1.
  return choices.Of<uint8_t>({0x66, 0x66, 0x66, 0x67, 0xF2, 0xF3, 0xF0, 0x2E,
                              0x36, 0x3E, 0x26, 0x64, 0x65});
}

}  // namespace

std::vector<uint8_t> DrawInsn(Choices& choices) {
  std::vector<uint8_t> bytes;
  const uint32_t prefixes =
      choices.Of<uint32_t>({0, 0, 0, 1, 1, 1, 2, 3, 4, 5});
  for (uint32_t i = 0; i < prefixes; ++i) bytes.push_back(DrawPrefix(choices));
  switch (choices.Below(8)) {
    case 0:
    case 1:
    case 2:
    case 3:  // IN and OUT, of an immediate port or of DX
      bytes.push_back(choices.Of<uint8_t>(
          {0xE4, 0xE5, 0xE6, 0xE7, 0xEC, 0xED, 0xEE, 0xEF}));
      break;
    case 4:  // CLI, STI, HLT, INS, OUTS, IRET, INT3
      bytes.push_back(choices.Of<uint8_t>(
          {0xFA, 0xFA, 0xFA, 0xFB, 0xF4, 0x6C, 0x6D, 0x6E, 0x6F, 0xCF, 0xCC}));
      break;
    case 5:  // VMCALL, VMMCALL, VMLAUNCH; int 0x1f; LGDT
      bytes.push_back(choices.Of<uint8_t>({0x0F, 0x0F, 0x0F, 0xCD}));
      bytes.push_back(bytes.back() == 0xCD ? 0x1F : 0x01);
      bytes.push_back(
          choices.Of<uint8_t>({0xC1, 0xC1, 0xC1, 0xD9, 0xC2, 0x10}));
      break;
    case 6:  // CLTS, INVD, WBINVD, MOV of CR and DR, RDMSR, WRMSR
      bytes.push_back(0x0F);
      bytes.push_back(choices.Of<uint8_t>(
          {0x06, 0x08, 0x09, 0x20, 0x21, 0x22, 0x23, 0x30, 0x32}));
      break;
    default:
      break;
  }
  // What follows: an immediate, a ModRM byte, or the next instruction.
  while (bytes.size() < prefixes + 4) bytes.push_back(choices.Below(256));
  return bytes;
}

std::vector<uint8_t> DrawVmcall(Choices& choices) {
  switch (choices.Below(8)) {
    case 4:
      return {0x0F, 0x01, 0xD9};  // VMMCALL
    case 5:
      return {0x0F, 0x0B, 0x00};  // UD2
    case 6:
      return {0x0F, 0x01, static_cast<uint8_t>(choices.Below(256))};
    case 7:
      return DrawInsn(choices);
    default:
      return {0x0F, 0x01, 0xC1};
  }
}

}  // namespace trapline::properties
