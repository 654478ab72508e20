// SPDX-License-Identifier: Apache-2.0

// The hypercalls of F5 to F7: a VMCALL is rewritten to the int 0x1f of old.

#ifndef TRAPLINE_MODEL_REWRITE_HYPERCALL_H_
#define TRAPLINE_MODEL_REWRITE_HYPERCALL_H_

#include "model/arch.h"
#include "model/cpu.h"
#include "model/demand_page.h"
#include "model/guest_memory.h"
#include "model/page_walk.h"

namespace trapline::model {

// Whether the guest kernel stands at 0F 01 C1. May set cpu.bug.
template <class World>
bool is_hypercall(Cpu<World>& cpu) {
  if (!cpu.world.Take(Branch::kGuestKernel, (cpu.state.cs & 3) == kGuestPl)) {
    return false;
  }
  const auto pa = guest_pa(cpu, cpu.state.eip);
  if (cpu.bug) return false;
  const auto insn = lgread_bytes3(cpu, pa);
  return cpu.world.Take(Branch::kVmcall,
                        insn[0] == 0x0F && insn[1] == 0x01 && insn[2] == 0xC1);
}

// eip stays: the guest runs the new instruction, int 0x1f and a NOP. The write
// may have gone to a copy of the page, so every shadow entry is dropped.
template <class World>
void rewrite_hypercall(Cpu<World>& cpu) {
  const auto pa = guest_pa(cpu, cpu.state.eip);
  if (cpu.bug) return;
  lgwrite_bytes3(cpu, pa, {0xCD, 0x1F, 0x90});
  cpu.world.PagetableClearAll();
  pin_stack_pages(cpu);
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_REWRITE_HYPERCALL_H_
