// SPDX-License-Identifier: Apache-2.0

// How a trap is told to the guest's own handler.

#include "properties/clauses/frame.h"
#include "properties/clauses/topics.h"
#include "properties/clauses/vocabulary.h"

namespace trapline::properties {
namespace {

// Told to the guest, in a state that a CPU can be in.
template <class Guest>
BoolOf<Guest> IsTold(const Step<Guest>& s) {
  return IsSound(s) && IsDelivered(s) && SelectorsAgree(s);
}

// Whether each word of the frame goes where the CPU would push it.
template <class Guest>
BoolOf<Guest> PushesInPlace(const Step<Guest>& s, const SegmentOf<Guest>& ss) {
  const auto place = PlaceOfFrame(s, ss);
  const auto page_of_top = place.of_top.pa & 0xFFFFF000;
  const auto page_before = place.of_before.pa & 0xFFFFF000;
  uint32_t below = 0;
  BoolOf<Guest> in_place = true;
  for (const Access<Guest>* push : Writes(s)) {
    below += 4;
    const auto page =
        s.guest.Select(place.IsBefore(below), page_before, page_of_top);
    in_place = in_place && push->pa == (page | ((place.top - below) & 0xFFF));
  }
  return in_place;
}

}  // namespace

absl::Span<const Clause> DeliverClauses() {
  static const Clause kClauses[] = {
      {"deliver.handler", "A trap whose gate is present is told to the guest.",
       "SDM volume 3, 6.12.1",
       [](const auto& s) {
         return IsSound(s) && WasHandedOn(s) && HasHandler(s);
       },
       [](const auto& s) { return IsDelivered(s); }},
      {"deliver.no_handler",
       "Where the gate is not present nothing is pushed, and all registers "
       "stay.",
       "SDM volume 3, 6.15, interrupt 11",
       [](const auto& s) {
         return IsSound(s) && WasHandedOn(s) && !HasHandler(s);
       },
       [](const auto& s) {
         return !IsDelivered(s) && !HasWritten(s) &&
                KeepsAllBut(s, {kWord.dead, kWord.ld_cr2});
       }},
      {"deliver.frame",
       "The frame is ss and esp if the stack is switched, then eflags, cs, "
       "eip, then the error code if the vector has one.",
       "SDM volume 3, 6.12.1 and table 6-1",
       [](const auto& s) { return IsTold(s); },
       [](const auto& s) { return PushesFrame(s); }},
      {"deliver.place",
       "Each word is pushed below the one before, in the page that the stack's "
       "address has.",
       "SDM volume 3, 6.12.1; volume 2, PUSH",
       [](const auto& s) {
         return IsTold(s) && HasFlatStack(s) && HasAlignedGpgdir(s) &&
                HasMappedStack(s) && !RefusesInside(s);
       },
       [](const auto& s) {
         return PushesInPlace(s, {0, true});
       }},
      {"deliver.stack_segment",
       "The frame is pushed in the stack's segment, and esp has the size that "
       "this gives it.",
       "SDM volume 3, 3.4.5: a segment's base, and its flag B",
       [](const auto& s) {
         return IsTold(s) && !HasFlatStack(s) && HasAlignedGpgdir(s) &&
                !WrapsRound(s, s.guest.ss()) &&
                HasMappedStack(s, s.guest.ss()) && !RefusesInside(s);
       },
       [](const auto& s) { return PushesInPlace(s, s.guest.ss()); }},
      {"deliver.read_only", "Nothing is pushed to a page that is read-only.",
       "SDM volume 3, 4.6 and 6.15, interrupt 14",
       [](const auto& s) {
         return IsTold(s) && HasFlatStack(s) && HasAlignedGpgdir(s) &&
                HasMappedStack(s) && HasStackInOnePage(s);
       },
       [](const auto& s) { return HasWritableStack(s); }},
      {"deliver.unmapped",
       "A frame that cannot be pushed is the guest's own double fault, and "
       "kills nobody.",
       "SDM volume 3, 6.15, interrupt 8",
       [](const auto& s) {
         return s.before.dead == 0 && HasHandler(s) && HasFlatStack(s) &&
                HasAlignedGpgdir(s) && IsTrap(s, 0) && SelectorsAgree(s) &&
                s.guest.lguest_data_accessible() && HasAbsentStack(s) &&
                !RefusesReadInside(s);
       },
       [](const auto& s) { return !s.bug && Lives(s) && IsHandedOnAs(s, 8); }},
      {"deliver.lives", "A trap that can be told kills no guest.",
       "SDM volume 3, 6.12.1",
       [](const auto& s) {
         return s.before.dead == 0 && HasHandler(s) && HasFlatStack(s) &&
                HasAlignedGpgdir(s) && IsTrap(s, 0) && SelectorsAgree(s) &&
                s.guest.lguest_data_accessible() && HasMappedStack(s) &&
                !RefusesInside(s);
       },
       [](const auto& s) { return !s.bug && Lives(s); }},
      {"deliver.stack",
       "The stack is switched by the ring that was left, to esp1 and ss1; esp "
       "then stands below the frame.",
       "SDM volume 3, 6.12.1: by the CPL, which is in cs",
       [](const auto& s) { return IsSound(s) && IsDelivered(s); },
       [](const auto& s) {
         return s.after.esp == StackTop(s) - FrameSize(s) &&
                s.after.ss ==
                    s.guest.Select(SwitchesStack(s), s.before.ss1, s.before.ss);
       }},
      {"deliver.entry", "The handler begins at its gate's offset.",
       "SDM volume 3, 6.11, figure 6-2",
       [](const auto& s) { return IsTold(s); },
       [](const auto& s) {
         return s.after.eip == ((s.guest.gate().hi & 0xFFFF0000) |
                                (s.guest.gate().lo & 0x0000FFFF));
       }},
      {"deliver.kernel", "The handler runs in the guest kernel's code segment.",
       "lguest: __KERNEL_CS in ring 1", [](const auto& s) { return IsTold(s); },
       [](const auto& s) { return s.after.cs == 0x61; }},
      {"deliver.selector", "The handler runs in its gate's code segment.",
       "SDM volume 3, 6.11, figure 6-2",
       [](const auto& s) { return IsTold(s); },
       [](const auto& s) { return s.after.cs == s.guest.gate().lo >> 16; }},
      {"deliver.flags_cleared", "The handler finds TF, NT, RF and VM clear.",
       "SDM volume 3, 6.12.1.3 and 6.12.1",
       [](const auto& s) { return IsTold(s); },
       [](const auto& s) { return (s.after.eflags & 0x00034100) == 0; }},
      {"deliver.flags_kept",
       "No other flag changes; IF of the hardware stays set.",
       "SDM volume 3, 6.12.1; lguest: the guest's IF is in lguest_data",
       [](const auto& s) { return IsTold(s); },
       [](const auto& s) {
         return ((s.after.eflags ^ s.before.eflags) & ~0x00034100u) == 0;
       }},
      {"deliver.interrupt_gate",
       "An interrupt gate turns the guest's interrupts off.",
       "SDM volume 3, 6.12.1.3",
       [](const auto& s) {
         return IsTold(s) && HasInterruptGate(s) &&
                s.guest.lguest_data_accessible();
       },
       [](const auto& s) { return s.after.ld_irq_enabled == 0; }},
      {"deliver.trap_gate", "Another gate leaves the guest's interrupts alone.",
       "SDM volume 3, 6.12.1.3",
       [](const auto& s) { return IsTold(s) && !HasInterruptGate(s); },
       [](const auto& s) {
         return s.after.ld_irq_enabled == s.before.ld_irq_enabled;
       }},
      {"deliver.registers",
       "The handler finds all other registers as they were.",
       "SDM volume 3, 6.12.1",
       [](const auto& s) { return IsSound(s) && IsDelivered(s); },
       [](const auto& s) {
         return KeepsAllBut(
             s, {kWord.eip, kWord.cs, kWord.eflags, kWord.esp, kWord.ss,
                 kWord.dead, kWord.ld_cr2, kWord.ld_irq_enabled});
       }},
      {"deliver.virtual_8086",
       "A frame of virtual-8086 mode has the data segments too.",
       "SDM volume 3, 20.3.1",
       [](const auto& s) {
         return IsTold(s) && (s.before.eflags & 0x20000) != 0;
       },
       [](const auto& s) { return Writes(s).size() >= 9; }},
  };
  return kClauses;
}

}  // namespace trapline::properties
