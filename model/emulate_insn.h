// SPDX-License-Identifier: Apache-2.0

// emulate_insn: steps over the IN and OUT that a guest kernel still uses. No
// port is there: IN gives ones, OUT is lost.

#ifndef TRAPLINE_MODEL_EMULATE_INSN_H_
#define TRAPLINE_MODEL_EMULATE_INSN_H_

#include <cstdint>

#include "model/arch.h"
#include "model/cpu.h"
#include "model/guest_memory.h"
#include "model/page_walk.h"

namespace trapline::model {

inline constexpr int kOpcodeCli = 0xFA;
inline constexpr int kOperandSizePrefix = 0x66;

// What is ORed into eax by an IN. SDM volume 2, IN: AL, AX or EAX.
inline uint32_t in_mask(InForm form, bool wide, bool prefixed) {
  if (wide && !prefixed) return 0xFFFFFFFF;
  switch (form) {
    case InForm::kShift:
      return wide ? 0xFFFFFFFF : 0xFFFFu << (prefixed ? 16 : 0);
    case InForm::kSmallOperand:
      return wide ? 0xFFFF : 0xFF;
  }
  return 0;
}

// True where the instruction at eip was stepped over. The page walk comes
// before the ring test, so that a user's fault walks too. May set cpu.bug.
template <class World>
bool emulate_insn(Cpu<World>& cpu) {
  auto& state = cpu.state;
  const auto pa = guest_pa(cpu, state.eip);
  if (cpu.bug || (state.cs & 3) != kGuestPl) return false;

  auto insn = lgread_byte(cpu, pa);
  if (cpu.host.flavor.skips_cli) {
    if (insn == kOpcodeCli) {
      state.eip = state.eip + 1;
      return true;
    }
  }
  bool prefixed = false;
  if (insn == kOperandSizePrefix) {
    prefixed = true;
    insn = lgread_byte(cpu, pa + 1);  // the next physical byte
  }

  bool in = false;
  uint32_t length = prefixed ? 1 : 0;
  const auto opcode = insn & 0xFE;
  if (opcode == 0xE4) {  // IN AL/AX/EAX, imm8
    in = true;
    length += 2;
  } else if (opcode == 0xEC) {  // IN AL/AX/EAX, DX
    in = true;
    length += 1;
  } else if (opcode == 0xE6) {  // OUT imm8, AL/AX/EAX
    length += 2;
  } else if (opcode == 0xEE) {  // OUT DX, AL/AX/EAX
    length += 1;
  } else {
    return false;
  }
  if (in) {
    bool wide = false;
    if ((insn & 1) != 0) wide = true;
    state.eax = state.eax | in_mask(cpu.host.flavor.in_form, wide, prefixed);
  }
  state.eip = state.eip + length;
  return true;
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_EMULATE_INSN_H_
