// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/enumerate.h"

#include <cstdint>
#include <utility>

#include "model/arch.h"
#include "properties/engines/guest_tables.h"
#include "properties/engines/plain_guest.h"

namespace trapline::properties {
namespace {

using Numbers = std::vector<uint32_t>;

Numbers Below(uint32_t count) {
  Numbers numbers(count);
  for (uint32_t i = 0; i < count; ++i) numbers[i] = i;
  return numbers;
}

constexpr uint32_t kRights =
    model::kPagePresent | model::kPageRw | model::kPageUser;

class Enumeration {
 public:
  Enumeration(const model::Host& host, Handler<ConcreteGuest> handler,
              const EnumerationOptions& options)
      : hunt_(host, handler, options),
        plain_(PlainGuest(host)),
        exhaustive_(options.exhaustive) {}

  std::vector<Violation> Run() {
    Instructions();
    Hypercalls();
    Gates();
    for (const Level level : Levels()) Flags(level);
    Stacks();
    EndOfMemory();
    return hunt_.TakeViolations();
  }

 private:
  void Try(const Guest& guest) {
    if (!hunt_.IsOver()) hunt_.Try(guest, count_++);
  }
  Numbers Whole(const Numbers& whole, const Numbers& quick) const {
    return exhaustive_ ? whole : quick;
  }
  std::vector<Level> Levels() const {
    if (!plain_.host.pae) return {Level::kDirectory, Level::kPage};
    return {Level::kPointer, Level::kDirectory, Level::kPage};
  }

  // The first two bytes of an instruction, or with 66 before them three, in
  // each ring.
  void Instructions() {
    Guest guest = plain_;
    guest.state.trapnum = model::kGeneralProtection;
    const Numbers seconds = Whole(Below(256), {0x00, 0x01, 0x20, 0x66, 0xE4});
    for (const uint32_t ring : Below(4)) {
      SetRings(&guest, ring, ring);
      for (const uint32_t errcode : {0, 1}) {
        guest.state.errcode = errcode;
        for (const uint32_t prefixes : {0, 1}) {
          guest.memory[kTextPa] = 0x66;
          for (const uint32_t first : Below(256)) {
            guest.memory[kTextPa + prefixes] = static_cast<uint8_t>(first);
            for (const uint32_t second : seconds) {
              guest.memory[kTextPa + prefixes + 1] =
                  static_cast<uint8_t>(second);
              Try(guest);
            }
          }
        }
      }
    }
  }

  // What is no VMCALL by one byte, in a page and at its
  // end.
  void Hypercalls() {
    Guest guest = plain_;
    for (const uint32_t offset : {0x000, 0x800, 0xFFE, 0xFFF}) {
      guest.state.eip = kText + offset;
      for (const uint32_t i : Below(3)) {
        for (const uint32_t byte : Below(256)) {
          const uint32_t pa = kTextPa + offset;
          guest.memory[pa] = 0x0F;
          guest.memory[pa + 1] = 0x01;
          guest.memory[pa + 2] = 0xC1;
          guest.memory[pa + i] = static_cast<uint8_t>(byte);
          guest.state.trapnum = model::kInvalidOpcode;
          Try(guest);
          guest.state.trapnum = model::kGeneralProtection;
          Try(guest);
        }
      }
    }
  }

  // Each trapnum, kind of gate, ring of cs and of ss, and IF.
  void Gates() {
    Guest guest = plain_;
    auto& state = guest.state;
    state.errcode = 0x1234;
    const Numbers kinds =
        Whole(Below(256), {0x00, 0x0E, 0x85, 0x8E, 0x8F, 0xEE});
    for (state.trapnum = 0; state.trapnum < 258; ++state.trapnum) {
      for (const uint32_t kind : kinds) {
        guest.gate.hi = 0xC0100000 | kind << 8;
        for (const uint32_t cs : Below(4)) {
          for (const uint32_t ss : Below(4)) {
            SetRings(&guest, cs, ss);
            for (const uint32_t enabled : {0x000, 0x200}) {
              state.ld_irq_enabled = enabled;
              Try(guest);
            }
          }
        }
      }
    }
  }

