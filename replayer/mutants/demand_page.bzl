# SPDX-License-Identifier: Apache-2.0

"""Mutants of demand_page."""

load(":mutant.bzl", "mutant")

DEMAND_PAGE_MUTANTS = [
    mutant(
        name = "write_bit_confused",
        file = "model/arch.h",
        change = "The error code's P bit is taken for W/R.",
        old = "kFaultWrite = 2",
        new = "kFaultWrite = 1",
    ),
    mutant(
        name = "user_bit_confused",
        file = "model/arch.h",
        change = "The error code's RSVD bit is taken for U/S.",
        old = "kFaultUser = 4",
        new = "kFaultUser = 8",
    ),
    mutant(
        name = "dirty_bit_confused",
        file = "model/arch.h",
        change = "Dirty is bit 7 of an entry.",
        old = "kPageDirty = 0x040",
        new = "kPageDirty = 0x080",
    ),
    mutant(
        name = "last_gigabyte_too_small",
        file = "model/arch.h",
        change = "PAE: the last 2 MiB are taken for the last gigabyte.",
        old = "kPaeLastGigabyte = 0xC0000000",
        new = "kPaeLastGigabyte = 0xFFE00000",
    ),
    mutant(
        name = "directory_high_bits_ignored",
        file = "model/demand_page.h",
        change = "PAE: bits 63 to 44 of a directory entry are not looked at.",
        old = "frame >= cpu.state.pfn_limit || (entry.hi >> 12) != 0",
        new = "frame >= cpu.state.pfn_limit",
    ),
    mutant(
        name = "directory_limit_a_page_late",
        file = "model/demand_page.h",
        change = "A directory may lie one page beyond the guest.",
        old = "frame >= cpu.state.pfn_limit ||",
        new = "frame >= cpu.state.pfn_limit + 1 ||",
    ),
    mutant(
        name = "large_pages_taken_for_tables",
        file = "model/demand_page.h",
        change = "A directory entry may have PS set.",
        old = "kPageTable, KillReason::kBadPageDirectoryEntry, Branch::kGpgdGood",
        new = """\
kPageTable | kPagePse, KillReason::kBadPageDirectoryEntry,
    Branch::kGpgdGood""",
    ),
    mutant(
        name = "pae_top_flags_allowed",
        file = "model/demand_page.h",
        change = "PAE: a top entry may have the flags of other levels.",
        old = """\
    kPagePresent, KillReason::kBadPageDirectoryEntry""",
        new = """\
    kPageTable, KillReason::kBadPageDirectoryEntry""",
    ),
    mutant(
        name = "pae_middle_told_as_top",
        file = "model/demand_page.h",
        change = "PAE: the kill for a bad middle entry speaks of the top.",
        old = "KillReason::kBadPageMiddleDirectoryEntry",
        new = "KillReason::kBadPageDirectoryEntry",
    ),
    mutant(
        name = "large_pages_mapped",
        file = "model/demand_page.h",
        change = "An entry of a page table may have PAT set.",
        old = "allows_pwt ? kPagePse :",
        new = "allows_pwt ? 0 :",
    ),
    mutant(
        name = "pwt_always_allowed",
        file = "model/demand_page.h",
        change = "An entry of a page table may have PWT set in 2.6.24 too.",
        old = "kPagePse | kPagePwt",
        new = "kPagePse",
    ),
    mutant(
        name = "frame_limit_a_page_late",
        file = "model/demand_page.h",
        change = "The page after the guest's last can be mapped.",
        old = "((gpte.hi << 20) | (gpte.lo >> 12)) < cpu.state.pfn_limit",
        new = "((gpte.hi << 20) | (gpte.lo >> 12)) < cpu.state.pfn_limit + 1",
    ),
    mutant(
        name = "frame_cut_to_20_bits",
        file = "model/demand_page.h",
        change = "PAE: only the low word's part of a frame is checked.",
        old = "((gpte.hi << 20) | (gpte.lo >> 12)) < cpu.state.pfn_limit",
        new = "(gpte.lo >> 12) < cpu.state.pfn_limit",
    ),
    mutant(
        name = "pae_frame_not_joined",
        file = "model/demand_page.h",
        change = "PAE: the page got from the host is that of the low word.",
        old = "const Word pfn = (gpte.hi << 20) | (gpte.lo >> 12);",
        new = "const Word pfn = gpte.lo >> 12;",
    ),
    mutant(
        name = "switcher_a_page_smaller",
        file = "model/demand_page.h",
        change = "Up to F8 the switcher starts a page later.",
        old = "va >= first, KillReason::kSwitcherAccess",
        new = "va >= first + 0x1000, KillReason::kSwitcherAccess",
    ),
    mutant(
        name = "switcher_mapped",
        file = "model/demand_page.h",
        change = "From F9 on the switcher starts a page later.",
        old = "va >= cpu.switcher_addr)",
        new = "va >= cpu.switcher_addr + 0x1000)",
    ),
    mutant(
        name = "switcher_kills_nobody",
        file = "model/demand_page.h",
        change = "Without paging the switcher can be mapped, up to F8.",
        old = """\
  if (linear) {
    check_switcher(cpu, va);
  } else {""",
        new = """\
  if (linear) {
  } else {""",
    ),
    mutant(
        name = "shadow_of_last_gigabyte_absent",
        file = "model/demand_page.h",
        change = "PAE: the last gigabyte's top entry is made on demand.",
        old = "return absent && va < kPaeLastGigabyte;",
        new = "return absent;",
    ),
    mutant(
        name = "directory_checked_always",
        file = "model/demand_page.h",
        change = "Up to F8 a bad directory entry kills in use, too.",
        old = "bad && is_new",
        new = "bad",
    ),
    mutant(
        name = "bad_directory_used",
        file = "model/demand_page.h",
        change = "From F9 on the walk goes on below a bad directory entry.",
        old = """\
  kill_guest(cpu, level.reason);
  return false;""",
        new = """\
  kill_guest(cpu, level.reason);
  return true;""",
    ),
    mutant(
        name = "bad_directory_forgiven",
        file = "model/demand_page.h",
        change = "From F9 on a bad directory entry kills nobody.",
        old = """\
  kill_guest(cpu, level.reason);
  return false;""",
        new = "  return false;",
    ),
    mutant(
        name = "absent_page_mapped",
        file = "model/demand_page.h",
        change = "A page whose entry is absent is mapped.",
        old = """\
  if (!cpu.world.Take(Branch::kGptePresent, present(gpte))) return false;
""",
        new = "",
    ),
    mutant(
        name = "write_test_left_out",
        file = "model/demand_page.h",
        change = "A page is mapped for a write that its entry denies.",
        old = "write && (gpte.lo & kPageRw) == 0",
        new = "false",
    ),
    mutant(
        name = "write_test_of_users_only",
        file = "model/demand_page.h",
        change = "Only a user's write is denied.",
        old = "write && (gpte.lo & kPageRw) == 0",
        new = "write && (errcode & kFaultUser) != 0 && (gpte.lo & kPageRw) == 0",
    ),
    mutant(
        name = "user_test_left_out",
        file = "model/demand_page.h",
        change = "A page of the kernel is mapped for a user.",
        old = """\
(errcode & kFaultUser) != 0 &&
                                              (gpte.lo & kPageUser) == 0""",
        new = "false",
    ),
    mutant(
        name = "user_test_of_writes_only",
        file = "model/demand_page.h",
        change = "A user may read a page of the kernel.",
        old = "(errcode & kFaultUser) != 0 &&",
        new = "write && (errcode & kFaultUser) != 0 &&",
    ),
    mutant(
        name = "bad_page_forgiven",
        file = "model/demand_page.h",
        change = "A bad entry of a page table kills nobody.",
        old = "kill_guest_if(cpu, !good, KillReason::kBadPageTableEntry);",
        new = "",
    ),
    mutant(
        name = "bad_page_cured",
        file = "model/demand_page.h",
        change = "From F9 on a fault at a bad entry counts as cured.",
        old = "if (!cpu.world.Take(Branch::kGpteGood, good)) return false;",
        new = "if (!cpu.world.Take(Branch::kGpteGood, good)) return true;",
    ),
    mutant(
        name = "accessed_not_set",
        file = "model/demand_page.h",
        change = "Accessed is not set.",
        old = "gpte.lo | kPageAccessed |",
        new = "gpte.lo |",
    ),
    mutant(
        name = "accessed_without_dirty",
        file = "model/demand_page.h",
        change = "A write sets Accessed and not Dirty.",
        old = "cpu.world.Select(write, kPageDirty, 0)",
        new = "0u",
    ),
    mutant(
        name = "dirty_on_reads",
        file = "model/demand_page.h",
        change = "A read sets Dirty.",
        old = "cpu.world.Select(write, kPageDirty, 0)",
        new = "kPageDirty",
    ),
    mutant(
        name = "flags_replaced",
        file = "model/demand_page.h",
        change = "An entry's flags are replaced by those of a page table.",
        old = "gpte.lo = gpte.lo | kPageAccessed |",
        new = "gpte.lo = (gpte.lo & kPageMask) | kPagePresent | kPageAccessed |",
    ),
    mutant(
        name = "page_unavailable_forgiven",
        file = "model/demand_page.h",
        change = "A page that the host cannot get kills nobody.",
        old = """\
  kill_guest_if(cpu, cpu.world.PageUnavailable(pfn),
                KillReason::kFailedToGetPage, pfn);""",
        new = "  static_cast<void>(cpu.world.PageUnavailable(pfn));",
    ),
    mutant(
        name = "linear_entry_written",
        file = "model/demand_page.h",
        change = "Without paging an entry is written nonetheless, at 0.",
        old = "if (!linear) lgwrite_entry",
        new = "lgwrite_entry",
    ),
    mutant(
        name = "entry_not_written",
        file = "model/demand_page.h",
        change = "The guest's entry is not written back.",
        old = "if (!linear) lgwrite_entry(cpu, gpte_ptr, gpte);",
        new = "",
    ),
    mutant(
        name = "entry_written_beside",
        file = "model/demand_page.h",
        change = "The entry after the guest's is written.",
        old = "lgwrite_entry(cpu, gpte_ptr, gpte)",
        new = "lgwrite_entry(cpu, gpte_ptr + 4, gpte)",
    ),
    mutant(
        name = "linear_page_read_only",
        file = "model/demand_page.h",
        change = "Without paging no write is allowed.",
        old = "(kPageRw | kPagePresent), 0}",
        new = "kPagePresent, 0}",
    ),
    mutant(
        name = "stack_pinned_a_page_off",
        file = "model/demand_page.h",
        change = "The pages after those of the stack are pinned.",
        old = "cpu.state.esp1 - 1 - (page << 12)",
        new = "cpu.state.esp1 - (page << 12)",
    ),
    mutant(
        name = "one_stack_page",
        file = "model/arch.h",
        change = "At most one page of the stack is pinned.",
        old = "kMaxStackPages = 2",
        new = "kMaxStackPages = 1",
    ),
    mutant(
        name = "one_stack_page_more",
        file = "model/demand_page.h",
        change = "A page more than the stack has is pinned.",
        old = "Word(page) < cpu.state.stack_pages",
        new = "Word(page) < cpu.state.stack_pages + 1",
    ),
    mutant(
        name = "stack_pages_compared_for_equality",
        file = "model/demand_page.h",
        change = "Pinning ends at the page whose number is stack_pages.",
        equivalent = "pages are counted up from 0, so that stack_pages is " +
                     "either met or beyond both",
        old = "Word(page) < cpu.state.stack_pages",
        new = "Word(page) != cpu.state.stack_pages",
    ),
    mutant(
        name = "stack_pinned_for_reads",
        file = "model/demand_page.h",
        change = "The pages of the stack are pinned for reads.",
        old = "demand_page(cpu, va, kFaultWrite)",
        new = "demand_page(cpu, va, 0)",
    ),
    mutant(
        name = "bad_stack_page_forgiven",
        file = "model/demand_page.h",
        change = "A page of the stack that cannot be pinned kills nobody.",
        old = "kill_guest(cpu, KillReason::kBadStackPage, va);",
        new = "",
    ),
]
