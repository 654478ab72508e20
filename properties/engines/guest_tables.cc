// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/guest_tables.h"

#include "model/arch.h"

namespace trapline::properties {
namespace {

// Of the entry of `va` in a table.
uint32_t OffsetOf(const model::Host& host, uint32_t va, Level level) {
  const uint32_t index = va >> ShiftOf(host, level);
  return host.pae ? (index & 0x1FF) * 8 : (index & 0x3FF) * 4;
}

Level TopLevel(const Guest& guest) {
  return guest.host.pae ? Level::kPointer : Level::kDirectory;
}

Level Next(Level level) {
  return level == Level::kPointer ? Level::kDirectory : Level::kPage;
}

uint32_t MapFrom(Guest* guest, uint32_t table, uint32_t va, MakeEntry make) {
  for (Level level = TopLevel(*guest);; level = Next(level)) {
    const uint32_t pa = table + OffsetOf(guest->host, va, level);
    if (guest->memory.count(pa) == 0) {
      const auto entry = make(level);
      guest->PutWord(pa, entry.lo);
      if (guest->host.pae) guest->PutWord(pa + 4, entry.hi);
    }
    table = WordAt(*guest, pa) & model::kPageMask;
    if (level == Level::kPage) return table | (va & ~model::kPageMask);
  }
}

}  // namespace

uint32_t ShiftOf(const model::Host& host, Level level) {
  switch (level) {
    case Level::kPointer:
      return 30;
    case Level::kDirectory:
      return host.pae ? 21 : 22;
    case Level::kPage:
      return 12;
  }
  return 0;
}

uint32_t WordAt(const Guest& guest, uint32_t pa) {
  uint32_t word = 0;
  for (uint32_t i = 0; i < 4; ++i) {
    const auto byte = guest.memory.find(pa + i);
    if (byte != guest.memory.end()) word |= uint32_t{byte->second} << (8 * i);
  }
  return word;
}

uint32_t Map(Guest* guest, uint32_t va, MakeEntry make) {
  // lguest takes gpgdir as it is, a CPU without the bits that are no address.
  const uint32_t ignored = guest->host.pae ? 0x1F : 0xFFF;
  const uint32_t gpgdir = guest->state.gpgdir;
  if ((gpgdir & ignored) != 0) MapFrom(guest, gpgdir & ~ignored, va, make);
  return MapFrom(guest, gpgdir, va, make);
}

uint32_t EntryAddress(const Guest& guest, uint32_t va, Level level) {
  uint32_t table = guest.state.gpgdir;
  for (Level at = TopLevel(guest);; at = Next(at)) {
    const uint32_t pa = table + OffsetOf(guest.host, va, at);
    if (at == level) return pa;
    table = WordAt(guest, pa) & model::kPageMask;
  }
}

}  // namespace trapline::properties
