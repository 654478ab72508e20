// SPDX-License-Identifier: Apache-2.0

// The frame that a CPU pushes when it enters a handler. SDM volume 3, section
// 6.12.1, figure 6-4.

#ifndef TRAPLINE_PROPERTIES_CLAUSES_FRAME_H_
#define TRAPLINE_PROPERTIES_CLAUSES_FRAME_H_

#include <cstddef>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "properties/architecture.h"
#include "properties/clauses/vocabulary.h"
#include "properties/step.h"

namespace trapline::properties {

// The CPU keeps cs and ss in one ring.
template <class Guest>
BoolOf<Guest> SelectorsAgree(const Step<Guest>& s) {
  return ((s.before.cs ^ s.before.ss) & 3) == 0;
}

// Whether the handler, which is in ring 1, gets the stack of that ring.
template <class Guest>
BoolOf<Guest> SwitchesStack(const Step<Guest>& s) {
  return !FromKernel(s);
}

template <class Guest>
typename Guest::Word StackTop(const Step<Guest>& s) {
  return s.guest.Select(SwitchesStack(s), s.before.esp1, s.before.esp);
}

// SDM volume 3, table 6-1.
template <class Guest>
BoolOf<Guest> HasErrcode(const Step<Guest>& s) {
  BoolOf<Guest> has = false;
  for (const uint32_t num : {8, 10, 11, 12, 13, 14, 17}) {
    has = has || IsTrap(s, num);
  }
  return has;
}

// In bytes.
template <class Guest>
typename Guest::Word FrameSize(const Step<Guest>& s) {
  return s.guest.Select(SwitchesStack(s), 20, 12) +
         s.guest.Select(HasErrcode(s), 4, 0);
}

// IF as the guest has it: that of the hardware is always set.
template <class Guest>
typename Guest::Word GuestEflags(const Step<Guest>& s) {
  const auto hidden = s.guest.lguest_data_accessible() &&
                      (s.before.ld_irq_enabled & 0x200) == 0;
  return s.before.eflags & ~s.guest.Select(hidden, 0x200, 0);
}

template <class Guest>
using FewWords = absl::InlinedVector<typename Guest::Word, 6>;

// The words of the frame, in the order they are pushed.
template <class Guest>
FewWords<Guest> Frame(const Step<Guest>& s, bool switches, bool errcode) {
  FewWords<Guest> words;
  if (switches) words = {s.before.ss, s.before.esp};
  words.insert(words.end(), {GuestEflags(s), s.before.cs, s.before.eip});
  if (errcode) words.push_back(s.before.errcode);
  return words;
}

// Whether what was written is the frame: its words, in their order.
template <class Guest>
BoolOf<Guest> PushesFrame(const Step<Guest>& s) {
  const auto writes = Writes(s);
  BoolOf<Guest> pushes = false;
  for (const bool switches : {false, true}) {
    for (const bool errcode : {false, true}) {
      BoolOf<Guest> equal = (switches ? SwitchesStack(s) : FromKernel(s)) &&
                            (errcode ? HasErrcode(s) : !HasErrcode(s));
      if (s.guest.IsFalse(equal)) continue;
      const auto words = Frame(s, switches, errcode);
      if (words.size() != writes.size()) continue;
      for (size_t i = 0; i < words.size(); ++i) {
        equal = equal && writes[i]->length == 4 && writes[i]->lo == words[i];
      }
      pushes = pushes || equal;
    }
  }
  return pushes;
}

// The stack's descriptor is Linux's flat one.
template <class Guest>
BoolOf<Guest> HasFlatStack(const Step<Guest>& s) {
  return s.guest.ss().base == 0 && s.guest.ss().is_32_bit;
}

// The linear address of a stack pointer in the segment `ss`.
template <class Guest>
typename Guest::Word StackAddress(const Step<Guest>& s,
                                  const SegmentOf<Guest>& ss,
                                  const typename Guest::Word& esp) {
  return ss.base + s.guest.Select(ss.is_32_bit, esp, esp & 0xFFFF);
}

// Where the frame belongs: in the page of its first byte pushed, and where it
// crosses into one more, in that of its last. The stack is flat where nothing
// else is said: so its addresses are plainly those that the handler has.
template <class Guest>
struct FramePlace {
  using Word = typename Guest::Word;

