# SPDX-License-Identifier: Apache-2.0

"""Mutants of what becomes of each trap."""

load(":mutant.bzl", "mutant")

DISPATCH_MUTANTS = [
    mutant(
        name = "hypercall_vector_30",
        file = "model/arch.h",
        change = "Trap 30 is a hypercall, and trap 31 is not.",
        old = "kLguestTrapEntry = 31",
        new = "kLguestTrapEntry = 30",
    ),
    mutant(
        name = "hypercall_not_noted",
        file = "model/handle_trap.h",
        change = "A hypercall is not noted.",
        old = "    state.hcall_pending = 1;\n",
        new = "",
    ),
    mutant(
        name = "host_interrupts_from_33_on",
        file = "model/arch.h",
        change = "The first interrupt of the host goes to the guest.",
        old = "kFirstExternalVector = 32",
        new = "kFirstExternalVector = 33",
    ),
    mutant(
        name = "host_interrupts_from_31_on",
        file = "model/arch.h",
        change = "Trap 31 is an interrupt of the host.",
        equivalent = "trap 31 has been found to be a hypercall before",
        old = "kFirstExternalVector = 32",
        new = "kFirstExternalVector = 31",
    ),
    mutant(
        name = "failed_run_taken_for_interrupt",
        file = "model/handle_trap.h",
        change = "Trap 256 and above count as interrupts of the host.",
        old = "trapnum >= kFirstExternalVector && trapnum < kIdtEntries",
        new = "trapnum >= kFirstExternalVector",
    ),
    mutant(
        name = "cr2_not_stored",
        file = "model/handle_trap.h",
        change = "The guest is not told where it faulted.",
        old = "world.Select(told && accessible, state.last_pagefault, state.ld_cr2)",
        new = "state.ld_cr2",
    ),
    mutant(
        name = "cr2_is_errcode",
        file = "model/handle_trap.h",
        change = "The guest is told the error code for the address.",
        old = "world.Select(told && accessible, state.last_pagefault, state.ld_cr2)",
        new = "world.Select(told && accessible, state.errcode, state.ld_cr2)",
    ),
    mutant(
        name = "cr2_stored_too_early",
        file = "model/handle_trap.h",
        change = "The guest is told of faults that the host cures, too.",
        old = "    if (demand_page(cpu, state.last_pagefault, state.errcode)) " +
              "return true;",
        new = """\
    state.ld_cr2 =
        world.Select(state.lguest_data != 0 && world.LguestDataAccessible(),
                     state.last_pagefault, state.ld_cr2);
    if (demand_page(cpu, state.last_pagefault, state.errcode)) return true;""",
    ),
    mutant(
        name = "cr2_before_init",
        file = "model/handle_trap.h",
        change = "A guest that has given no lguest_data is told, too.",
        old = "const auto told = state.lguest_data != 0;",
        new = "const typename World::Bool told = true;",
    ),
    mutant(
        name = "cr2_not_accessible_forgiven",
        file = "model/handle_trap.h",
        change = "That cr2 cannot be written kills nobody.",
        old = "    kill_guest_if(cpu, told && !accessible, " +
              "KillReason::kWritingCr2);\n",
        new = "",
    ),
    mutant(
        name = "page_fault_without_errcode",
        file = "model/handle_trap.h",
        change = "Every page fault is taken for a read by the kernel.",
        old = "demand_page(cpu, state.last_pagefault, state.errcode)",
        new = "demand_page(cpu, state.last_pagefault, 0)",
    ),
    mutant(
        name = "page_fault_at_eip",
        file = "model/handle_trap.h",
        change = "Every page fault is taken for one of a fetch.",
        old = "demand_page(cpu, state.last_pagefault, state.errcode)",
        new = "demand_page(cpu, state.eip, state.errcode)",
    ),
    mutant(
        name = "ts_inverted",
        file = "model/handle_trap.h",
        change = "Trap 7 is the guest's where TS is clear.",
        old = "state.ts == 0",
        new = "state.ts != 0",
    ),
    mutant(
        name = "errcode_not_looked_at",
        file = "model/handle_trap.h",
        change = "A general protection fault with an error code is emulated.",
        old = "state.errcode == 0",
        new = "true",
    ),
    mutant(
        name = "emulated_and_delivered",
        file = "model/handle_trap.h",
        change = "An instruction that is emulated faults nonetheless.",
        old = "if (emulate_insn(cpu)) return true;",
        new = "emulate_insn(cpu);",
    ),
    mutant(
        name = "vmcall_only_without_errcode",
        file = "model/handle_trap.h",
        change = "An error code keeps a VMCALL from being rewritten.",
        old = """\
      if (cpu.bug) return false;
    }
    maybe_hypercall = true;""",
        new = """\
      if (cpu.bug) return false;
      maybe_hypercall = true;
    }""",
    ),
    mutant(
        name = "vmcall_not_at_trap_6",
        file = "model/handle_trap.h",
        change = "An invalid opcode is never looked at.",
        old = "world.Take(Branch::kInvalidOpcode, trapnum == kInvalidOpcode)",
        new = "false",
    ),
    mutant(
        name = "vmcall_rewritten_and_delivered",
        file = "model/handle_trap.h",
        change = "A VMCALL that is rewritten faults nonetheless.",
        old = """\
      rewrite_hypercall(cpu);
      return true;""",
        new = """\
      rewrite_hypercall(cpu);
      return false;""",
    ),
    mutant(
        name = "unhandled_trap_forgiven",
        file = "model/handle_trap.h",
        change = "A trap without a handler kills nobody.",
        old = """\
  kill_guest(cpu, KillReason::kUnhandledTrap, state.trapnum, state.eip,
             cpu.world.Select(state.trapnum == kPageFault, state.last_pagefault,
                              state.errcode));""",
        new = "",
    ),
    mutant(
        name = "unhandled_trap_without_cr2",
        file = "model/handle_trap.h",
        change = "The message of an unhandled page fault has no address.",
        old = """\
cpu.world.Select(state.trapnum == kPageFault, state.last_pagefault,
                              state.errcode)""",
        new = "state.errcode",
    ),
    mutant(
        name = "unhandled_trap_at_esp",
        file = "model/handle_trap.h",
        change = "The message of an unhandled trap tells esp for eip.",
        old = "KillReason::kUnhandledTrap, state.trapnum, state.eip",
        new = "KillReason::kUnhandledTrap, state.trapnum, state.esp",
    ),
]
