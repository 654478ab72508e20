// SPDX-License-Identifier: Apache-2.0

// When a guest is killed, what for, and what still happens to it.

#include "properties/clauses/frame.h"
#include "properties/clauses/insn.h"
#include "properties/clauses/topics.h"
#include "properties/clauses/vocabulary.h"

namespace trapline::properties {
namespace {

using model::KillReason;

template <class Guest>
BoolOf<Guest> IsKilledOnce(const Step<Guest>& s) {
  BoolOf<Guest> killed = false;
  BoolOf<Guest> twice = false;
  for (const Kill<Guest>& kill : s.did.kills) {
    twice = twice || (killed && kill.when);
    killed = killed || kill.when;
  }
  return !twice;
}

// Whether each refusal that kills tells the access which was refused.
template <class Guest>
BoolOf<Guest> TellsRefusals(const Step<Guest>& s) {
  BoolOf<Guest> tells = true;
  for (const Kill<Guest>& kill : s.did.kills) {
    const bool read = kill.reason == KillReason::kBadReadAddress;
    if (!read && kill.reason != KillReason::kBadWriteAddress) continue;
    if (kill.accesses >= s.did.accesses.size()) return !kill.when;
    const Access<Guest>& access = s.did.accesses[kill.accesses];
    tells = tells && (!kill.when || (!access.ok && access.write == !read &&
                                     kill.args[0] == access.pa &&
                                     kill.args[1] == access.length));
  }
  return tells;
}

template <class Guest>
BoolOf<Guest> IsRefused(const Step<Guest>& s) {
  BoolOf<Guest> refused = false;
  for (const Access<Guest>& access : s.did.accesses) {
    refused = refused || !access.ok;
  }
  return refused;
}

// Whether each kill for a trap that has no handler tells of that trap.
template <class Guest>
BoolOf<Guest> TellsTrap(const Step<Guest>& s) {
  BoolOf<Guest> tells = true;
  for (const Kill<Guest>& kill : s.did.kills) {
    if (kill.reason != KillReason::kUnhandledTrap) continue;
    tells =
        tells &&
        (!kill.when ||
         (kill.args[0] == s.before.trapnum && kill.args[1] == s.before.eip &&
          kill.args[2] == s.guest.Select(IsTrap(s, 14), s.before.last_pagefault,
                                         s.before.errcode)));
  }
  return tells;
}

// Whether each kill for an address tells one that is not mapped.
template <class Guest>
BoolOf<Guest> TellsUnmapped(const Step<Guest>& s) {
  BoolOf<Guest> tells = true;
  for (const Kill<Guest>& kill : s.did.kills) {
    if (kill.reason != KillReason::kBadAddress) continue;
    tells = tells && (!kill.when || !WalkTo(s, kill.args[0]).present);
  }
  return tells;
}

// The frame that a cure maps, as the host counts it.
template <class Guest>
typename Guest::Word FrameOfFault(const Step<Guest>& s) {
  const auto& va = s.before.last_pagefault;
  const auto paging = HasPaging(s);
  if (s.guest.IsFalse(paging)) return va >> 12;
  const auto walk = WalkTo(s, va);
  return s.guest.Select(paging, (walk.gpte_hi << 20) | (walk.gpte >> 12),
                        va >> 12);
}

// Whether an entry has flags beside these, or no frame of the guest's.
template <class Guest>
BoolOf<Guest> IsBad(const Step<Guest>& s, const typename Guest::Word& entry,
                    const typename Guest::Word& hi, uint32_t flags) {
  return (entry & 0xFFF & ~flags) != 0 || (hi >> 12) != 0 ||
         ((hi << 20) | (entry >> 12)) >= s.before.pfn_limit;
}

// Up to 3.9 a directory's entry is looked at when its shadow is made. With PAE
// the one of the last gigabyte is made with the table.
template <class Guest>
BoolOf<Guest> IsLookedAt(const Step<Guest>& s, bool top) {
  const model::Host& host = s.guest.host();
  if (host.flavor.bad_entry == model::BadEntry::kKillAndReturn) return true;
  if (!host.pae) return s.guest.shadow_absent(0);
  if (!top) return s.guest.shadow_absent(1);
  return s.guest.shadow_absent(0) && s.before.last_pagefault < 0xC0000000;
}

// Whether each kill for an entry speaks of a level whose entry is bad.
template <class Guest>
BoolOf<Guest> TellsLevel(const Step<Guest>& s) {
  constexpr uint32_t kKnown = 0x067;  // P, RW, US, A, D
  const bool pae = s.guest.host().pae;
  const auto walk = WalkTo(s, s.before.last_pagefault);
  const auto hi = [&](const auto& pa) {
    return pae ? s.guest.InitialWord(pa + 4) : typename Guest::Word(0);
  };
  BoolOf<Guest> tells = true;
  for (const Kill<Guest>& kill : s.did.kills) {
    BoolOf<Guest> bad = true;
    switch (kill.reason) {
      case KillReason::kBadPageTableEntry:
        bad = IsBad(s, walk.gpte, walk.gpte_hi, ~0x088u);  // PWT, PSE
        break;
      case KillReason::kBadPageMiddleDirectoryEntry:
        bad = pae && IsLookedAt(s, false) &&
              IsBad(s, walk.directory, hi(walk.directory_pa), kKnown);
        break;
      case KillReason::kBadPageDirectoryEntry:
        bad = IsLookedAt(s, true) &&
              (pae ? IsBad(s, walk.pointer, hi(walk.pointer_pa), 1)
                   : IsBad(s, walk.directory, 0, kKnown));
        break;
      default:
        break;
    }
    tells = tells && (!kill.when || bad);
  }
  return tells;
}

// Whether an entry that is looked at leads beyond the guest's memory.
template <class Guest>
BoolOf<Guest> WalksBeyond(const Step<Guest>& s) {
  constexpr uint32_t kAnyFlag = 0xFFF;
  const auto walk = WalkTo(s, s.before.last_pagefault);
  if (!s.guest.host().pae) {
    return IsLookedAt(s, true) && IsBad(s, walk.directory, 0, kAnyFlag);
  }
  const auto hi = [&](const auto& pa) { return s.guest.InitialWord(pa + 4); };
  return (IsLookedAt(s, true) &&
          IsBad(s, walk.pointer, hi(walk.pointer_pa), kAnyFlag)) ||
         (IsLookedAt(s, false) &&
          IsBad(s, walk.directory, hi(walk.directory_pa), kAnyFlag));
}

// Whether no memory is written, and nothing told, once the guest is killed.
template <class Guest>
BoolOf<Guest> RestsInPeace(const Step<Guest>& s) {
  BoolOf<Guest> rests = true;
  for (const Kill<Guest>& kill : s.did.kills) {
    bool disturbed = false;
    for (size_t i = kill.accesses; i < s.did.accesses.size(); ++i) {
      disturbed = disturbed || (s.did.accesses[i].write && i > kill.accesses);
    }
    if (disturbed) rests = rests && !kill.when;
  }
  return rests;
}

}  // namespace

absl::Span<const Clause> DeathClauses() {
  static const Clause kClauses[] = {
      {"death.first", "A guest that is dead stays so, for its first reason.",
       "lguest: kill_guest",
       [](const auto& s) { return s.before.dead != 0 && !s.bug; },
       [](const auto& s) { return !IsKilled(s) && s.after.dead != 0; }},
      {"death.once", "A guest is killed for one reason, and is dead then.",
       "lguest: kill_guest",
       [](const auto& s) { return IsSound(s) && IsKilled(s); },
       [](const auto& s) { return IsKilledOnce(s) && s.after.dead == 1; }},
      {"death.reason", "No guest dies without a reason.", "lguest: kill_guest",
       [](const auto& s) { return IsSound(s) && s.after.dead != 0; },
       [](const auto& s) { return IsKilled(s); }},
      {"death.refused", "An access that is refused kills the guest.",
       "lguest: __lgread, __lgwrite",
       [](const auto& s) { return IsSound(s) && IsRefused(s); },
       [](const auto& s) { return s.after.dead != 0; }},
      {"death.access",
       "The reason tells the address and length of the access that was "
       "refused.",
       "lguest: __lgread, __lgwrite",
       [](const auto& s) {
         return IsSound(s) && (IsKilledFor(s, KillReason::kBadReadAddress) ||
                               IsKilledFor(s, KillReason::kBadWriteAddress));
       },
       [](const auto& s) { return TellsRefusals(s); }},
      {"death.unhandled",
       "The reason tells the trap that has no handler, where it was, and its "
       "error code or address.",
       "lguest: lguest_arch_handle_trap",
       [](const auto& s) {
         return IsSound(s) && IsKilledFor(s, KillReason::kUnhandledTrap);
       },
       [](const auto& s) { return TellsTrap(s); }},
      {"death.unmapped", "The reason tells an address that is not mapped.",
       "lguest: guest_pa",
       [](const auto& s) {
         return s.before.dead == 0 && HasPaging(s) && HasAlignedGpgdir(s) &&
                !RefusesInside(s) && IsKilledFor(s, KillReason::kBadAddress);
       },
       [](const auto& s) { return TellsUnmapped(s); }},
      {"death.code",
       "A guest whose instruction has to be looked at and is not mapped is "
       "killed for its address.",
       "lguest: guest_pa",
       [](const auto& s) {
         return s.before.dead == 0 && IsKernelGp(s) && HasFlatCode(s) &&
                HasAlignedGpgdir(s) && IsAbsent(s, s.before.eip) &&
                !RefusesReadInside(s);
       },
       [](const auto& s) {
         return IsKilledFor(s, KillReason::kBadAddress, s.before.eip);
       }},
      {"death.page",
       "A guest whose page the host cannot get is killed, and which page is "
       "told.",
       "lguest: get_pfn",
       [](const auto& s) {
         return IsSound(s) && IsCured(s) && HasAlignedGpgdir(s) &&
                s.guest.page_unavailable(0) &&
                !IsKilledForAnother(s, KillReason::kFailedToGetPage);
       },
       [](const auto& s) {
         return IsKilledFor(s, KillReason::kFailedToGetPage, FrameOfFault(s));
       }},
      {"death.level", "The reason tells the level at which an entry is bad.",
       "lguest: check_gpgd, check_gpmd, check_gpte",
       [](const auto& s) {
         return IsSound(s) && IsTrap(s, 14) && HasPaging(s) &&
                HasAlignedGpgdir(s) &&
                (IsKilledFor(s, KillReason::kBadPageTableEntry) ||
                 IsKilledFor(s, KillReason::kBadPageMiddleDirectoryEntry) ||
                 IsKilledFor(s, KillReason::kBadPageDirectoryEntry));
       },
       [](const auto& s) { return TellsLevel(s); }},
      {"death.table",
       "A guest whose directories lead beyond its memory is killed when they "
       "are looked at.",
       "lguest: check_gpgd, check_gpmd",
       [](const auto& s) {
         return IsSound(s) && IsCured(s) && HasPaging(s) &&
                HasAlignedGpgdir(s) && !RefusesReadInside(s);
       },
       [](const auto& s) { return !WalksBeyond(s) || IsKilled(s); }},
      {"death.cr2", "A guest that cannot be told where it faulted is killed.",
       "lguest: lguest_arch_handle_trap, put_user to lguest_data",
       [](const auto& s) {
         return IsSound(s) && IsTrap(s, 14) && WasHandedOn(s) &&
                s.before.lguest_data != 0 &&
                !s.guest.lguest_data_accessible() &&
                !IsKilledForAnother(s, KillReason::kWritingCr2);
       },
       [](const auto& s) { return IsKilledFor(s, KillReason::kWritingCr2); }},
      {"death.irq_enabled",
       "A guest whose interrupts a gate cannot turn off is killed.",
       "lguest: set_guest_interrupt, put_user to lguest_data",
       [](const auto& s) {
         return IsSound(s) && IsDelivered(s) && HasInterruptGate(s) &&
                !s.guest.lguest_data_accessible() &&
                !IsKilledForAnother(s, KillReason::kDisablingInterrupts);
       },
       [](const auto& s) {
         return IsKilledFor(s, KillReason::kDisablingInterrupts);
       }},
      {"death.peace",
       "To a guest that was killed no memory is written any more.",
       "lguest: it will not run again",
       [](const auto& s) { return IsSound(s) && IsKilled(s); },
       [](const auto& s) { return RestsInPeace(s); }},
      {"death.untold", "A guest that was killed is not told of its trap.",
       "lguest: it will not run again",
       [](const auto& s) {
         return IsSound(s) && IsKilled(s) && WasHandedOn(s);
       },
       [](const auto& s) { return !IsDelivered(s); }},
  };
  return kClauses;
}

}  // namespace trapline::properties
