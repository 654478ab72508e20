# SPDX-License-Identifier: Apache-2.0

"""Mutants of the instruction decoder and of the rewriting of VMCALL."""

load(":mutant.bzl", "mutant")

EMULATION_MUTANTS = [
    mutant(
        name = "opcode_mask_ff",
        file = "model/emulate_insn.h",
        change = "The W bit belongs to the opcode.",
        old = "insn & 0xFE",
        new = "insn & 0xFF",
    ),
    mutant(
        name = "opcode_mask_fc",
        file = "model/emulate_insn.h",
        change = "OUT is decoded as nothing at all: bit 1 is masked too.",
        old = "insn & 0xFE",
        new = "insn & 0xFC",
    ),
    mutant(
        name = "opcode_direction_masked",
        file = "model/emulate_insn.h",
        change = "OUT is decoded as IN.",
        old = "opcode == 0xE4",
        new = "(opcode == 0xE4 || opcode == 0xE6)",
    ),
    mutant(
        name = "in_out_exchanged",
        file = "model/emulate_insn.h",
        change = "IN DX and OUT imm8 have changed places.",
        old = """\
  } else if (cpu.world.Take(Branch::kInDx, opcode == 0xEC)) {""",
        new = """\
  } else if (cpu.world.Take(Branch::kInDx, opcode == 0xE6)) {""",
    ),
    mutant(
        name = "wrong_out_opcode",
        file = "model/emulate_insn.h",
        change = "INT 3 and INT imm8 are taken for OUT DX.",
        old = "opcode == 0xEE",
        new = "(opcode == 0xEE || opcode == 0xCC)",
    ),
    mutant(
        name = "in_byte_shift_lost",
        file = "model/emulate_insn.h",
        change = "Up to F7 a prefix does not shift what a byte IN gives.",
        old = "0xFFFFu << (prefixed ? 16 : 0)",
        new = "0xFFFFu",
    ),
    mutant(
        name = "in_byte_as_word",
        file = "model/emulate_insn.h",
        change = "From F8 on a byte IN gives 16 bits.",
        old = "wide ? 0xFFFF : 0xFF",
        new = "0xFFFF",
    ),
    mutant(
        name = "in_word_as_dword",
        file = "model/emulate_insn.h",
        change = "A 16-bit IN gives 32 bits.",
        old = "if (wide && !prefixed) return 0xFFFFFFFF;",
        new = "if (wide) return 0xFFFFFFFF;",
    ),
    mutant(
        name = "in_dword_as_word",
        file = "model/emulate_insn.h",
        change = "A 32-bit IN gives 16 bits.",
        old = "if (wide && !prefixed) return 0xFFFFFFFF;",
        new = "if (wide && !prefixed) return 0xFFFF;",
    ),
    mutant(
        name = "in_byte_sign_extended",
        file = "model/emulate_insn.h",
        change = "From F8 on what a byte IN gives is sign-extended.",
        old = "wide ? 0xFFFF : 0xFF",
        new = "wide ? 0xFFFF : 0xFFFFFFFF",
    ),
    mutant(
        name = "port_sign_extended",
        file = "model/emulate_insn.h",
        change = "IN imm8 of a port from 0x80 on is not emulated.",
        old = """\
    in = true;
    length += 2;""",
        new = """\
    in = true;
    length += 2;
    const auto port = lgread_byte(cpu, pa + length - 1);
    if (cpu.world.Take(Branch::kInImmediate, (port & 0x80) != 0)) return false;""",
    ),
    mutant(
        name = "in_gives_zeros",
        file = "model/emulate_insn.h",
        change = "IN gives zeros.",
        old = "state.eax | in_mask(cpu.host.flavor.in_form, wide, prefixed)",
        new = "state.eax & ~in_mask(cpu.host.flavor.in_form, wide, prefixed)",
    ),
    mutant(
        name = "in_clears_upper_half",
        file = "model/emulate_insn.h",
        change = "IN clears what of eax it does not give.",
        old = "state.eax | in_mask",
        new = "in_mask",
    ),
    mutant(
        name = "in_dx_gives_nothing",
        file = "model/emulate_insn.h",
        change = "IN DX leaves eax alone.",
        old = """\
    in = true;
    length += 1;""",
        new = "    length += 1;",
    ),
    mutant(
        name = "out_changes_eax",
        file = "model/emulate_insn.h",
        change = "OUT imm8 changes eax.",
        old = """\
  } else if (cpu.world.Take(Branch::kOutImmediate, opcode == 0xE6)) {
""",
        new = """\
  } else if (cpu.world.Take(Branch::kOutImmediate, opcode == 0xE6)) {
    in = true;
""",
    ),
    mutant(
        name = "in_changes_edx",
        file = "model/emulate_insn.h",
        change = "What IN gives goes to edx.",
        old = "state.eax = state.eax | in_mask",
        new = "state.edx = state.eax | in_mask",
    ),
    mutant(
        name = "width_from_wrong_bit",
        file = "model/emulate_insn.h",
        change = "Bit 3 of the opcode tells the width.",
        old = "(insn & 1) != 0",
        new = "(insn & 8) != 0",
    ),
    mutant(
        name = "in_imm_one_byte_short",
        file = "model/emulate_insn.h",
        change = "IN imm8 has no operand byte.",
        old = """\
    in = true;
    length += 2;""",
        new = """\
    in = true;
    length += 1;""",
    ),
    mutant(
        name = "in_dx_with_operand",
        file = "model/emulate_insn.h",
        change = "IN DX has an operand byte.",
        old = """\
    in = true;
    length += 1;""",
        new = """\
    in = true;
    length += 2;""",
    ),
    mutant(
        name = "out_imm_one_byte_short",
        file = "model/emulate_insn.h",
        change = "OUT imm8 has no operand byte.",
        old = """\
opcode == 0xE6)) {
    length += 2;""",
        new = """\
opcode == 0xE6)) {
    length += 1;""",
    ),
    mutant(
        name = "out_dx_with_operand",
        file = "model/emulate_insn.h",
        change = "OUT DX has an operand byte.",
        old = """\
opcode == 0xEE)) {
    length += 1;""",
        new = """\
opcode == 0xEE)) {
    length += 2;""",
    ),
    mutant(
        name = "prefix_not_counted",
        file = "model/emulate_insn.h",
        change = "A prefix is not part of the length.",
        old = "uint32_t length = prefixed ? 1 : 0;",
        new = "uint32_t length = 0;",
    ),
    mutant(
        name = "prefix_fetched_twice",
        file = "model/emulate_insn.h",
        change = "After a prefix the prefix is fetched again.",
        old = "lgread_byte(cpu, pa + 1)",
        new = "lgread_byte(cpu, pa)",
    ),
    mutant(
        name = "address_size_prefix_skipped",
        file = "model/emulate_insn.h",
        change = "The address-size prefix is taken for that of the operand.",
        old = "kOperandSizePrefix = 0x66",
        new = "kOperandSizePrefix = 0x67",
    ),
    mutant(
        name = "users_emulated",
        file = "model/emulate_insn.h",
        change = "A user's IN and OUT are emulated too.",
        old = "(state.cs & 3) == kGuestPl",
        new = "(state.cs & 1) == kGuestPl",
    ),
    mutant(
        name = "ring_tested_first",
        file = "model/emulate_insn.h",
        change = "The ring is tested before the page walk.",
        old = """\
  const auto pa = guest_pa(cpu, state.eip);
  if (cpu.bug) return false;
  if (!cpu.world.Take(Branch::kGuestKernel, (state.cs & 3) == kGuestPl)) {
    return false;
  }
""",
        new = """\
  if (!cpu.world.Take(Branch::kGuestKernel, (state.cs & 3) == kGuestPl)) {
    return false;
  }
  const auto pa = guest_pa(cpu, state.eip);
  if (cpu.bug) return false;
""",
    ),
    mutant(
        name = "cli_not_skipped",
        file = "model/emulate_insn.h",
        change = "CLI is not stepped over.",
        old = "if (cpu.host.flavor.skips_cli) {",
        new = "if (false) {",
    ),
    mutant(
        name = "cli_skipped_everywhere",
        file = "model/emulate_insn.h",
        change = "CLI is stepped over before 2.6.34, too.",
        old = "if (cpu.host.flavor.skips_cli) {",
        new = "if (true) {",
    ),
    mutant(
        name = "sti_skipped",
        file = "model/emulate_insn.h",
        change = "STI is stepped over rather than CLI.",
        old = "kOpcodeCli = 0xFA",
        new = "kOpcodeCli = 0xFB",
    ),
    mutant(
        name = "cli_two_bytes_long",
        file = "model/emulate_insn.h",
        change = "CLI is two bytes long.",
        old = "state.eip = state.eip + 1;",
        new = "state.eip = state.eip + 2;",
    ),
    mutant(
        name = "cli_disables_interrupts",
        file = "model/emulate_insn.h",
        change = "CLI clears the hardware's IF.",
        old = "state.eip = state.eip + 1;",
        new = """\
      state.eip = state.eip + 1;
      state.eflags = state.eflags & ~kEflagsIf;""",
    ),
    mutant(
        name = "vmcall_of_two_bytes",
        file = "model/rewrite_hypercall.h",
        change = "Every 0F 01 is taken for a VMCALL.",
        old = "insn[0] == 0x0F && insn[1] == 0x01 && insn[2] == 0xC1",
        new = "insn[0] == 0x0F && insn[1] == 0x01",
    ),
    mutant(
        name = "vmmcall_rewritten",
        file = "model/rewrite_hypercall.h",
        change = "VMMCALL is rewritten rather than VMCALL.",
        old = "insn[2] == 0xC1",
        new = "insn[2] == 0xD9",
    ),
    mutant(
        name = "users_vmcall_rewritten",
        file = "model/rewrite_hypercall.h",
        change = "A user's VMCALL is rewritten too.",
        old = "(cpu.state.cs & 3) == kGuestPl",
        new = "(cpu.state.cs & 1) == kGuestPl",
    ),
    mutant(
        name = "rewritten_without_nop",
        file = "model/rewrite_hypercall.h",
        change = "The third byte of a VMCALL is left as it is.",
        old = "{0xCD, 0x1F, 0x90}",
        new = "{0xCD, 0x1F, 0xC1}",
    ),
    mutant(
        name = "rewritten_to_int_80",
        file = "model/rewrite_hypercall.h",
        change = "A VMCALL becomes a system call.",
        old = "{0xCD, 0x1F, 0x90}",
        new = "{0xCD, 0x80, 0x90}",
    ),
    mutant(
        name = "rewritten_and_stepped_over",
        file = "model/rewrite_hypercall.h",
        change = "A VMCALL that is rewritten is stepped over.",
        old = "  cpu.world.PagetableClearAll();",
        new = """\
  cpu.world.PagetableClearAll();
  cpu.state.eip = cpu.state.eip + 3;""",
    ),
    mutant(
        name = "shadows_kept",
        file = "model/rewrite_hypercall.h",
        change = "Rewriting keeps the shadow page tables.",
        old = "  cpu.world.PagetableClearAll();",
        new = "",
    ),
    mutant(
        name = "stack_not_pinned",
        file = "model/rewrite_hypercall.h",
        change = "Rewriting does not pin the stack again.",
        old = "  pin_stack_pages(cpu);",
        new = "",
    ),
    mutant(
        name = "second_walk_not_looked_at",
        file = "model/rewrite_hypercall.h",
        change = "Rewriting does not look whether its own walk hit BUG_ON.",
        equivalent = "the same walk has just succeeded, and nothing was " +
                     "written between",
        old = "  if (cpu.bug) return;",
        new = "",
    ),
]
