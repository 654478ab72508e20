// SPDX-License-Identifier: Apache-2.0

// The ledger of known deviations: what real kernels do against the clauses. An
// entry that no longer shows fails the tests, as does a deviation that is not
// here. Ids with a letter E, D or P are those of the list of lguest's bugs; N
// were found by the prover.

#include <algorithm>

#include "model/flavor.h"
#include "properties/clause.h"
#include "properties/clauses/frame.h"
#include "properties/clauses/insn.h"
#include "properties/clauses/vocabulary.h"

namespace trapline::properties {
namespace {

using model::Host;
using model::KillReason;

constexpr char kAll[] = "F2 F3 F4 F5 F6 F7 F8 F9 F10";
constexpr char kShiftForm[] = "F2 F3 F4 F5 F6 F7";
constexpr char kVmcall[] = "F5 F6 F7";

bool HasPae(const Host& host) { return host.pae; }
bool HasOldCheck(const Host& host) {
  return host.address_ok == model::AddressOk::kOld;
}
bool HasNewCheck(const Host& host) { return !HasOldCheck(host); }
// That of the level which the host's paging looks at.
bool HasHostBug(const Host& host) {
  return host.flavor.absent_pde == model::AbsentEntry::kHostBug ||
         (host.pae && host.flavor.absent_pmd == model::AbsentEntry::kHostBug);
}

template <class Guest>
BoolOf<Guest> IsPrefixed(const Step<Guest>& s) {
  return InsnAt(s).prefixes != 0;
}

// Whether that is ORed into eax.
template <class Guest>
BoolOf<Guest> Ors(const Step<Guest>& s, uint32_t mask) {
  return s.after.eax == (s.before.eax | mask);
}

// What a privileged instruction of the guest's programs raises.
template <class Guest>
BoolOf<Guest> IsUserGp(const Step<Guest>& s) {
  return IsTrap(s, 13) && s.before.errcode == 0 && FromUser(s);
}

// Whether the host hit BUG_ON at the translation of `va`, the last thing done.
template <class Guest>
BoolOf<Guest> HitsBugAt(const Step<Guest>& s, const typename Guest::Word& va) {
  if (!s.bug || s.did.kills.empty()) return false;
  return s.did.kills.back().args[0] == va;
}

template <class Guest>
BoolOf<Guest> HasBadEntry(const Step<Guest>& s) {
  return IsKilledFor(s, KillReason::kBadPageTableEntry) ||
         IsKilledFor(s, KillReason::kBadPageDirectoryEntry) ||
         IsKilledFor(s, KillReason::kBadPageMiddleDirectoryEntry);
}

template <class Guest>
Walk<Guest> FaultWalk(const Step<Guest>& s) {
  return WalkTo(s, s.before.last_pagefault);
}

// Whether the guest is killed for the three bytes that may be a VMCALL.
template <class Guest>
BoolOf<Guest> IsRefusedThreeBytes(const Step<Guest>& s) {
  BoolOf<Guest> refused = false;
  for (const Kill<Guest>& kill : s.did.kills) {
    if (kill.reason != KillReason::kBadReadAddress) continue;
    refused = refused || (kill.when && kill.args[1] == 3);
  }
  return refused;
}

// For the entry that names the page's table.
template <class Guest>
BoolOf<Guest> IsKilledForDirectory(const Step<Guest>& s) {
  return IsKilledFor(s, s.guest.host().pae
                            ? KillReason::kBadPageMiddleDirectoryEntry
                            : KillReason::kBadPageDirectoryEntry);
}

// With PAE the top entry is looked at before the address, and the first reason
// is kept.
template <class Guest>
BoolOf<Guest> IsKilledForSwitcher(const Step<Guest>& s) {
  return IsKilledFor(s, KillReason::kSwitcherAccess) ||
         (s.guest.host().pae &&
          IsKilledFor(s, KillReason::kBadPageDirectoryEntry));
}

// Whether an access was refused that ends where the guest's memory does.
template <class Guest>
BoolOf<Guest> RefusesLastByte(const Step<Guest>& s) {
  BoolOf<Guest> refuses = false;
  for (const Access<Guest>& access : s.did.accesses) {
    const auto end = access.pa + access.length;
    refuses = refuses || (!access.ok && end == (s.before.pfn_limit << 12));
  }
  return refuses;
}

constexpr auto kAnywhere = [](const auto&) { return true; };

}  // namespace

bool Deviation::IsIn(const Host& host) const {
  for (size_t at = 0; at < flavors.size();) {
    const size_t end = std::min(flavors.find(' ', at), flavors.size());
    if (flavors.substr(at, end - at) == host.flavor.name) {
      return hosts == nullptr || hosts(host);
    }
    at = end + 1;
  }
  return false;
}

absl::Span<const Deviation> Deviations() {
  static const Deviation kDeviations[] = {
      // Instructions.
      {"E1", "in.byte", kShiftForm,
       "A byte IN ORs 0xFFFF into eax: AH is overwritten.",
       [](const auto& s) { return !IsPrefixed(s) && Ors(s, 0x0000FFFF); }},
      {"E2", "in.byte", kShiftForm,
       "A byte IN with 66 ORs 0xFFFF0000 into eax.",
       [](const auto& s) { return IsPrefixed(s) && Ors(s, 0xFFFF0000); }},
      {"E2", "in.ones", kShiftForm, "A byte IN with 66 leaves AL alone.",
       [](const auto& s) {
         return IsPrefixed(s) && InsnAt(s).is_byte && Ors(s, 0xFFFF0000);
       }},
      {"E3", "in.word", kShiftForm, "A 16-bit IN sets all of eax.",
       [](const auto& s) { return Ors(s, 0xFFFFFFFF); }},
      {"E7", "privilege.looks", kAll,
       "eip is translated before the ring is tested.",
       [](const auto& s) {
         if (s.guest.IsFalse(IsUserGp(s))) return IsUserGp(s);
         auto addresses = StackAddresses(s);
         addresses.push_back(s.before.eip);
         return IsUserGp(s) && ReadsOnlyTablesOf(s, addresses);
       }},
      {"E7", "privilege.lives", kAll,
       "eip is translated before the ring is tested: a program that jumps to "
       "an unmapped address of a segment with a base kills its guest.",
       [](const auto& s) {
         return IsUserGp(s) && !s.bug &&
                (IsKilledFor(s, KillReason::kBadAddress, s.before.eip) ||
                 IsKilledFor(s, KillReason::kBadReadAddress));
       }},
      {"P1", "privilege.lives", "F2 F3 F4 F6 F7 F8 F9",
       "As E7, where the directory entry is absent: the host hits BUG_ON.",
       [](const auto& s) { return IsUserGp(s) && HitsBugAt(s, s.before.eip); },
       HasHostBug},
      {"E8", "decode.segment", kAll,
       "eip is taken for linear, the segment for one of 32 bits.", kAnywhere},
      {"E9", "decode.accepts_only", kAll,
       "The byte behind a 66 at the end of a page is read from the next "
       "physical page.",
       [](const auto& s) { return CrossesPage(s); }},
      {"E9", "decode.accepts_all", kAll, "As above: the IN or OUT is not seen.",
       [](const auto& s) { return CrossesPage(s); }},
      {"E9", "decode.length", kAll, "As above: another length is taken.",
       [](const auto& s) { return CrossesPage(s); }},
      {"E9", "decode.cli", kAll, "As above: a CLI passes for an IN or OUT.",
       [](const auto& s) { return CrossesPage(s) && IsEmulated(s); }},
      {"E11", "decode.accepts_all", kAll,
       "One 66 is the only prefix that is known.",
       [](const auto& s) {
         return !(InsnAt(s).prefixes == 1 && InsnAt(s).operand_16) &&
                IsPrefixed(s) && WasHandedOn(s);
       }},
      {"E12", "decode.string", kAll, "INS and OUTS are not emulated.",
       [](const auto& s) { return WasHandedOn(s); }},
      {"E14", "decode.cli", "F7 F8 F9 F10",
       "CLI is stepped over, but the guest's IF stays.",
       [](const auto& s) {
         return IsEmulated(s) && !IsPrefixed(s) &&
                s.after.ld_irq_enabled == s.before.ld_irq_enabled;
       }},
      {"E15", "decode.privileged", kAll,
       "No other privileged instruction is emulated.",
       [](const auto& s) { return WasHandedOn(s); }},
      {"E15", "decode.cli", kAll,
       "Nor is CLI with a prefix, nor any CLI before 2.6.34.",
       [](const auto& s) {
         return WasHandedOn(s) &&
                (!s.guest.host().flavor.skips_cli || IsPrefixed(s));
       }},
      {"E17", "decode.single_step", kAll,
       "No trap 1 is raised: it comes one instruction late.", kAnywhere},
      {"E18", "decode.resume", kAll, "RF stays set.", kAnywhere},
      {"E21", "vmcall.rewritten", kVmcall,
       "The bytes on the next page are looked for on the next physical page.",
       [](const auto& s) { return (s.before.eip & 0xFFF) >= 0xFFE; }},
      {"E21", "vmcall.only", kVmcall,
       "As above: what stands on the next physical page is overwritten.",
       [](const auto& s) { return (s.before.eip & 0xFFF) >= 0xFFE; }},
      {"E21", "decode.privileged", kVmcall,
       "As above: a privileged instruction passes for a VMCALL.",
       [](const auto& s) {
         return (s.before.eip & 0xFFF) == 0xFFF && WasRewritten(s);
       }},
      {"E21", "vmcall.other", kVmcall,
       "As above: an undefined instruction that ends its page passes for a "
       "VMCALL.",
       [](const auto& s) {
         return (s.before.eip & 0xFFF) == 0xFFF && WasRewritten(s);
       }},
      {"E22", "vmcall.other", kVmcall,
       "Three bytes are read of every undefined instruction: near the end of "
       "memory that kills.",
       [](const auto& s) { return IsRefusedThreeBytes(s); }},
      {"E26", "vmcall.amd", kVmcall, "VMMCALL is not known.",
       [](const auto& s) { return WasHandedOn(s); }},

      // Delivery.
      {"D2", "deliver.flags_cleared", "F2 F3 F4 F5 F6 F7 F8 F9",
       "eflags are not touched.",
       [](const auto& s) { return s.after.eflags == s.before.eflags; }},
      {"D3", "deliver.stack", kAll,
       "The stack is chosen by the ring of ss, not by that of cs.",
       [](const auto& s) { return !SelectorsAgree(s); }},
      {"D4", "deliver.place", kAll,
       "The page of the stack's top is translated: where the stack is empty, "
       "that is the page behind it.",
       [](const auto& s) { return (StackTop(s) & 0xFFF) == 0; }},
      {"D4", "deliver.lives", kAll,
       "As above: if that page is not mapped, the guest is killed.",
       [](const auto& s) { return (StackTop(s) & 0xFFF) == 0; }},
      {"D5", "deliver.place", kAll,
       "A frame that crosses into another page is pushed as if the pages were "
       "neighbours in memory.",
       [](const auto& s) {
         return !HasStackInOnePage(s) && (StackTop(s) & 0xFFF) != 0;
       }},
      {"D9", "deliver.lives", kAll,
       "As D5: below the first page, or behind the last, there is no "
       "neighbour, and the guest is killed.",
       [](const auto& s) {
         return !HasStackInOnePage(s) && (StackTop(s) & 0xFFF) != 0;
       }},
      {"D6", "deliver.read_only", kAll,
       "Pushes do not look at the rights of the page.", kAnywhere},
      {"D6", "deliver.unmapped", kAll,
       "A stack that is not mapped kills the guest.",
       [](const auto& s) {
         return IsKilledFor(s, KillReason::kBadAddress, StackTop(s));
       }},
      {"D4", "deliver.unmapped", kAll,
       "An empty stack is looked for in the page behind it: if that is mapped, "
       "the frame is pushed below it.",
       [](const auto& s) { return (StackTop(s) & 0xFFF) == 0; }},
      {"D7", "deliver.stack_segment", kAll,
       "The stack's base and size are not looked at.", kAnywhere},
      {"D8", "dispatch.host_survives", "F2 F3 F4 F6 F7 F8 F9",
       "A stack without directory entry: the host hits BUG_ON.",
       [](const auto& s) {
         return HitsBugAt(s, s.before.esp) || HitsBugAt(s, s.before.esp1);
       },
       HasHostBug},
      {"P1", "dispatch.host_survives", "F2 F3 F4 F6 F7 F8 F9",
       "As D8, for the address of an instruction, which a program may choose.",
       [](const auto& s) { return HitsBugAt(s, s.before.eip); }, HasHostBug},
      {"D10", "deliver.virtual_8086", kAll,
       "The frame has no data segments. lguest enters no such mode.",
       kAnywhere},
      {"D11", "deliver.selector", kAll,
       "The gate's selector is ignored, by design.",
       [](const auto& s) { return s.after.cs == 0x61; }},
      {"D14", "dispatch.system_call", kAll,
       "A system call through an interrupt gate is taken for an interrupt of "
       "the host, and swallowed.",
       [](const auto& s) {
         return s.did.accesses.empty() && s.did.calls.empty() &&
                KeepsAllBut(s, {});
       }},
      {"D27", "dispatch.machine_check", kAll,
       "A machine check of the host is handed to the guest.", kAnywhere},

      // Page faults.
      {"P2", "page_fault.permitted", kAll,
       "The rights of the directory's entry are not looked at: the fault comes "
       "again, for ever.",
       [](const auto& s) {
         const auto directory = FaultWalk(s).directory;
         return ((s.before.errcode & 2) != 0 && (directory & 2) == 0) ||
                ((s.before.errcode & 4) != 0 && (directory & 4) == 0);
       }},
      {"P3", "page_fault.no_execute", "F6 F7 F8 F9 F10",
       "XD is not looked at: the fault comes again, for ever.", kAnywhere,
       HasPae},
      {"P6", "page_fault.directory_accessed", kAll,
       "A is set in the last entry alone.", kAnywhere},
      {"P7", "page_fault.killed", "F2 F3 F4 F5 F6 F7 F8",
       "A bad entry kills, but the fault is cured all the same.",
       [](const auto& s) { return HasBadEntry(s); }},
      {"P7", "page_fault.frame", "F2 F3 F4 F5 F6 F7 F8",
       "As above, with a frame beyond the guest's memory.",
       [](const auto& s) { return IsKilled(s); }},
      {"P7", "death.peace", "F2 F3 F4 F5 F6 F7 F8",
       "As above: A and D are written to a guest that was killed.",
       [](const auto& s) { return HasBadEntry(s); }},
      {"P7", "death.untold", "F2 F3 F4 F5 F6 F7 F8",
       "As above: a bad directory entry kills, and the walk goes on to a fault "
       "that the guest is told of.",
       [](const auto& s) { return HasBadEntry(s); }},
      {"P8", "death.untold", "F9 F10",
       "A bad entry kills, and the guest is told of the fault all the same.",
       [](const auto& s) { return HasBadEntry(s); }},
      {"P8", "death.peace", "F9 F10",
       "As above: a frame is pushed to a guest that was killed.",
       [](const auto& s) { return HasBadEntry(s); }},
      {"P9", "page_fault.cured", "F2", "PWT in the page's entry kills.",
       [](const auto& s) {
         return HasPaging(s) && (FaultWalk(s).gpte & 0x88) == 8 &&
                IsKilledFor(s, KillReason::kBadPageTableEntry);
       }},
      {"P10", "page_fault.cured", kAll,
       "A flag of the directory's entry that lguest does not know kills: PWT, "
       "PCD and those free to use.",
       [](const auto& s) {
         return IsKilledForDirectory(s) &&
                (FaultWalk(s).directory & 0xF18) != 0;
       }},
      {"P10", "page_fault.cured", kAll, "As above: PSE alone.",
       [](const auto& s) {
         return IsKilledForDirectory(s) &&
                (FaultWalk(s).directory & 0xF98) == 0x80;
       }},
      {"P10", "page_fault.cured", "F6 F7 F8 F9 F10",
       "As above: any flag of the top entry but P.",
       [](const auto& s) {
         return IsKilledFor(s, KillReason::kBadPageDirectoryEntry) &&
                (FaultWalk(s).pointer & 0xF98) != 0;
       },
       HasPae},
      {"P10", "page_fault.cured", "F6 F7 F8 F9 F10",
       "As above: those that the entries below may have, R/W, U/S, A and D.",
       [](const auto& s) {
         const auto top = FaultWalk(s).pointer;
         return IsKilledFor(s, KillReason::kBadPageDirectoryEntry) &&
                (top & 0x66) != 0 && (top & 0xF98) == 0;
       },
       HasPae},
      {"P11", "page_fault.switcher", "F2 F3 F4 F5 F6 F7 F8",
       "An access to the switcher's addresses kills, or is cured by another "
       "page's entry.",
       [](const auto& s) { return IsKilledForSwitcher(s); }},
      {"P16", "page_fault.reserved", kAll,
       "The error code is looked at for write and user alone.", kAnywhere},

      // Memory.
      {"E10", "memory.own", kAll, "The guest's last byte cannot be read.",
       [](const auto& s) { return RefusesLastByte(s); }, HasOldCheck},
      {"P19", "memory.own", kAll, "The size of a guest of 4 GiB wraps to zero.",
       [](const auto& s) { return s.before.pfn_limit >= 0x100000; },
       HasNewCheck},

      // Found by the prover.
      {"N1", "page_fault.cured", kAll,
       "Bit 7 of the page's entry kills: lguest takes PAT for PSE.",
       [](const auto& s) {
         return HasPaging(s) && (FaultWalk(s).gpte & 0x80) != 0 &&
                IsKilledFor(s, KillReason::kBadPageTableEntry);
       }},
      {"N2", "page_fault.killed", kAll,
       "Where the host cannot get the page, or a guest without paging touches "
       "the switcher, it kills the guest and cures the fault.",
       [](const auto& s) {
         return IsKilledFor(s, KillReason::kFailedToGetPage) ||
                IsKilledFor(s, KillReason::kSwitcherAccess);
       }},
      {"N3", "decode.mapped", kAll,
       "After the kill for a page that is not there the handler goes on: it "
       "takes the address from what else stands in the absent entry.",
       [](const auto& s) {
         return IsKilledFor(s, KillReason::kBadAddress, s.before.eip) &&
                WalkTo(s, s.before.eip).directory_present;
       }},
      {"N3", "death.peace", kAll,
       "After any other kill too the handler goes on: it pushes the frame, or "
       "writes the page's entry.",
       [](const auto& s) { return !HasBadEntry(s); }},
      {"N3", "death.untold", kAll,
       "After any other kill too the guest is told.",
       [](const auto& s) { return !HasBadEntry(s); }},
  };
  return kDeviations;
}

}  // namespace trapline::properties
