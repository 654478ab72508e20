# SPDX-License-Identifier: Apache-2.0

"""Faults of decoding and handling that fuzzing is to find."""

load("//replayer/mutants:emulation.bzl", "EMULATION_MUTANTS")
load("//replayer/mutants:mutant.bzl", "mutant")

_NAMES = [
    "opcode_mask_ff",
    "opcode_direction_masked",
    "wrong_out_opcode",
    "in_byte_as_word",
    "in_dword_as_word",
    "port_sign_extended",
    "in_clears_upper_half",
    "out_changes_eax",
    "width_from_wrong_bit",
    "in_imm_one_byte_short",
    "in_dx_with_operand",
    "out_dx_with_operand",
    "prefix_not_counted",
    "address_size_prefix_skipped",
    "users_emulated",
    "cli_two_bytes_long",
    "sti_skipped",
    "vmcall_of_two_bytes",
]

PLANTED = [one for one in EMULATION_MUTANTS if one.name in _NAMES] + [
    mutant(
        name = "prefix_counted_twice",
        file = "model/emulate_insn.h",
        change = "A prefix counts as two bytes.",
        old = "uint32_t length = prefixed ? 1 : 0;",
        new = "uint32_t length = prefixed ? 2 : 0;",
    ),
    mutant(
        name = "second_byte_of_same_page",
        file = "model/emulate_insn.h",
        change = "The byte behind a page's last is that page's first.",
        old = "lgread_byte(cpu, pa + 1)",
        new = "lgread_byte(cpu, (pa & 0xFFFFF000) | ((pa + 1) & 0xFFF))",
    ),
]
