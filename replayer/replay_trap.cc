// SPDX-License-Identifier: Apache-2.0

#include "replayer/replay_trap.h"

#include <array>
#include <cstring>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "model/handle_trap.h"
#include "replayer/recorded_world.h"

namespace trapline::replay {
namespace {

constexpr size_t kWords = model::kStateWordNames.size();

constexpr std::array<uint32_t, kWords> kComparedBits = [] {
  std::array<uint32_t, kWords> bits = {};
  for (size_t i = 0; i < kWords; ++i) bits[i] = ComparedBits(i);
  return bits;
}();

std::string FlavorNames() {
  std::string names;
  for (const model::Flavor& flavor : model::kFlavors) {
    absl::StrAppend(&names, names.empty() ? "" : ", ",
                    std::string(flavor.name));
  }
  return names;
}

uint64_t Bit(int index) { return uint64_t{1} << index; }

// What the model of `flavor` reads in any state.
uint64_t NeededWords(const model::Flavor& flavor) {
  const auto& index = model::kStateIndex;
  uint64_t needed = Bit(index.last_pagefault) | Bit(index.ts) |
                    Bit(index.lguest_data) | Bit(index.gpgdir) |
                    Bit(index.esp1) | Bit(index.ss1) | Bit(index.pfn_limit) |
                    Bit(index.hcall_pending) | Bit(index.dead);
  for (int i = index.eax; i <= index.ss; ++i) needed |= Bit(i);
  return needed | (flavor.rewrites_vmcall ? Bit(index.stack_pages) : 0) |
         (flavor.has_linear_pages ? Bit(index.linear_pages) : 0);
}

}  // namespace

absl::StatusOr<Setting> MakeSetting(const trace::Header& header,
                                    absl::string_view flavor) {
  const bool recorded = flavor.empty() || flavor == header.flavor();
  const std::string name(flavor.empty() ? header.flavor() : flavor);
  const model::Flavor* found = model::FindFlavor(name);
  if (found == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("flavor '", name, "' is not modelled; --flavor replays ",
                     "against one that is: ", FlavorNames()));
  }
  if (header.pae() && !found->has_pae) {
    return absl::InvalidArgumentError(
        absl::StrCat("flavor ", name, " has no PAE, but the host had it; ",
                     "--flavor replays against one that has"));
  }
  Setting setting;
  setting.host.flavor = *found;
  setting.host.pae = header.pae();
  if (header.switcher_addr() != 0) {
    setting.host.switcher_addr = header.switcher_addr();
  }
  setting.host.address_ok = header.address_ok() == trace::Header::ADDRESS_OK_NEW
                                ? model::AddressOk::kNew
                                : model::AddressOk::kOld;
  setting.kill_messages = header.kill_messages();
  // Words that the recorded kernel does not have are zero in another's model.
  const model::Flavor* own = model::FindFlavor(header.flavor());
  setting.needed = NeededWords(recorded || own == nullptr ? *found : *own);
  return setting;
}

// The model is many small functions; inlining them all makes a replay faster.
[[gnu::flatten]] bool Agrees(const Setting& setting, const trace::Trap& trap) {
  RecordedWorld world(trap, setting.kill_messages);
  auto cpu = MakeCpu(setting, trap, world);
  model::handle_trap(cpu);
  if (cpu.bug || !trap.returned) {
    return cpu.bug && !trap.returned && world.Agrees();
  }
  std::array<uint32_t, kWords> after;
  std::memcpy(after.data(), &cpu.state, sizeof(after));
  uint32_t differing = 0;
  for (size_t i = 0; i < kWords; ++i) {
    differing |= (after[i] ^ trap.after[i]) & kComparedBits[i];
  }
  return differing == 0 && world.Agrees();
}

}  // namespace trapline::replay
