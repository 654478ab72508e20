// SPDX-License-Identifier: Apache-2.0

#include "replayer/prove/guest_trap.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "model/kill_message.h"
#include "model/state.h"
#include "properties/architecture.h"

namespace trapline::replay {
namespace {

using properties::ConcreteGuest;

constexpr uint32_t kPageSize = 4096;
constexpr uint32_t kMostCode = 16;  // bytes

uint64_t Bit(int word) { return uint64_t{1} << word; }

trace::Call TraceCall(const properties::Call<ConcreteGuest>& call) {
  using Call = properties::Call<ConcreteGuest>;
  switch (call.kind) {
    case Call::kDemandPage:
      return {
          trace::DEMAND_PAGE, true, {call.arg, call.errcode}, call.result, {}};
    case Call::kDeliverTrap:
      return {trace::DELIVER_TRAP, true, {call.arg, 0}, call.result, {}};
    case Call::kPagetableClearAll:
      return {trace::GUEST_PAGETABLE_CLEAR_ALL, false, {}, 0, {}};
  }
  return {};
}

}  // namespace

trace::Header HeaderOf(const model::Host& host) {
  trace::Header header;
  const std::string kernels(host.flavor.kernels);
  header.set_kernel(kernels.substr(0, kernels.find(' ')));
  header.set_flavor(std::string(host.flavor.name));
  header.set_pae(host.pae);
  header.set_address_ok(host.address_ok == model::AddressOk::kNew
                            ? trace::Header::ADDRESS_OK_NEW
                            : trace::Header::ADDRESS_OK_OLD);
  header.set_switcher_addr(host.switcher_addr);
  header.set_kill_messages(true);
  header.set_recorder("trapline prove");
  return header;
}

GuestTrap::GuestTrap(const properties::Guest& guest) {
  const ConcreteGuest concrete(guest);
  const Step step = TakeTrap(concrete);
  AddState(guest, step);
  AddAccesses(step);
  AddCalls(step);
  AddCode(guest, step);
}

void GuestTrap::AddState(const properties::Guest& guest, const Step& step) {
  const auto& index = model::kStateIndex;
  trap_.present = Bit(trace::kWordCount) - 1;
  if (!guest.lguest_data_accessible) {
    trap_.present &= ~(Bit(index.ld_irq_enabled) | Bit(index.ld_blocked) |
                       Bit(index.ld_cr2) | Bit(index.ld_irq_pending));
  }
  trap_.returned = !step.bug;
  std::memcpy(trap_.before.data(), &step.before, sizeof(step.before));
  trap_.after = trap_.before;
  if (trap_.returned) {
    std::memcpy(trap_.after.data(), &step.after, sizeof(step.after));
  }
  if (step.before.trapnum < model::kIdtEntries) {
    trap_.gate_lo = guest.gate.lo;
    trap_.gate_hi = guest.gate.hi;
  }
}

void GuestTrap::AddAccesses(const Step& step) {
  for (const auto& access : step.did.accesses) {
    std::string& bytes = kept_.emplace_back();
    for (uint32_t i = 0; i < access.length; ++i) {
      const uint32_t word = i < 4 ? access.lo : access.hi;
      bytes.push_back(static_cast<char>(word >> (8 * (i % 4))));
    }
    trap_.accesses.push_back({reinterpret_cast<const uint8_t*>(bytes.data()),
                              access.pa, access.length, access.write});
  }
}

void GuestTrap::AddCalls(const Step& step) {
  auto kill = step.did.kills.begin();
  const auto add_kills = [&](size_t calls) {
    for (; kill != step.did.kills.end() && kill->calls <= calls; ++kill) {
      if (!kill->when) continue;
      const std::string& message = kept_.emplace_back(model::KillMessage(
          kill->reason, kill->args[0], kill->args[1], kill->args[2]));
      trap_.calls.push_back({trace::KILL_GUEST, false, {}, 0, message});
    }
  };
  size_t calls = 0;
  for (const auto& call : step.did.calls) {
    add_kills(calls++);
    trap_.calls.push_back(TraceCall(call));
  }
  add_kills(calls);
}

// Of the page at eip, as far as the next.
void GuestTrap::AddCode(const properties::Guest& guest, const Step& step) {
  const auto place = properties::PlaceOf(step, step.before.eip);
  if (!place.mapped) return;
  trap_.insn_pa = place.pa;
  const uint32_t length = std::min(kMostCode, kPageSize - place.pa % kPageSize);
  std::string& bytes = kept_.emplace_back();
  for (uint32_t i = 0; i < length; ++i) {
    bytes.push_back(static_cast<char>(guest.memory.at(place.pa + i)));
  }
  trap_.insn = bytes;
}

}  // namespace trapline::replay
