# SPDX-License-Identifier: Apache-2.0

"""Mutants of deliver_trap."""

load(":mutant.bzl", "mutant")

DELIVERY_MUTANTS = [
    mutant(
        name = "errcode_without_double_fault",
        file = "model/arch.h",
        change = "Vector 9 pushes an error code rather than vector 8.",
        old = "kDoubleFault = 8",
        new = "kDoubleFault = 9",
    ),
    mutant(
        name = "errcode_from_vector_9_on",
        file = "model/arch.h",
        change = "Vector 9 pushes an error code.",
        old = "kInvalidTss = 10",
        new = "kInvalidTss = 9",
    ),
    mutant(
        name = "errcode_of_vector_16",
        file = "model/arch.h",
        change = "Vector 16 pushes an error code rather than vector 17.",
        old = "kAlignmentCheck = 17",
        new = "kAlignmentCheck = 16",
    ),
    mutant(
        name = "errcode_without_page_fault",
        file = "model/deliver_trap.h",
        change = "A page fault pushes no error code.",
        old = "!(num >= kPageFault + 1)",
        new = "!(num >= kPageFault)",
    ),
    mutant(
        name = "errcode_of_vector_15",
        file = "model/deliver_trap.h",
        change = "Vector 15 pushes an error code.",
        old = "!(num >= kPageFault + 1)",
        new = "!(num >= kPageFault + 2)",
    ),
    mutant(
        name = "errcode_never_pushed",
        file = "model/deliver_trap.h",
        change = "No error code is pushed.",
        old = "  if (push_errcode) stack.Push(state.errcode);",
        new = "",
    ),
    mutant(
        name = "errcode_is_trapnum",
        file = "model/deliver_trap.h",
        change = "The trap's number is pushed for its error code.",
        old = "stack.Push(state.errcode)",
        new = "stack.Push(state.trapnum)",
    ),
    mutant(
        name = "kernel_cs_of_ring_0",
        file = "model/arch.h",
        change = "The handler runs with a selector of ring 0.",
        old = "kGuestKernelCs = 0x61",
        new = "kGuestKernelCs = 0x60",
    ),
    mutant(
        name = "interrupt_gate_confused",
        file = "model/arch.h",
        change = "Trap gates disable interrupts, interrupt gates do not.",
        old = "kInterruptGate = 0xE",
        new = "kInterruptGate = 0xF",
    ),
    mutant(
        name = "gate_type_of_3_bits",
        file = "model/deliver_trap.h",
        change = "Of a gate's type the highest bit is not looked at.",
        old = "((cpu.gate.hi >> 8) & 0xF) == kInterruptGate",
        new = "((cpu.gate.hi >> 8) & 0x7) == (kInterruptGate & 0x7)",
    ),
    mutant(
        name = "gate_present_confused",
        file = "model/arch.h",
        change = "A gate is present where its DPL says so.",
        old = "kGatePresent = 0x8000",
        new = "kGatePresent = 0x4000",
    ),
    mutant(
        name = "gate_need_not_be_present",
        file = "model/deliver_trap.h",
        change = "A gate need not be present.",
        old = "(cpu.gate.hi & kGatePresent) != 0",
        new = "true",
    ),
    mutant(
        name = "push_after_store",
        file = "model/deliver_trap.h",
        change = "The stack pointer moves after a word is stored.",
        old = """\
    pa = pa - 4;
    lgwrite_word(cpu, pa, value);""",
        new = """\
    lgwrite_word(cpu, pa, value);
    pa = pa - 4;""",
    ),
    mutant(
        name = "pushes_of_16_bits",
        file = "model/deliver_trap.h",
        change = "The stack pointer moves by 2.",
        old = "pa = pa - 4;",
        new = "pa = pa - 2;",
    ),
    mutant(
        name = "selectors_cut",
        file = "model/deliver_trap.h",
        change = "Of cs 16 bits are pushed.",
        old = "stack.Push(state.cs);",
        new = "stack.Push(state.cs & 0xFFFF);",
    ),
    mutant(
        name = "ring_told_by_cs",
        file = "model/deliver_trap.h",
        change = "cs tells the ring that the trap came from.",
        old = "(state.ss & 3) != kGuestPl",
        new = "(state.cs & 3) != kGuestPl",
    ),
    mutant(
        name = "ring_2_is_the_kernel",
        file = "model/deliver_trap.h",
        change = "Rings below 3 are the kernel's.",
        old = "(state.ss & 3) != kGuestPl",
        new = "(state.ss & 3) == 3",
    ),
    mutant(
        name = "stack_not_switched",
        file = "model/deliver_trap.h",
        change = "From user the frame goes to the user's stack.",
        old = "from_user ? state.esp1 : state.esp",
        new = "state.esp",
    ),
    mutant(
        name = "stack_always_switched",
        file = "model/deliver_trap.h",
        change = "From the kernel the frame goes to its stack's top.",
        old = "from_user ? state.esp1 : state.esp",
        new = "state.esp1",
    ),
    mutant(
        name = "stack_segment_kept",
        file = "model/deliver_trap.h",
        change = "From user ss stays the user's.",
        old = "from_user ? state.ss1 : state.ss",
        new = "state.ss",
    ),
    mutant(
        name = "ss_and_esp_exchanged",
        file = "model/deliver_trap.h",
        change = "esp is pushed before ss.",
        old = """\
    stack.Push(state.ss);
    stack.Push(state.esp);""",
        new = """\
    stack.Push(state.esp);
    stack.Push(state.ss);""",
    ),
    mutant(
        name = "ss_not_pushed",
        file = "model/deliver_trap.h",
        change = "From user ss is not pushed.",
        old = "    stack.Push(state.ss);\n",
        new = "",
    ),
    mutant(
        name = "kernel_esp_pushed",
        file = "model/deliver_trap.h",
        change = "From user the kernel's esp is pushed.",
        old = "stack.Push(state.esp);",
        new = "stack.Push(state.esp1);",
    ),
    mutant(
        name = "cs_and_eip_exchanged",
        file = "model/deliver_trap.h",
        change = "eip is pushed before cs.",
        old = """\
  stack.Push(state.cs);
  stack.Push(state.eip);""",
        new = """\
  stack.Push(state.eip);
  stack.Push(state.cs);""",
    ),
    mutant(
        name = "next_eip_pushed",
        file = "model/deliver_trap.h",
        change = "The address after the instruction's first byte is pushed.",
        old = "stack.Push(state.eip);",
        new = "stack.Push(state.eip + 1);",
    ),
    mutant(
        name = "if_not_masked",
        file = "model/deliver_trap.h",
        change = "The hardware's IF is pushed.",
        old = "state.eflags & ~cpu.world.Select(masked, kEflagsIf, 0)",
        new = "state.eflags",
    ),
    mutant(
        name = "if_always_masked",
        file = "model/deliver_trap.h",
        change = "IF is pushed as 0.",
        old = "state.eflags & ~cpu.world.Select(masked, kEflagsIf, 0)",
        new = "state.eflags & ~kEflagsIf",
    ),
    mutant(
        name = "if_told_by_any_bit",
        file = "model/deliver_trap.h",
        change = "Any bit of irq_enabled counts as IF.",
        old = "(state.ld_irq_enabled & kEflagsIf) == 0",
        new = "state.ld_irq_enabled == 0",
    ),
    mutant(
        name = "esp_off_by_a_word",
        file = "model/deliver_trap.h",
        change = "esp ends a word below the frame.",
        old = "state.esp = top + (stack.pa - top_pa);",
        new = "state.esp = top + (stack.pa - top_pa) - 4;",
    ),
    mutant(
        name = "esp_not_moved",
        file = "model/deliver_trap.h",
        change = "esp ends above the frame.",
        old = "state.esp = top + (stack.pa - top_pa);",
        new = "state.esp = top;",
    ),
    mutant(
        name = "gate_halves_exchanged",
        file = "model/deliver_trap.h",
        change = "The halves of the handler's address have changed places.",
        old = "(cpu.gate.lo & 0x0000FFFF) | (cpu.gate.hi & 0xFFFF0000)",
        new = "(cpu.gate.lo << 16) | (cpu.gate.hi >> 16)",
    ),
    mutant(
        name = "gate_of_16_bits",
        file = "model/deliver_trap.h",
        change = "The handler's address has 16 bits.",
        old = "(cpu.gate.lo & 0x0000FFFF) | (cpu.gate.hi & 0xFFFF0000)",
        new = "cpu.gate.lo & 0x0000FFFF",
    ),
    mutant(
        name = "gate_offset_from_low_word",
        file = "model/deliver_trap.h",
        change = "The handler's high half is taken from the selector.",
        old = "(cpu.gate.hi & 0xFFFF0000)",
        new = "(cpu.gate.lo & 0xFFFF0000)",
    ),
    mutant(
        name = "selector_of_the_gate",
        file = "model/deliver_trap.h",
        change = "cs is taken from the gate.",
        old = "state.cs = kGuestKernelCs;",
        new = "state.cs = cpu.gate.lo >> 16;",
    ),
    mutant(
        name = "flags_never_cleared",
        file = "model/deliver_trap.h",
        change = "From F10 on no flag is cleared, either.",
        old = "if (cpu.host.flavor.clears_eflags) {",
        new = "if (false) {",
    ),
    mutant(
        name = "flag_tf_kept",
        file = "model/deliver_trap.h",
        change = "The handler is entered single-stepping.",
        old = "~(kEflagsTf | kEflagsVm | kEflagsRf | kEflagsNt)",
        new = "~(kEflagsVm | kEflagsRf | kEflagsNt)",
    ),
    mutant(
        name = "flag_nt_kept",
        file = "model/arch.h",
        change = "Bit 15 of eflags is taken for NT.",
        old = "kEflagsNt = 0x00004000",
        new = "kEflagsNt = 0x00008000",
    ),
    mutant(
        name = "flag_rf_kept",
        file = "model/deliver_trap.h",
        change = "RF is kept.",
        old = "~(kEflagsTf | kEflagsVm | kEflagsRf | kEflagsNt)",
        new = "~(kEflagsTf | kEflagsVm | kEflagsNt)",
    ),
    mutant(
        name = "flag_if_cleared",
        file = "model/deliver_trap.h",
        change = "The handler is entered with the hardware's IF cleared.",
        old = "~(kEflagsTf | kEflagsVm | kEflagsRf | kEflagsNt)",
        new = "~(kEflagsTf | kEflagsIf | kEflagsVm | kEflagsRf | kEflagsNt)",
    ),
    mutant(
        name = "irq_enabled_not_cleared",
        file = "model/deliver_trap.h",
        change = "An interrupt gate leaves irq_enabled as it is.",
        old = "cpu.world.Select(disables && accessible, 0, state.ld_irq_enabled)",
        new = "state.ld_irq_enabled",
    ),
    mutant(
        name = "irq_enabled_always_cleared",
        file = "model/deliver_trap.h",
        change = "A trap gate clears irq_enabled, too.",
        old = "cpu.world.Select(disables && accessible, 0, state.ld_irq_enabled)",
        new = "cpu.world.Select(accessible, 0, state.ld_irq_enabled)",
    ),
    mutant(
        name = "irq_enabled_cleared_too_early",
        file = "model/deliver_trap.h",
        change = "irq_enabled is cleared before IF is pushed.",
        old = "  const auto masked = accessible &&",
        new = """\
  state.ld_irq_enabled = cpu.world.Select(
      ((cpu.gate.hi >> 8) & 0xF) == kInterruptGate && accessible, 0,
      state.ld_irq_enabled);
  const auto masked = accessible &&""",
    ),
    mutant(
        name = "irq_enabled_not_accessible_forgiven",
        file = "model/deliver_trap.h",
        change = "That irq_enabled cannot be written kills nobody.",
        old = "  kill_guest_if(cpu, disables && !accessible, " +
              "KillReason::kDisablingInterrupts);\n",
        new = "",
    ),
    mutant(
        name = "vectors_up_to_254",
        file = "model/arch.h",
        change = "The IDT has 255 entries.",
        old = "kIdtEntries = 256",
        new = "kIdtEntries = 255",
    ),
    mutant(
        name = "vector_256_has_a_gate",
        file = "model/deliver_trap.h",
        change = "Trap 256 has a gate.",
        old = "num < kIdtEntries",
        new = "num < kIdtEntries + 1",
    ),
]
