// SPDX-License-Identifier: Apache-2.0

// lguest_arch_handle_trap: what the host does with a trap of its guest.

#ifndef TRAPLINE_MODEL_HANDLE_TRAP_H_
#define TRAPLINE_MODEL_HANDLE_TRAP_H_

#include "model/arch.h"
#include "model/cpu.h"
#include "model/deliver_trap.h"
#include "model/demand_page.h"
#include "model/emulate_insn.h"
#include "model/rewrite_hypercall.h"

namespace trapline::model {

// True where the host has dealt with the trap and the guest need not hear of
// it. May set cpu.bug.
template <class World>
bool absorb_trap(Cpu<World>& cpu) {
  auto& state = cpu.state;
  auto& world = cpu.world;
  const auto trapnum = state.trapnum;
  if (world.Take(Branch::kHypercall, trapnum == kLguestTrapEntry)) {
    state.hcall_pending = 1;
    return true;
  }
  if (world.Take(Branch::kPageFault, trapnum == kPageFault)) {
    if (demand_page(cpu, state.last_pagefault, state.errcode)) return true;
    const auto told = state.lguest_data != 0;
    const auto accessible = world.LguestDataAccessible();
    state.ld_cr2 =
        world.Select(told && accessible, state.last_pagefault, state.ld_cr2);
    kill_guest_if(cpu, told && !accessible, KillReason::kWritingCr2);
    return false;
  }
  if (world.Take(Branch::kHostInterrupt,
                 trapnum >= kFirstExternalVector && trapnum < kIdtEntries)) {
    return true;  // the host has run its handler
  }
  if (world.Take(Branch::kDeviceNotAvailable, trapnum == kDeviceNotAvailable)) {
    return world.Take(Branch::kTsClear, state.ts == 0);  // FPU restored
  }
  bool maybe_hypercall = false;
  if (world.Take(Branch::kGeneralProtection, trapnum == kGeneralProtection)) {
    if (world.Take(Branch::kErrcodeZero, state.errcode == 0)) {
      if (emulate_insn(cpu)) return true;
      if (cpu.bug) return false;
    }
    maybe_hypercall = true;  // VMCALL faults like this under KVM
  } else if (cpu.host.flavor.rewrites_vmcall) {
    maybe_hypercall =
        world.Take(Branch::kInvalidOpcode, trapnum == kInvalidOpcode);
  }
  if (maybe_hypercall && cpu.host.flavor.rewrites_vmcall) {
    if (is_hypercall(cpu)) {
      rewrite_hypercall(cpu);
      return true;
    }
  }
  return false;
}

template <class World>
void handle_trap(Cpu<World>& cpu) {
  const auto& state = cpu.state;
  if (absorb_trap(cpu) || cpu.bug) return;
  if (deliver_trap(cpu, state.trapnum) || cpu.bug) return;
  kill_guest(cpu, KillReason::kUnhandledTrap, state.trapnum, state.eip,
             cpu.world.Select(state.trapnum == kPageFault, state.last_pagefault,
                              state.errcode));
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_HANDLE_TRAP_H_
