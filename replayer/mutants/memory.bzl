# SPDX-License-Identifier: Apache-2.0

"""Mutants of how a guest is killed and of how its memory is reached."""

load(":mutant.bzl", "mutant")

MEMORY_MUTANTS = [
    mutant(
        name = "last_kill_wins",
        file = "model/cpu.h",
        change = "A second kill replaces the first.",
        old = "condition && cpu.state.dead == 0)",
        new = "condition)",
    ),
    mutant(
        name = "killed_but_alive",
        file = "model/cpu.h",
        change = "A kill does not mark the guest dead.",
        old = "cpu.world.Select(first, 1, cpu.state.dead)",
        new = "cpu.world.Select(first, 0, cpu.state.dead)",
    ),
    mutant(
        name = "end_may_wrap",
        file = "model/guest_memory.h",
        change = "An access that wraps at 4 GiB is inside the guest.",
        old = "const auto no_wrap = end >= start;",
        new = "const typename World::Bool no_wrap = true;",
    ),
    mutant(
        name = "old_limit_a_page_late",
        file = "model/guest_memory.h",
        change = "The old address check lets one more page pass.",
        old = "(end >> 12) < cpu.state.pfn_limit)",
        new = "(end >> 12) < cpu.state.pfn_limit + 1)",
    ),
    mutant(
        name = "new_limit_a_byte_early",
        file = "model/guest_memory.h",
        change = "The new address check refuses the guest's last byte.",
        old = "((cpu.state.pfn_limit << 12) >= end)",
        new = "(end < (cpu.state.pfn_limit << 12))",
    ),
    mutant(
        name = "new_limit_a_byte_late",
        file = "model/guest_memory.h",
        change = "The new address check lets one more byte pass.",
        old = "((cpu.state.pfn_limit << 12) >= end)",
        new = "((cpu.state.pfn_limit << 12) + 1 >= end)",
    ),
    mutant(
        name = "limit_in_wrong_unit",
        file = "model/guest_memory.h",
        change = "The new address check takes pages for 1 KiB.",
        old = "(cpu.state.pfn_limit << 12)",
        new = "(cpu.state.pfn_limit << 10)",
    ),
    mutant(
        name = "bad_read_forgiven",
        file = "model/guest_memory.h",
        change = "A read outside the guest kills nobody.",
        old = "kill_guest_if(cpu, !ok, KillReason::kBadReadAddress, pa, len);",
        new = "",
    ),
    mutant(
        name = "bad_write_forgiven",
        file = "model/guest_memory.h",
        change = "A write outside the guest kills nobody.",
        old = "kill_guest_if(cpu, !ok, KillReason::kBadWriteAddress, pa, len);",
        new = "",
    ),
    mutant(
        name = "writes_unchecked",
        file = "model/guest_memory.h",
        change = "A write goes wherever it is told to.",
        old = """\
  kill_guest_if(cpu, !ok, KillReason::kBadWriteAddress, pa, len);
  return ok;""",
        new = "  return typename World::Bool(true);",
    ),
    mutant(
        name = "bad_write_told_as_read",
        file = "model/guest_memory.h",
        change = "The kill for a bad write speaks of a read.",
        old = "KillReason::kBadWriteAddress",
        new = "KillReason::kBadReadAddress",
    ),
    mutant(
        name = "word_checked_as_byte",
        file = "model/guest_memory.h",
        change = "Of a word written only the first byte is checked.",
        old = "check_write(cpu, pa, 4)",
        new = "check_write(cpu, pa, 1)",
    ),
    mutant(
        name = "pae_entry_checked_as_word",
        file = "model/guest_memory.h",
        change = "Of a PAE entry read only the low word is checked.",
        old = "check_read(cpu, pa, 8)",
        new = "check_read(cpu, pa, 4)",
    ),
    mutant(
        name = "pae_entry_read_as_word",
        file = "model/guest_memory.h",
        change = "Of a PAE entry only the low word is read.",
        old = "if (cpu.host.pae) return cpu.world.ReadPair",
        new = "if (false) return cpu.world.ReadPair",
    ),
    mutant(
        name = "pae_entry_written_as_word",
        file = "model/guest_memory.h",
        change = "Of a PAE entry only the low word is written.",
        old = "cpu.world.WritePair(pa, entry, check_write(cpu, pa, 8));",
        new = "lgwrite_word(cpu, pa, entry.lo);",
    ),
    mutant(
        name = "instruction_bytes_swapped",
        file = "model/guest_memory.h",
        change = "The three bytes of a VMCALL are written last byte first.",
        old = "cpu.world.WriteBytes3(pa, bytes, check_write(cpu, pa, 3));",
        new = """\
  cpu.world.WriteBytes3(pa, {bytes[2], bytes[1], bytes[0]},
                        check_write(cpu, pa, 3));""",
    ),
]