  Word high_va;
  Word low_va;
  Place<Guest> high;
  Place<Guest> low;

  typename Guest::Bool Crosses() const {
    return ((high_va ^ low_va) & 0xFFFFF000) != 0;
  }
};

template <class Guest>
FramePlace<Guest> PlaceOfFrame(
    const Step<Guest>& s, const SegmentOf<Guest>& ss = FlatSegment<Guest>()) {
  const auto top = StackTop(s);
  const auto high = StackAddress(s, ss, top - 1);
  const auto low = StackAddress(s, ss, top - FrameSize(s));
  FramePlace<Guest> place = {high, low, PlaceOf(s, high), {}};
  place.low = s.guest.IsFalse(place.Crosses())
                  ? Place<Guest>{place.high.mapped,
                                 (place.high.pa & 0xFFFFF000) | (low & 0xFFF)}
                  : PlaceOf(s, low);
  return place;
}

// Whether all of the frame's memory is there.
template <class Guest>
BoolOf<Guest> HasMappedStack(
    const Step<Guest>& s, const SegmentOf<Guest>& ss = FlatSegment<Guest>()) {
  const auto place = PlaceOfFrame(s, ss);
  return place.high.mapped && place.low.mapped && Inside(s, place.high.pa, 1) &&
         Inside(s, place.low.pa, 1);
}

// Whether the handler looks for the frame where it belongs: in one page, and
// the top in it.
template <class Guest>
BoolOf<Guest> HasStackInOnePage(const Step<Guest>& s) {
  const auto top = StackTop(s);
  return ((top ^ (top - FrameSize(s))) & 0xFFFFF000) == 0;
}

// Whether the kernel may write there. SDM volume 3, section 4.6: CR0.WP is set.
template <class Guest>
BoolOf<Guest> HasWritableStack(const Step<Guest>& s) {
  const auto place = PlaceOfFrame(s);
  const auto paging = HasPaging(s);
  if (s.guest.IsFalse(paging)) return true;
  return !paging || (WalkTo(s, place.high_va).writable &&
                     WalkTo(s, place.low_va).writable);
}

// A present gate.
template <class Guest>
BoolOf<Guest> HasHandler(const Step<Guest>& s) {
  return s.before.trapnum < 256 && (s.guest.gate().hi & 0x8000) != 0;
}

template <class Guest>
BoolOf<Guest> HasInterruptGate(const Step<Guest>& s) {
  return ((s.guest.gate().hi >> 8) & 0xF) == 0xE;
}

// Whether nothing but the handler's own mistake keeps the guest from being
// told, on a stack of one page.
template <class Guest>
BoolOf<Guest> IsTellable(const Step<Guest>& s) {
  return HasHandler(s) && s.guest.lguest_data_accessible() && HasFlatStack(s) &&
         HasAlignedGpgdir(s) && HasStackInOnePage(s) && HasMappedStack(s);
}

// Linear addresses at which the frame, or the top of the stack, may be.
template <class Guest>
FewWords<Guest> StackAddresses(const Step<Guest>& s) {
  const auto top = StackTop(s);
  return {top, top - 1, top - FrameSize(s)};
}

// Whether nothing was read but the entries through which these linear addresses
// are found.
template <class Guest>
BoolOf<Guest> ReadsOnlyTablesOf(const Step<Guest>& s,
                                const FewWords<Guest>& addresses) {
  BoolOf<Guest> only = true;
  for (const Access<Guest>& access : s.did.accesses) {
    if (access.write) continue;
    BoolOf<Guest> needed = false;
    for (const auto& va : addresses) {
      const auto walk = WalkTo(s, va);
      needed = needed || access.pa == walk.directory_pa ||
               access.pa == walk.gpte_pa ||
               (s.guest.host().pae && access.pa == walk.pointer_pa);
    }
    only = only && needed;
  }
  return only;
}

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_CLAUSES_FRAME_H_
