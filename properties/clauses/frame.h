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

// The linear address of the top of the stack, in the segment `ss`. Of one of 16
// bits the top behind 0xFFFF is told as 0, before the first push.
template <class Guest>
typename Guest::Word LinearTop(const Step<Guest>& s,
                               const SegmentOf<Guest>& ss) {
  const auto top = StackTop(s);
  if (!s.guest.IsFalse(!ss.is_32_bit)) {
    return ss.base +
           s.guest.Select(ss.is_32_bit, top, ((top - 1) & 0xFFFF) + 1);
  }
  return ss.base + top;
}

// Whether the frame goes round from the segment's start to its end.
template <class Guest>
BoolOf<Guest> WrapsRound(const Step<Guest>& s, const SegmentOf<Guest>& ss) {
  return !ss.is_32_bit && ((StackTop(s) - 1) & 0xFFFF) + 1 < FrameSize(s);
}

// Where the frame belongs, which is at most two pages: the one that its top is
// in, and the one before. They are looked up apart: so the first is plainly
// that which the handler looks up, and no borrow has to be followed.
template <class Guest>
struct FramePlace {
  using Word = typename Guest::Word;
  using Bool = typename Guest::Bool;

  Word top;   // linear
  Word size;  // of the frame, in bytes
  Place<Guest> of_top;
  Place<Guest> of_before;

  Word Before() const { return top - 0x1000; }
  // Whether the byte that is `below` bytes below the top is in the page before.
  Bool IsBefore(const Word& below) const { return (top & 0xFFF) < below; }
  // Whether any of the frame is in these pages.
  Bool UsesTop() const { return (top & 0xFFF) != 0; }
  Bool UsesBefore() const { return IsBefore(size); }
};

// The stack is flat where nothing else is said.
template <class Guest>
FramePlace<Guest> PlaceOfFrame(
    const Step<Guest>& s, const SegmentOf<Guest>& ss = FlatSegment<Guest>()) {
  const auto top = LinearTop(s, ss);
  FramePlace<Guest> place = {top, FrameSize(s), PlaceOf(s, top), {}};
  if (!s.guest.IsFalse(place.UsesBefore())) {
    place.of_before = PlaceOf(s, place.Before());
  }
  return place;
}

// Whether all of the frame's memory is there.
template <class Guest>
BoolOf<Guest> HasMappedStack(
    const Step<Guest>& s, const SegmentOf<Guest>& ss = FlatSegment<Guest>()) {
  const auto place = PlaceOfFrame(s, ss);
  const auto is_there = [&](const Place<Guest>& page) {
    return page.mapped && Inside(s, page.pa, 1);
  };
  return (!place.UsesTop() || is_there(place.of_top)) &&
         (!place.UsesBefore() || is_there(place.of_before));
}

// Whether the page of the frame's first byte is absent in the guest's tables.
template <class Guest>
BoolOf<Guest> HasAbsentStack(const Step<Guest>& s) {
  const auto top = StackTop(s);
  const auto is_empty = (top & 0xFFF) == 0;
  return (!is_empty && IsAbsent(s, top)) ||
         (is_empty && IsAbsent(s, top - 0x1000));
}

// Whether the handler looks for the frame where it belongs: in one page, and
// the top in it.
template <class Guest>
BoolOf<Guest> HasStackInOnePage(const Step<Guest>& s) {
  return (StackTop(s) & 0xFFF) >= FrameSize(s);
}

// Whether the kernel may write there. SDM volume 3, section 4.6: CR0.WP is set.
template <class Guest>
BoolOf<Guest> HasWritableStack(const Step<Guest>& s) {
  const auto place = PlaceOfFrame(s);
  const auto paging = HasPaging(s);
  if (s.guest.IsFalse(paging)) return true;
  return !paging ||
         ((!place.UsesTop() || WalkTo(s, place.top).writable) &&
          (!place.UsesBefore() || WalkTo(s, place.Before()).writable));
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

// Linear addresses in each page that the frame, or the top of the stack, is in.
template <class Guest>
FewWords<Guest> StackAddresses(const Step<Guest>& s) {
  const auto top = StackTop(s);
  const auto before = s.guest.Select(HasStackInOnePage(s), top, top - 0x1000);
  return {top, before};
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
