// SPDX-License-Identifier: Apache-2.0

// Which page faults the handler may cure, by mapping the guest's page, and what
// that changes.

#include "properties/clauses/topics.h"
#include "properties/clauses/vocabulary.h"

namespace trapline::properties {
namespace {

template <class Guest>
Walk<Guest> WalkToFault(const Step<Guest>& s) {
  return WalkTo(s, s.before.last_pagefault);
}

template <class Guest>
BoolOf<Guest> IsFault(const Step<Guest>& s) {
  return IsSound(s) && IsTrap(s, 14);
}

// With page tables that begin where cr3 says.
template <class Guest>
BoolOf<Guest> IsPagingFault(const Step<Guest>& s) {
  return IsFault(s) && HasPaging(s) && HasAlignedGpgdir(s);
}

template <class Guest>
BoolOf<Guest> IsWrite(const Step<Guest>& s) {
  return (s.before.errcode & 2) != 0;
}

template <class Guest>
BoolOf<Guest> IsUserAccess(const Step<Guest>& s) {
  return (s.before.errcode & 4) != 0;
}

// Whether the whole walk permits the access. SDM volume 3, section 4.6.
template <class Guest>
BoolOf<Guest> IsPermitted(const Step<Guest>& s) {
  const auto walk = WalkToFault(s);
  return walk.present && (!IsWrite(s) || walk.writable) &&
         (!IsUserAccess(s) || walk.user);
}

// The guest leaves the top of the address space to the switcher.
template <class Guest>
BoolOf<Guest> IsBelowSwitcher(const Step<Guest>& s) {
  return s.before.last_pagefault < s.guest.switcher_addr();
}

// Whether the page that is mapped is one of the guest's.
template <class Guest>
BoolOf<Guest> HasFrame(const Step<Guest>& s) {
  const auto walk = WalkToFault(s);
  return (walk.gpte >> 12) < s.before.pfn_limit &&
         (walk.gpte_hi & 0x7FFFFFFF) == 0;
}

// Whether an entry leads beyond the guest's memory, in the 32 bits of a frame's
// number that the host looks at.
template <class Guest>
BoolOf<Guest> IsBeyond(const Step<Guest>& s, const typename Guest::Word& entry,
                       const typename Guest::Word& hi) {
  return ((hi << 20) | (entry >> 12)) >= s.before.pfn_limit;
}

// Whether the directories' entries have no bit beyond the first 32 set.
template <class Guest>
BoolOf<Guest> HasLowTables(const Step<Guest>& s) {
  if (!s.guest.host().pae) return true;
  const auto walk = WalkToFault(s);
  return s.guest.InitialWord(walk.pointer_pa + 4) == 0 &&
         s.guest.InitialWord(walk.directory_pa + 4) == 0;
}

template <class Guest>
BoolOf<Guest> HasUnavailablePage(const Step<Guest>& s) {
  return IsKilledFor(s, model::KillReason::kFailedToGetPage);
}

template <class Guest>
BoolOf<Guest> AsksForFaultFirst(const Step<Guest>& s) {
  if (s.did.calls.empty()) return false;
  const Call<Guest>& first = s.did.calls.front();
  return first.kind == Call<Guest>::kDemandPage &&
         first.arg == s.before.last_pagefault &&
         first.errcode == s.before.errcode;
}

// Whether one entry was written, that of the page, with no more than its marks.
template <class Guest>
BoolOf<Guest> MarksOnlyThePage(const Step<Guest>& s) {
  const auto writes = Writes(s);
  if (writes.size() != 1) return false;
  const auto walk = WalkToFault(s);
  const auto marks = s.guest.Select(IsWrite(s), 0x60, 0x20);
  const Access<Guest>& write = *writes[0];
  return write.pa == walk.gpte_pa && write.lo == (walk.gpte | marks) &&
         write.hi == walk.gpte_hi &&
         write.length == (s.guest.host().pae ? 8 : 4);
}

}  // namespace

absl::Span<const Clause> PageFaultClauses() {
  static const Clause kClauses[] = {
      {"page_fault.asked",
       "demand_page is asked first, of the address and error code of the "
       "fault.",
       "SDM volume 3, 6.15, interrupt 14: the address is in cr2",
       [](const auto& s) { return IsFault(s); },
       [](const auto& s) { return AsksForFaultFirst(s); }},
      {"page_fault.permitted",
       "No fault is cured that the guest's own tables ask for.",
       "SDM volume 3, 4.6: the rights of every level",
       [](const auto& s) { return IsPagingFault(s) && IsCured(s); },
       [](const auto& s) { return IsPermitted(s); }},
      {"page_fault.cured",
       "Every fault is cured that the guest's tables do not ask for.",
       "SDM volume 3, 4.3, 4.4: the guest's CPU has neither PSE nor PAT",
       [](const auto& s) {
         return IsPagingFault(s) && IsBelowSwitcher(s) && IsPermitted(s) &&
                WalkToFault(s).tables && HasLowTables(s) && HasFrame(s) &&
                !RefusesInside(s) && !WalkToFault(s).no_execute &&
                !HasUnavailablePage(s);
       },
       [](const auto& s) { return IsCured(s) && Lives(s); }},
      {"page_fault.no_paging",
       "Before its paging is on, what a guest's kernel touches in its memory "
       "is "
       "mapped at once, and nothing is written.",
       "lguest: addresses are guest-physical until LHCALL_NEW_PGTABLE",
       [](const auto& s) {
         return IsFault(s) && !HasPaging(s) && IsBelowSwitcher(s) &&
                !IsUserAccess(s) && !HasUnavailablePage(s) &&
                Inside(s, s.before.last_pagefault, 1);
       },
       [](const auto& s) {
         return IsCured(s) && Lives(s) && s.did.accesses.empty();
       },
       [](const model::Host& host) { return host.flavor.has_linear_pages; }},
      {"page_fault.accessed",
       "A cure sets A, and D for a write, in the page's entry; it touches no "
       "other bit and no other word.",
       "SDM volume 3, 4.8",
       [](const auto& s) { return IsPagingFault(s) && IsCured(s); },
       [](const auto& s) { return MarksOnlyThePage(s); }},
      {"page_fault.directory_accessed",
       "A cure leaves A set in the directory's entry.", "SDM volume 3, 4.8",
       [](const auto& s) { return IsPagingFault(s) && IsCured(s); },
       [](const auto& s) { return (WalkToFault(s).directory & 0x20) != 0; }},
      {"page_fault.state", "A cure changes no register.",
       "SDM volume 3, 6.15, interrupt 14: the instruction is run again",
       [](const auto& s) { return IsFault(s) && IsCured(s); },
       [](const auto& s) { return KeepsAllBut(s, {kWord.dead}); }},
      {"page_fault.frame",
       "No fault is cured by a frame that is not the guest's.",
       "lguest: the guest's memory ends at pfn_limit",
       [](const auto& s) { return IsPagingFault(s) && IsCured(s); },
       [](const auto& s) {
         return (WalkToFault(s).gpte >> 12) < s.before.pfn_limit;
       }},
      {"page_fault.bad_frame",
       "A guest that maps a frame which is not its own is killed.",
       "lguest: the guest's memory ends at pfn_limit",
       [](const auto& s) {
         return IsPagingFault(s) && IsBelowSwitcher(s) && IsPermitted(s) &&
                WalkToFault(s).tables && !RefusesInside(s) &&
                IsBeyond(s, WalkToFault(s).gpte, WalkToFault(s).gpte_hi);
       },
       [](const auto& s) { return s.after.dead != 0; }},
      {"page_fault.killed",
       "The fault of a guest that was killed for it is not cured.",
       "lguest: there is no page that could be mapped",
       [](const auto& s) { return IsFault(s) && IsCured(s); },
       [](const auto& s) { return Lives(s); }},
      {"page_fault.reserved", "A reserved bit that was set is not cured.",
       "SDM volume 3, 4.7: bit 3 of the error code",
       [](const auto& s) { return IsFault(s) && (s.before.errcode & 8) != 0; },
       [](const auto& s) { return !IsCured(s); }},
      {"page_fault.no_execute",
       "A fetch from a page that is not to be executed is not cured.",
       "SDM volume 3, 4.6: XD, and bit 4 of the error code",
       [](const auto& s) {
         return IsPagingFault(s) && (s.before.errcode & 16) != 0 &&
                WalkToFault(s).present && WalkToFault(s).tables &&
                WalkToFault(s).no_execute;
       },
       [](const auto& s) { return !IsCured(s); },
       [](const model::Host& host) { return host.pae; }},
      {"page_fault.switcher",
       "A fault at the switcher's addresses is the guest's own.",
       "SDM volume 3, 4.7; lguest: reserve_mem",
       [](const auto& s) { return IsFault(s) && !IsBelowSwitcher(s); },
       [](const auto& s) {
         return !IsCured(s) &&
                !IsKilledFor(s, model::KillReason::kSwitcherAccess);
       }},
      {"page_fault.cr2", "The guest finds the address of its own fault in cr2.",
       "SDM volume 3, 6.15, interrupt 14; lguest_data.cr2 is the guest's",
       [](const auto& s) {
         return IsFault(s) && !IsCured(s) && s.before.lguest_data != 0 &&
                s.guest.lguest_data_accessible();
       },
       [](const auto& s) { return s.after.ld_cr2 == s.before.last_pagefault; }},
      {"page_fault.cr2_kept",
       "cr2 changes by a fault of the guest's own alone.",
       "SDM volume 3, 2.5: CR2",
       [](const auto& s) {
         return IsSound(s) && (!IsTrap(s, 14) || s.before.lguest_data == 0);
       },
       [](const auto& s) { return s.after.ld_cr2 == s.before.ld_cr2; }},
  };
  return kClauses;
}

}  // namespace trapline::properties
