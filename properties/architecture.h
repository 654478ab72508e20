// SPDX-License-Identifier: Apache-2.0

// What an i386 CPU makes of a guest: the walk of its page tables, and where its
// next pushes go. Written from the SDM, and never by way of the model.

#ifndef TRAPLINE_PROPERTIES_ARCHITECTURE_H_
#define TRAPLINE_PROPERTIES_ARCHITECTURE_H_

#include <cstdint>

#include "properties/guest.h"
#include "properties/step.h"

namespace trapline::properties {

template <class Guest>
using SegmentOf = Segment<typename Guest::Word, typename Guest::Bool>;

// As Linux's own are.
template <class Guest>
SegmentOf<Guest> FlatSegment() {
  return {0, true};
}

// Whether the guest has this memory: `length` bytes from `pa` on.
template <class Guest>
typename Guest::Bool Inside(const Step<Guest>& s,
                            const typename Guest::Word& pa, uint32_t length) {
  // In terms of the first byte beyond, whose address may wrap to 0.
  const auto end = s.guest.Name(pa) + length;
  const auto& limit = s.before.pfn_limit;
  return s.guest.Name(
      (end == 0 && limit >= 0x100000) ||
      (end != 0 && end >= s.guest.Name(pa) &&
       ((end >> 12) < limit || ((end & 0xFFF) == 0 && end >> 12 == limit))));
}

// Whether the guest has paging. lguest switches it on with the first page
// directory; before 3.1 it was never off.
template <class Guest>
typename Guest::Bool HasPaging(const Step<Guest>& s) {
  return !s.guest.host().flavor.has_linear_pages || s.before.linear_pages == 0;
}

// SDM volume 3, section 4.3 (32-bit paging), section 4.4 (PAE), section 4.6
// (access rights).
template <class Guest>
Walk<Guest> MakeWalk(const Step<Guest>& s, const typename Guest::Word& va) {
  using Word = typename Guest::Word;
  const bool pae = s.guest.host().pae;
  Walk<Guest> walk = {};
  const auto bit = [](const Word& entry, uint32_t flag) {
    return (entry & flag) != 0;
  };
  const auto frame = [](const Word& entry) { return entry & 0xFFFFF000; };
  Word table = s.before.gpgdir;
  walk.tables = true;
  walk.directory_present = true;
  walk.no_execute = false;
  if (pae) {
    walk.pointer_pa = table + ((va >> 30) << 3);
    walk.pointer = s.guest.InitialWord(walk.pointer_pa);
    walk.tables = Inside(s, walk.pointer_pa, 8);
    walk.directory_present = bit(walk.pointer, 1);
    table = walk.pointer;
    walk.directory_pa = frame(table) + (((va >> 21) & 0x1FF) << 3);
  } else {
    walk.directory_pa = table + ((va >> 22) << 2);
  }
  const uint32_t size = pae ? 8 : 4;
  walk.directory = s.guest.InitialWord(walk.directory_pa);
  walk.directory_present = walk.directory_present && bit(walk.directory, 1);
  walk.tables = walk.tables && Inside(s, walk.directory_pa, size);
  if (s.guest.IsFalse(walk.directory_present)) {
    walk.present = walk.writable = walk.user = false;
    return walk;
  }
  walk.gpte_pa = pae ? frame(walk.directory) + (((va >> 12) & 0x1FF) << 3)
                     : frame(walk.directory) + (((va >> 12) & 0x3FF) << 2);
  walk.gpte = s.guest.InitialWord(walk.gpte_pa);
  walk.gpte_hi = pae ? s.guest.InitialWord(walk.gpte_pa + 4) : Word(0);
  walk.tables = walk.tables && Inside(s, walk.gpte_pa, size);
  walk.present = walk.directory_present && bit(walk.gpte, 1);
  walk.writable = bit(walk.directory, 2) && bit(walk.gpte, 2);
  walk.user = bit(walk.directory, 4) && bit(walk.gpte, 4);
  if (pae) {
    walk.no_execute =
        bit(walk.gpte_hi, 0x80000000) ||
        bit(s.guest.InitialWord(walk.directory_pa + 4), 0x80000000);
  }
  walk.pa = frame(walk.gpte) | (va & 0xFFF);
  return walk;
}

template <class Guest>
Walk<Guest> WalkTo(const Step<Guest>& s, const typename Guest::Word& va) {
  return s.findings.WalkTo(s.guest, va, [&] { return MakeWalk(s, va); });
}

// Whether cr3, as the guest gave it, is the address of a directory: its other
// bits are flags.
template <class Guest>
typename Guest::Bool HasAlignedGpgdir(const Step<Guest>& s) {
  return (s.before.gpgdir & (s.guest.host().pae ? 0x1F : 0xFFF)) == 0;
}

// Where a linear address is.
template <class Guest>
struct Place {
  typename Guest::Bool mapped;
  typename Guest::Word pa;
};

template <class Guest>
Place<Guest> PlaceOf(const Step<Guest>& s, const typename Guest::Word& va) {
  const auto paging = HasPaging(s);
  if (s.guest.IsFalse(paging)) return {true, va};
  const Walk<Guest> walk = WalkTo(s, va);
  return {!paging || (walk.tables && walk.present),
          s.guest.Select(paging, walk.pa, va)};
}

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ARCHITECTURE_H_
