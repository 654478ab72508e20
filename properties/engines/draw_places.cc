// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/draw_places.h"

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "model/arch.h"
#include "model/cpu.h"
#include "properties/engines/draw_insn.h"
#include "properties/engines/guest_tables.h"

namespace trapline::properties {
namespace {

constexpr uint32_t kKernel = 0xC0000000;

class Places {
 public:
  Places(Choices& choices, Guest* guest) : choices_(choices), guest_(*guest) {}

  void Draw(bool is_vmcall) {
    auto& state = guest_.state;
    const auto insn = is_vmcall ? DrawVmcall(choices_) : DrawInsn(choices_);
    state.eip = DrawAddress();
    // A prefix at the end of its page.
    if (insn[0] == 0x66 && choices_.OneIn(4)) state.eip |= 0xFFF;
    state.esp = DrawAddress();
    state.esp1 = DrawAddress();
    // The pages that lguest pins, on both sides of an edge.
    if (is_vmcall && choices_.OneIn(2)) state.esp1 = DrawEdge() + 0x800;
    state.last_pagefault = DrawAddress();
    PlaceInsn(insn);
    MapSome({state.last_pagefault});
    for (const uint32_t top : {state.esp, state.esp1}) {
      MapSome({top, Linear(top), Linear(top - 1), Linear(top - 24)});
    }
    MapSome({state.esp1 - 1});
    state.stack_pages = choices_.Of<uint32_t>({0, 1, 2, 2, 2, 2, 2});
    if (choices_.IsOdd()) {
      state.stack_pages = choices_.Of<uint32_t>({3, choices_.Word()});
    }
    MapSome({state.esp1 - 0x1001});
  }

 private:
  bool IsLinear() const {
    return guest_.host.flavor.has_linear_pages &&
           guest_.state.linear_pages != 0;
  }

  // Between two addresses that no entry of some level maps both.
  uint32_t DrawEdge() {
    return choices_.Of<uint32_t>(
        {0xC0400000, 0xC0200000, 0x80000000, kKernel, 0x80000000, 0x40000000});
  }

  // Most often in one of few pages.
  uint32_t DrawAddress() {
    const uint32_t page = choices_.Below(4) << 12;
    uint32_t base = IsLinear() ? 0x10000 : kKernel;
    if (choices_.OneIn(3)) {
      base = DrawEdge() - 0x2000;
    } else if (choices_.IsOdd()) {
      const uint32_t last = (guest_.state.pfn_limit - 1) << 12;
      base = choices_.Of<uint32_t>(
          {0x08048000, 0, 0xFFC00000 - 0x2000, 0xFFE00000 - 0x2000, 0xFFFFC000,
           guest_.host.switcher_addr - 0x2000, last - 0x2000,
           choices_.Word() & model::kPageMask});
    }
    const uint32_t offset = choices_.Of<uint32_t>(
        {0x800, choices_.Below(32), 0x1000 - choices_.Below(32),
         choices_.Below(8) * 4, 0x1000 - choices_.Below(8) * 4,
         choices_.Word() & 0xFFF});
    return base + page + offset;
  }

  // The linear address of a stack pointer.
  uint32_t Linear(uint32_t esp) const {
    return guest_.ss.base + (guest_.ss.is_32_bit ? esp : esp & 0xFFFF);
  }

  // An entry of a page table, a directory, or of the page directory pointers.
  model::PageEntry<uint32_t> DrawEntry(Level level) {
    const bool pae = guest_.host.pae;
    uint32_t frame = level == Level::kPage ? 0x10 + choices_.Below(16)
                                           : 2 + choices_.Below(12);
    uint32_t flags = choices_.Of<uint32_t>(
        {0x067, 0x067, 0x067, 0x007, 0x027, 0x065, 0x063, 0x003, 0x005, 0x001});
    if (pae && level == Level::kPointer) flags = 0x001;
    if (choices_.OneIn(8)) flags &= ~model::kPagePresent;
    if (choices_.IsOdd()) {
      flags = choices_.Of<uint32_t>(
          {flags ^ (1u << choices_.Below(12)), choices_.Word() & 0xFFF});
    }
    const bool is_unaligned = CpuGpgdir(guest_) != guest_.state.gpgdir;
    if (choices_.IsOdd() || choices_.OneIn(is_unaligned ? 4 : 16)) {
      const uint32_t limit = guest_.state.pfn_limit;
      frame = choices_.Of<uint32_t>(
          {limit - 1, limit, limit + 1, 1, 0, 0xFFFFF, choices_.Word()});
    }
    uint32_t hi = 0;
    if (pae && choices_.IsOdd()) {
      hi =
          choices_.Of<uint32_t>({0x80000000, 1, 0x1000, 0x10, choices_.Word()});
    }
    return {(frame << 12) | flags, hi};
  }

  uint32_t MapFrom(uint32_t gpgdir, uint32_t va) {
    if (IsLinear()) return va;
    return Map(&guest_, gpgdir, va,
               [this](Level level) { return DrawEntry(level); });
  }
  // For lguest and for a CPU.
  void MapAddress(uint32_t va) {
    MapFrom(CpuGpgdir(guest_), va);
    MapFrom(guest_.state.gpgdir, va);
  }
  // All, or now and then none.
  void MapSome(std::initializer_list<uint32_t> addresses) {
    if (choices_.OneIn(8)) return;
    for (const uint32_t va : addresses) MapAddress(va);
  }

  // As lguest fetches it, each byte where the last was, and as a CPU does, each
  // by its own page. The two may be different instructions.
  void PlaceInsn(const std::vector<uint8_t>& insn) {
    if (choices_.OneIn(12)) return;
    const uint32_t eip = guest_.state.eip;
    const uint32_t gpgdir = CpuGpgdir(guest_);
    const bool apart =
        gpgdir != guest_.state.gpgdir || (eip & 0xFFF) + insn.size() > 0x1000;
    const bool differs = apart ? choices_.OneIn(2) : choices_.IsOdd();
    const auto other = differs ? DrawInsn(choices_) : insn;
    // Where the page's entry cannot be read lguest takes the first frame.
    if (choices_.OneIn(4)) Put(eip & 0xFFF, other);
    Put(MapFrom(guest_.state.gpgdir, eip), other);
    if (!apart && guest_.cs.base == 0) return;
    for (uint32_t i = 0; i < insn.size(); ++i) {
      Put(MapFrom(gpgdir, guest_.cs.base + eip + i), {insn[i]});
    }
  }
  void Put(uint32_t pa, const std::vector<uint8_t>& bytes) {
    guest_.memory.put(pa, bytes);
  }

  Choices& choices_;
  Guest& guest_;
};

}  // namespace

void DrawPlaces(bool is_vmcall, Choices& choices, Guest* guest) {
  Places(choices, guest).Draw(is_vmcall);
}

}  // namespace trapline::properties
