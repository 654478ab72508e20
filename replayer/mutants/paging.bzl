# SPDX-License-Identifier: Apache-2.0

"""Mutants of where page table entries stand and of guest_pa."""

load(":mutant.bzl", "mutant")

PAGING_MUTANTS = [
    mutant(
        name = "frame_cut_by_a_bit",
        file = "model/arch.h",
        change = "The frame of an entry loses its lowest bit.",
        old = "kPageMask = 0xFFFFF000",
        new = "kPageMask = 0xFFFFE000",
    ),
    mutant(
        name = "directory_index_too_wide",
        file = "model/page_walk.h",
        change = "Entries of the page directory are 8 bytes long.",
        old = "((va >> 22) << 2)",
        new = "((va >> 22) << 3)",
    ),
    mutant(
        name = "directory_index_shifted",
        file = "model/page_walk.h",
        change = "The page directory is indexed from bit 21 on.",
        old = "((va >> 22) << 2)",
        new = "((va >> 21) << 2)",
    ),
    mutant(
        name = "pae_pointer_too_narrow",
        file = "model/page_walk.h",
        change = "PAE: entries of the top level are 4 bytes long.",
        old = "((va >> 30) << 3)",
        new = "((va >> 30) << 2)",
    ),
    mutant(
        name = "pae_middle_index_too_wide",
        file = "model/page_walk.h",
        change = "PAE: the middle level has 1024 entries.",
        old = "(((va >> 21) & 511) << 3)",
        new = "(((va >> 21) & 1023) << 3)",
    ),
    mutant(
        name = "pae_middle_flags_in_address",
        file = "model/page_walk.h",
        change = "PAE: the middle level's address keeps the entry's flags.",
        old = "(gpgd.lo & kPageMask) +",
        new = "gpgd.lo +",
    ),
    mutant(
        name = "pae_table_index_too_wide",
        file = "model/page_walk.h",
        change = "PAE: a page table has 1024 entries.",
        old = "(((va >> 12) & 511) << 3)",
        new = "(((va >> 12) & 1023) << 3)",
    ),
    mutant(
        name = "table_index_too_narrow",
        file = "model/page_walk.h",
        change = "A page table has 512 entries.",
        old = "(((va >> 12) & 1023) << 2)",
        new = "(((va >> 12) & 511) << 2)",
    ),
    mutant(
        name = "table_flags_in_address",
        file = "model/page_walk.h",
        change = "The page table's address keeps the entry's flags.",
        old = "const auto table = directory.lo & kPageMask;",
        new = "const auto table = directory.lo;",
    ),
    mutant(
        name = "present_means_writable",
        file = "model/page_walk.h",
        change = "An entry is present where R/W is set.",
        old = "(entry.lo & kPagePresent) != 0",
        new = "(entry.lo & kPageRw) != 0",
    ),
    mutant(
        name = "paging_never_off",
        file = "model/page_walk.h",
        change = "guest_pa walks the tables of a guest without paging.",
        old = "if (linear_pages(cpu)) return va;",
        new = "",
    ),
    mutant(
        name = "no_bug_on",
        file = "model/page_walk.h",
        change = "The host does not run into BUG_ON.",
        old = "cpu.bug = form == AbsentEntry::kHostBug;",
        new = "",
    ),
    mutant(
        name = "absent_entry_is_address_0",
        file = "model/page_walk.h",
        change = "An absent directory entry leads to address 0.",
        old = "return 0xFFFFFFFF;",
        new = "return 0;",
    ),
    mutant(
        name = "absent_entry_forgiven",
        file = "model/page_walk.h",
        change = "An absent directory entry kills nobody.",
        old = "kill_guest(cpu, KillReason::kBadAddress, va);",
        new = "",
    ),
    mutant(
        name = "absent_page_forgiven",
        file = "model/page_walk.h",
        change = "guest_pa takes an absent last entry for a good one.",
        old = "kill_guest_if(cpu, !present(gpte), KillReason::kBadAddress, va);",
        new = "",
    ),
    mutant(
        name = "pae_middle_entry_not_looked_at",
        file = "model/page_walk.h",
        change = "PAE: guest_pa takes an absent middle entry for a good one.",
        old = """\
    if (!cpu.world.Take(Branch::kGpmdPresent, present(directory))) {
      return absent_entry(cpu, flavor.absent_pmd, va);
    }""",
        new = "",
    ),
    mutant(
        name = "pae_middle_entry_as_top",
        file = "model/page_walk.h",
        change = "PAE: an absent middle entry ends like an absent top entry.",
        old = "absent_entry(cpu, flavor.absent_pmd, va)",
        new = "absent_entry(cpu, flavor.absent_pde, va)",
    ),
    mutant(
        name = "page_offset_lost",
        file = "model/page_walk.h",
        change = "guest_pa gives the start of the page.",
        old = "(gpte.lo & kPageMask) | (va & ~kPageMask)",
        new = "(gpte.lo & kPageMask)",
    ),
    mutant(
        name = "page_offset_11_bits",
        file = "model/page_walk.h",
        change = "guest_pa takes 11 bits of the address for the offset.",
        old = "(va & ~kPageMask)",
        new = "(va & 0x7FF)",
    ),
]
