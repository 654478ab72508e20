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

uint32_t CpuGpgdir(const Guest& guest) {
  return guest.state.gpgdir & (guest.host.pae ? ~0x1Fu : model::kPageMask);
}

uint32_t Map(Guest* guest, uint32_t gpgdir, uint32_t va, MakeEntry make) {
  uint32_t table = gpgdir;
  for (Level level = TopLevel(*guest);; level = Next(level)) {
    const uint32_t pa = table + OffsetOf(guest->host, va, level);
    if (!guest->memory.contains(pa)) {
      const auto entry = make(level);
      guest->PutWord(pa, entry.lo);
      if (guest->host.pae) guest->PutWord(pa + 4, entry.hi);
    }
    table = guest->memory.word_at(pa).value & model::kPageMask;
    if (level == Level::kPage) return table | (va & ~model::kPageMask);
  }
}

uint32_t EntryAddress(const Guest& guest, uint32_t va, Level level) {
  uint32_t table = guest.state.gpgdir;
  for (Level at = TopLevel(guest);; at = Next(at)) {
    const uint32_t pa = table + OffsetOf(guest.host, va, at);
    if (at == level) return pa;
    table = guest.memory.word_at(pa).value & model::kPageMask;
  }
}

}  // namespace trapline::properties
