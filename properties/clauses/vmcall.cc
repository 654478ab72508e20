// SPDX-License-Identifier: Apache-2.0

// How VMCALL, the guest's hypercall from 2.6.30 to 3.0, becomes int 0x1f.

#include "model/flavor.h"
#include "properties/clauses/frame.h"
#include "properties/clauses/insn.h"
#include "properties/clauses/topics.h"
#include "properties/clauses/vocabulary.h"

namespace trapline::properties {
namespace {

bool RewritesVmcall(const model::Host& host) {
  return host.flavor.rewrites_vmcall;
}

// The guest's kernel at three bytes that can be fetched, 0F 01 `third`.
template <class Guest>
BoolOf<Guest> IsAt(const Step<Guest>& s, uint32_t third) {
  const Code<Guest> code(s);
  return FromKernel(s) && HasFlatCode(s) && HasAlignedGpgdir(s) &&
         code.IsFetched(3) && code.At(0) == 0x0F && code.At(1) == 0x01 &&
         code.At(2) == third;
}

// #UD, or #GP where VMCALL faults like that.
template <class Guest>
BoolOf<Guest> IsFaultOfVmcall(const Step<Guest>& s) {
  return IsSound(s) && (IsTrap(s, 6) || IsTrap(s, 13));
}

// Whether the three bytes at eip, and they alone, were replaced. What is
// written after them are entries of page tables.
template <class Guest>
BoolOf<Guest> ReplacesVmcall(const Step<Guest>& s) {
  const Place<Guest> place = PlaceOf(s, s.before.eip);
  bool found = false;
  BoolOf<Guest> replaces = true;
  for (const Access<Guest>* write : Writes(s)) {
    if (write->length != 3) continue;
    replaces = replaces && !BoolOf<Guest>(found) && write->pa == place.pa &&
               write->lo == 0x901FCD;
    found = true;
  }
  return replaces && found;
}

// Whether the pages of the stack are mapped again, from the top, for writing.
template <class Guest>
BoolOf<Guest> PinsStack(const Step<Guest>& s) {
  BoolOf<Guest> pins = true;
  uint32_t page = 0;
  for (const Call<Guest>& call : s.did.calls) {
    if (call.kind != Call<Guest>::kDemandPage) continue;
    pins = pins && call.arg == s.before.esp1 - 1 - 0x1000 * page &&
           call.errcode == 2;
    ++page;
  }
  const auto& wanted = s.before.stack_pages;
  return pins && ((wanted >= 2 && BoolOf<Guest>(page == 2)) || wanted == page);
}

template <class Guest>
BoolOf<Guest> PinnedInVain(const Step<Guest>& s) {
  BoolOf<Guest> failed = false;
  for (const Call<Guest>& call : s.did.calls) {
    if (call.kind == Call<Guest>::kDemandPage && !call.result) failed = true;
  }
  return failed;
}

// Whether nothing but the handler's own mistake keeps the trap from being told.
template <class Guest>
BoolOf<Guest> IsUndisturbed(const Step<Guest>& s) {
  if (WasRewritten(s)) return !RefusesReadInside(s);
  return IsTellable(s) && !RefusesInside(s);
}

}  // namespace

absl::Span<const Clause> VmcallClauses() {
  static const Clause kClauses[] = {
      {"vmcall.rewritten",
       "A VMCALL of the guest's kernel becomes int 0x1f and a NOP.",
       "SDM volume 3, VMCALL; lguest: LGUEST_TRAP_ENTRY",
       [](const auto& s) {
         return IsFaultOfVmcall(s) && IsAt(s, 0xC1) && !RefusesReadInside(s);
       },
       [](const auto& s) { return WasRewritten(s) && ReplacesVmcall(s); },
       RewritesVmcall},
      {"vmcall.only",
       "Nothing but a VMCALL of the guest's kernel is written over.",
       "SDM volume 3, VMCALL",
       [](const auto& s) {
         return IsSound(s) && WasRewritten(s) && HasFlatCode(s) &&
                HasAlignedGpgdir(s) && Code(s).IsFetched(3) &&
                !RefusesReadInside(s);
       },
       [](const auto& s) { return IsAt(s, 0xC1) && ReplacesVmcall(s); },
       RewritesVmcall},
      {"vmcall.again",
       "The guest runs the new instruction: no register changes.",
       "lguest: eip stays, the trap 31 comes next",
       [](const auto& s) { return IsSound(s) && WasRewritten(s); },
       [](const auto& s) { return KeepsAllBut(s, {kWord.dead}); },
       RewritesVmcall},
      {"vmcall.pins",
       "After a VMCALL was rewritten the pages of the kernel's stack are "
       "mapped "
       "again.",
       "lguest: every shadow entry was dropped; the switcher needs the stack",
       [](const auto& s) { return IsSound(s) && WasRewritten(s); },
       [](const auto& s) { return PinsStack(s); }, RewritesVmcall},
      {"vmcall.stack",
       "A guest whose kernel's stack cannot be mapped is killed.",
       "lguest: the switcher could not enter it",
       [](const auto& s) {
         return IsSound(s) && WasRewritten(s) && PinnedInVain(s);
       },
       [](const auto& s) { return s.after.dead != 0; }, RewritesVmcall},
      {"vmcall.other",
       "An undefined instruction of the guest's kernel that is no VMCALL is "
       "told to it.",
       "SDM volume 3, 6.15, interrupt 6",
       [](const auto& s) {
         const Code code(s);
         return s.before.dead == 0 && IsTrap(s, 6) && FromKernel(s) &&
                HasFlatCode(s) && code.IsFetched(2) && code.At(0) == 0x0F &&
                code.At(1) == 0x0B && SelectorsAgree(s) && IsUndisturbed(s);
       },
       [](const auto& s) { return !s.bug && IsDelivered(s) && Lives(s); },
       RewritesVmcall},
      {"vmcall.amd", "AMD's VMMCALL is a hypercall as well.",
       "AMD64 manual volume 3, VMMCALL; kvm_hypercall of Linux uses either",
       [](const auto& s) {
         return IsFaultOfVmcall(s) && IsAt(s, 0xD9) && !RefusesReadInside(s);
       },
       [](const auto& s) { return WasRewritten(s); }, RewritesVmcall},
  };
  return kClauses;
}

}  // namespace trapline::properties
