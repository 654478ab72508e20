// SPDX-License-Identifier: Apache-2.0

// deliver_trap: hands a trap to the guest's own handler, with a stack frame
// like the CPU's. SDM volume 3, section 6.12.1.

#ifndef TRAPLINE_MODEL_DELIVER_TRAP_H_
#define TRAPLINE_MODEL_DELIVER_TRAP_H_

#include <cstdint>

#include "model/arch.h"
#include "model/cpu.h"
#include "model/guest_memory.h"
#include "model/page_walk.h"

namespace trapline::model {

// Vectors for which a CPU pushes an error code. SDM volume 3, table 6-1.
template <class Word>
auto has_err(Word num) {
  return num == kDoubleFault ||
         (num >= kInvalidTss && !(num >= kPageFault + 1)) ||
         num == kAlignmentCheck;
}

// The stack is translated once, at its top: the frame is pushed by physical
// address and no page's permissions are looked at.
template <class World>
struct GuestStack {
  Cpu<World>& cpu;
  typename World::Word pa;

  void Push(typename World::Word value) {
    pa = pa - 4;
    lgwrite_word(cpu, pa, value);
  }
};

// Pushes the frame and enters the gate's handler. May set cpu.bug.
template <class World>
void set_guest_interrupt(Cpu<World>& cpu, bool push_errcode) {
  using Word = typename World::Word;
  auto& state = cpu.state;
  // The ring is told by ss; the pushed words are whole, whatever stands in the
  // upper halves of selectors.
  const bool from_user =
      cpu.world.Take(Branch::kFromUser, (state.ss & 3) != kGuestPl);
  const Word top = from_user ? state.esp1 : state.esp;
  const Word ss = from_user ? state.ss1 : state.ss;

  GuestStack<World> stack{cpu, guest_pa(cpu, top)};
  if (cpu.bug) return;
  const Word top_pa = stack.pa;
  if (from_user) {
    stack.Push(state.ss);
    stack.Push(state.esp);
  }
  // The hardware's IF is always set; the guest's stands in lguest_data.
  const auto accessible = cpu.world.LguestDataAccessible();
  const auto masked = accessible && (state.ld_irq_enabled & kEflagsIf) == 0;
  stack.Push(state.eflags & ~cpu.world.Select(masked, kEflagsIf, 0));
  stack.Push(state.cs);
  stack.Push(state.eip);
  if (push_errcode) stack.Push(state.errcode);

  state.ss = ss;
  state.esp = top + (stack.pa - top_pa);
  state.cs = kGuestKernelCs;
  state.eip = (cpu.gate.lo & 0x0000FFFF) | (cpu.gate.hi & 0xFFFF0000);
  if (cpu.host.flavor.clears_eflags) {
    state.eflags =
        state.eflags & ~(kEflagsTf | kEflagsVm | kEflagsRf | kEflagsNt);
  }
  const auto disables = ((cpu.gate.hi >> 8) & 0xF) == kInterruptGate;
  state.ld_irq_enabled =
      cpu.world.Select(disables && accessible, 0, state.ld_irq_enabled);
  kill_guest_if(cpu, disables && !accessible, KillReason::kDisablingInterrupts);
}

// False where the guest has no handler for `num`, which is its trapnum. May set
// cpu.bug.
template <class World>
bool deliver_trap(Cpu<World>& cpu, typename World::Word num) {
  bool delivered = false;
  if (cpu.world.Take(Branch::kVector, num < kIdtEntries) &&
      cpu.world.Take(Branch::kGatePresent, (cpu.gate.hi & kGatePresent) != 0)) {
    set_guest_interrupt(cpu, cpu.world.Take(Branch::kHasErr, has_err(num)));
    if (cpu.bug) return false;
    delivered = true;
  }
  cpu.world.DeliverTrap(num, delivered);
  return delivered;
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_DELIVER_TRAP_H_
