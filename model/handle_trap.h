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
  if (state.trapnum == kLguestTrapEntry) {
    state.hcall_pending = 1;
    return true;
  }
  if (state.trapnum == kPageFault) {
    if (demand_page(cpu, state.last_pagefault, state.errcode)) return true;
    if (state.lguest_data != 0) {
      if (cpu.world.LguestDataAccessible()) {
        state.ld_cr2 = state.last_pagefault;
      } else {
        kill_guest(cpu, KillReason::kWritingCr2);
      }
    }
    return false;
  }
  if (state.trapnum >= kFirstExternalVector && state.trapnum < kIdtEntries) {
    return true;  // an interrupt of the host, which has run its handler
  }
  if (state.trapnum == kDeviceNotAvailable) {
    return static_cast<bool>(state.ts == 0);  // the host restored the FPU
  }
  bool maybe_hypercall = false;
  if (state.trapnum == kGeneralProtection) {
    if (state.errcode == 0) {
      if (emulate_insn(cpu)) return true;
      if (cpu.bug) return false;
    }
    maybe_hypercall = true;  // VMCALL faults like this under KVM
  } else if (state.trapnum == kInvalidOpcode) {
    maybe_hypercall = true;
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
  if (state.trapnum == kPageFault) {
    kill_guest(cpu, KillReason::kUnhandledTrap, state.trapnum, state.eip,
               state.last_pagefault);
  } else {
    kill_guest(cpu, KillReason::kUnhandledTrap, state.trapnum, state.eip,
               state.errcode);
  }
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_HANDLE_TRAP_H_
