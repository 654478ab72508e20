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
  if (cpu.bug) return false;
  if (!cpu.world.Take(Branch::kGuestKernel, (state.cs & 3) == kGuestPl)) {
    return false;
  }

  auto insn = lgread_byte(cpu, pa);
  if (cpu.host.flavor.skips_cli) {
    if (cpu.world.Take(Branch::kCli, insn == kOpcodeCli)) {
      state.eip = state.eip + 1;
      return true;
    }
  }
  const bool prefixed =
      cpu.world.Take(Branch::kOperandSizePrefix, insn == kOperandSizePrefix);
  if (prefixed) insn = lgread_byte(cpu, pa + 1);  // the next physical byte

  bool in = false;
  uint32_t length = prefixed ? 1 : 0;
  const auto opcode = insn & 0xFE;
  if (cpu.world.Take(Branch::kInImmediate, opcode == 0xE4)) {
    in = true;
    length += 2;
  } else if (cpu.world.Take(Branch::kInDx, opcode == 0xEC)) {
    in = true;
    length += 1;
  } else if (cpu.world.Take(Branch::kOutImmediate, opcode == 0xE6)) {
    length += 2;
  } else if (cpu.world.Take(Branch::kOutDx, opcode == 0xEE)) {
    length += 1;
  } else {
    return false;
  }
  if (in) {
    const bool wide = cpu.world.Take(Branch::kWideOperand, (insn & 1) != 0);
    state.eax = state.eax | in_mask(cpu.host.flavor.in_form, wide, prefixed);
  }
  state.eip = state.eip + length;
  return true;
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_EMULATE_INSN_H_