  // Each flag of the entry of one level, with PAE beside NX, for each set of
  // rights that the entries of the other levels give and each error code.
  void Flags(Level level) {
    Guest guest = plain_;
    auto& state = guest.state;
    state.trapnum = model::kPageFault;
    const Numbers errcodes = Whole(Below(32), {0, 2, 4, 6});
    const Numbers rights = Whole(Below(8), {1, 5, 7});
    for (const uint32_t right : rights) {
      for (const Level other : Levels()) {
        if (other != level && other != Level::kPointer) {
          SetFlags(&guest, other, kRights, right);
        }
      }
      for (const uint32_t no_execute : Below(plain_.host.pae ? 2 : 1)) {
        if (plain_.host.pae) {
          guest.PutWord(EntryAddress(guest, kData, level) + 4,
                        no_execute << 31);
        }
        for (const uint32_t flags : Whole(Below(0x1000), Below(0x200))) {
          SetFlags(&guest, level, ~model::kPageMask, flags);
          for (const uint32_t errcode : errcodes) {
            state.errcode = errcode;
            Try(guest);
          }
        }
      }
    }
  }
  static void SetFlags(Guest* guest, Level level, uint32_t mask,
                       uint32_t flags) {
    const uint32_t pa = EntryAddress(*guest, kData, level);
    guest->PutWord(pa, (guest->memory.word_at(pa).value & ~mask) | flags);
  }

  // Each offset of a stack's top, with the page above and the page below there
  // or not.
  void Stacks() {
    const Numbers tops = Whole(Below(0x2001), [] {
      Numbers near;
      for (const uint32_t edge : {0x0000, 0x1000, 0x2000}) {
        for (const uint32_t i : Below(65)) near.push_back(edge - 32 + i);
      }
      return near;
    }());
    for (const uint32_t absent : {0x0000, 0x1000, 0x2000}) {  // 0: none
      Guest guest = plain_;
      if (absent != 0) {
        guest.PutWord(EntryAddress(guest, kText + absent, Level::kPage), 0);
      }
      for (const uint32_t top : tops) {
        guest.state.esp = guest.state.esp1 = kStack + top;
        for (const uint32_t ring : {1, 3}) {
          SetRings(&guest, ring, ring);
          for (const uint32_t trapnum : {0, 3, 17}) {
            guest.state.trapnum = trapnum;
            Try(guest);
          }
        }
      }
    }
  }

  // One table, or the page that everything is in, about pfn_limit, with each
  // word of it in use.
  void EndOfMemory() {
    Guest guest = plain_;
    const Numbers words =
        Whole(Below(0x400), {0, 1, 0x3FC, 0x3FD, 0x3FE, 0x3FF});
    const Numbers limits = {0, 1, 0x40, 0xFFFFF, 0x100000, 0x100001};
    for (const uint32_t table : Below(Levels().size() + 1)) {
      for (const uint32_t limit : limits) {
        guest.state.pfn_limit = limit;
        for (const uint32_t frame : Below(5)) {
          for (const uint32_t word : words) {
            Place(&guest, table, limit + frame - 2, word);
            for (const uint32_t trapnum : {3, 6, 13, 14}) {
              guest.state.trapnum = trapnum;
              Try(guest);
            }
          }
        }
      }
    }
  }
  // Everything is at one address, which leads through this word of the table:
  // it counts from the page directory.
  void Place(Guest* guest, uint32_t table, uint32_t frame,
             uint32_t word) const {
    const auto levels = Levels();
    uint32_t va = word << 2;  // in the page itself
    if (table < levels.size()) {
      const uint32_t entry = plain_.host.pae ? word / 2 : word;
      va = entry << ShiftOf(plain_.host, levels[table]);
    }
    auto& state = guest->state;
    state.eip = state.last_pagefault = state.esp = state.esp1 = va;
    guest->memory.clear();
    uint32_t at = 0;
    const auto next = [&] {
      const uint32_t pfn = at == table ? frame : at + 1;
      ++at;
      return pfn << 12;
    };
    state.gpgdir = next();
    Map(guest, state.gpgdir, va,
        [&](Level level) -> model::PageEntry<uint32_t> {
          return {next() | (level == Level::kPointer ? model::kPagePresent
                                                     : model::kPageTable),
                  0};
        });
  }

  Hunt hunt_;
  const Guest plain_;
  const bool exhaustive_;
  uint64_t count_ = 0;
};

}  // namespace

std::vector<Violation> RunEnumeration(const model::Host& host,
                                      Handler<ConcreteGuest> handler,
                                      const EnumerationOptions& options) {
  return Enumeration(host, handler, options).Run();
}

}  // namespace trapline::properties
