// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/draw_guest.h"

#include <cstdint>
#include <utility>

#include "model/arch.h"
#include "model/state.h"
#include "properties/engines/draw_places.h"

namespace trapline::properties {
namespace {

// What the trap is to be about, so that the handler gets far enough.
enum class Aim { kInsn, kPageFault, kHandOn, kHypercall, kAny };

class Drawer {
 public:
  Drawer(const model::Host& host, Choices& choices) : choices_(choices) {
    guest_.host = host;
  }

  Guest Draw() {
    aim_ = choices_.Of({Aim::kInsn, Aim::kPageFault, Aim::kHandOn, Aim::kAny,
                        guest_.host.flavor.rewrites_vmcall ? Aim::kHypercall
                                                           : Aim::kPageFault});
    choices_.SetOddity(choices_.Of<uint32_t>({0, 24, 12, 6, 3}));
    FillWords();
    DrawMachine();
    DrawTrap();
    DrawSelectors();
    DrawPlaces(aim_ == Aim::kHypercall, choices_, &guest_);
    DrawLguest();
    return std::move(guest_);
  }

 private:
  // A value of its own for every word that nothing depends on.
  void FillWords() {
    uint32_t value = choices_.Word();
    for (const auto word : model::kStateWords<uint32_t>) {
      guest_.state.*word = value;
      value *= 0x9E3779B1;  // odd: only zero gives zero
    }
    guest_.state.errcode = 0;
    guest_.state.hcall_pending = choices_.IsOdd() ? 1 : 0;
  }

  void DrawMachine() {
    auto& state = guest_.state;
    state.pfn_limit = 0x40;
    if (choices_.IsOdd()) {
      state.pfn_limit =
          choices_.Of<uint32_t>({0x20, 3, 2, 1, 0, 0xFFFFF, 0x100000, 0x100001,
                                 0x200000, 0xFFFFFFFF, choices_.Word()});
    }
    const uint32_t last = (state.pfn_limit - 1) << 12;
    state.gpgdir = 0x1000;
    if (choices_.IsOdd() || choices_.OneIn(24)) {
      state.gpgdir = choices_.Of<uint32_t>(
          {0, last, last + 0x1000, last + 0xFF0, 0x1020, 0x1004, 0x1800, 0x1001,
           0x1002, 0x1003, choices_.Word()});
    }
    state.linear_pages = choices_.OneIn(6) ? 1 + choices_.Below(2) : 0;
    if (guest_.host.flavor.spares_switcher && choices_.IsOdd()) {
      guest_.host.switcher_addr =
          choices_.Of<uint32_t>({0xFFE00000, 0xFFC00000, 0xFF800000, 0xC0000000,
                                 0xC0001000, 0, choices_.Word()});
    }
  }

  void DrawTrap() {
    auto& state = guest_.state;
    switch (aim_) {
      case Aim::kInsn:
        state.trapnum = model::kGeneralProtection;
        break;
      case Aim::kPageFault:
        state.trapnum = model::kPageFault;
        state.errcode = choices_.Below(8);
        break;
      case Aim::kHypercall:
        state.trapnum =
            choices_.Of({model::kInvalidOpcode, model::kGeneralProtection});
        state.errcode = choices_.Of<uint32_t>({0, choices_.Word()});
        break;
      case Aim::kHandOn:
        state.trapnum = choices_.Of<uint32_t>(
            {0, 7, 13, 14, 18, 0x80, choices_.Below(32), choices_.Below(32)});
        state.errcode = choices_.Of<uint32_t>({0, choices_.Word()});
        break;
      case Aim::kAny:
        state.trapnum = choices_.Of<uint32_t>(
            {choices_.Below(32), model::kLguestTrapEntry, choices_.Below(256),
             255, 256, 257, choices_.Word()});
        state.errcode = choices_.Of<uint32_t>({0, choices_.Word()});
        break;
    }
    if (choices_.IsOdd()) {
      state.errcode =
          choices_.Of<uint32_t>({choices_.Below(32), 0xFFFF, choices_.Word()});
    }
    guest_.gate.hi =
        choices_.Of<uint32_t>({0x8E00, 0xEE00, 0x8F00, 0xEF00, 0x8E00, 0});
    if (choices_.IsOdd()) {
      guest_.gate.hi =
          choices_.Of<uint32_t>({0, 0x0E00, 0x8500, 0x8600, choices_.Word()});
    }
    guest_.gate.hi |= choices_.Below(256) << 24;
    guest_.gate.lo = choices_.Word();
  }

  void DrawSelectors() {
    auto& state = guest_.state;
    const bool from_user = aim_ == Aim::kHypercall || aim_ == Aim::kInsn
                               ? choices_.IsOdd()
                               : choices_.OneIn(2);
    state.cs = from_user ? 0x73 : model::kGuestKernelCs;
    state.ss = from_user ? 0x7B : 0x69;
    state.ss1 = 0x69;
    if (choices_.OneIn(6)) state.ss ^= 0x69 ^ 0x7B;
    for (uint32_t* selector : {&state.cs, &state.ss, &state.ss1}) {
      if (!choices_.IsOdd()) continue;
      *selector = choices_.Of<uint32_t>({*selector ^ choices_.Below(4),
                                         *selector | 0x10000, choices_.Word()});
    }
    for (auto* segment : {&guest_.cs, &guest_.ss}) {
      if (!choices_.IsOdd()) continue;
      segment->base = choices_.Of<uint32_t>(
          {0, 0x1000, 4, 0xC0000000, 0xFFFFF000, choices_.Word()});
      segment->is_32_bit = choices_.OneIn(2);
    }
  }

  void DrawLguest() {
    auto& state = guest_.state;
    state.lguest_data = choices_.IsOdd() ? 0 : 0x10000;
    guest_.lguest_data_accessible = !choices_.IsOdd();
    state.ld_irq_enabled =
        choices_.Of<uint32_t>({0x200, 0, 0x200, choices_.Word()});
    state.ts = choices_.Of<uint32_t>({0, 8});
    state.dead = choices_.IsOdd() ? 1 : 0;
    // More of them than one trap asks for.
    for (int i = 0; i < 6; ++i) {
      guest_.shadow_absent.push_back(choices_.OneIn(2));
      guest_.page_unavailable.push_back(choices_.IsOdd());
    }
    state.eflags = choices_.Of<uint32_t>(
        {0x202, choices_.Word() | 0x202, choices_.Word()});
  }

  Choices& choices_;
  Guest guest_;
  Aim aim_ = Aim::kInsn;
};

}  // namespace

Guest DrawGuest(const model::Host& host, Choices& choices) {
  return Drawer(host, choices).Draw();
}

}  // namespace trapline::properties
