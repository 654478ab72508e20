// SPDX-License-Identifier: Apache-2.0

#include "replayer/clauses/recorded_guest.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "model/guest_memory.h"
#include "model/state.h"
#include "replayer/clauses/kill_reason.h"

namespace trapline::replay {
namespace {

using properties::ConcreteGuest;
using Access = properties::Access<ConcreteGuest>;
using Call = properties::Call<ConcreteGuest>;

constexpr uint32_t kPageSize = 4096;

model::State<uint32_t> StateOf(const trace::WordArray& words) {
  model::State<uint32_t> state;
  std::memcpy(&state, words.data(), sizeof(state));
  return state;
}

bool Overlaps(const Access& access, uint32_t pa) {
  return pa - access.pa < access.length;
}

// What is known of a kill's place among the accesses: that which was refused
// it precedes, any other counts as the last thing done.
size_t AccessesBefore(const ToldKill& kill,
                      const std::vector<Access>& accesses) {
  const bool read = kill.reason == model::KillReason::kBadReadAddress;
  if (!read && kill.reason != model::KillReason::kBadWriteAddress) {
    return accesses.size();
  }
  size_t i = 0;
  while (i < accesses.size() && (accesses[i].ok || accesses[i].write == read ||
                                 accesses[i].pa != kill.args[0])) {
    ++i;
  }
  return i;
}

}  // namespace

RecordedGuest::RecordedGuest(const model::Host& host)
    : concrete_(guest_), step_{concrete_, {}, {}, false, {}} {
  guest_.host = host;
  guest_.is_whole = false;
}

bool RecordedGuest::Load(const trace::Trap& trap) {
  LoadState(trap);
  LoadAccesses(trap);
  LoadCalls(trap);
  LoadCode(trap);
  return LoadKill(trap);
}

void RecordedGuest::LoadState(const trace::Trap& trap) {
  step_.findings.Clear();
  guest_.state = StateOf(trap.before);
  guest_.gate = {trap.gate_lo, trap.gate_hi};
  guest_.lguest_data_accessible =
      trap.present >> model::kStateIndex.ld_irq_enabled & 1;
  step_.before = guest_.state;
  step_.after = StateOf(trap.after);
  // A host timer sets these, not the handler.
  step_.after.irqs_pending = step_.before.irqs_pending;
  step_.bug = !trap.returned;
}

void RecordedGuest::LoadAccesses(const trace::Trap& trap) {
  struct NoWorld : model::ConcreteValues {};
  NoWorld world;
  const model::Cpu<NoWorld> cpu{guest_.host, world, guest_.state, guest_.gate};
  auto& accesses = step_.did.accesses;
  accesses.clear();
  guest_.memory.clear();
  for (const trace::Access& recorded : trap.accesses) {
    const bool ok =
        model::lguest_address_ok(cpu, recorded.address, recorded.length);
    std::array<uint32_t, 2> words = {};
    std::memcpy(words.data(), recorded.data,
                std::min<size_t>(recorded.length, sizeof(words)));
    if (ok && !recorded.write) {
      Remember(recorded.address, recorded.data, recorded.length);
    }
    accesses.push_back({recorded.write, recorded.length, recorded.address, ok,
                        words[0], words[1]});
  }
}

void RecordedGuest::LoadCalls(const trace::Trap& trap) {
  auto& calls = step_.did.calls;
  calls.clear();
  for (const trace::Call& call : trap.calls) {
    const size_t before = step_.did.accesses.size();
    switch (call.kind) {
      case trace::DEMAND_PAGE:
        calls.push_back({Call::kDemandPage, call.args[0], call.args[1],
                         call.returned != 0, before});
        break;
      case trace::DELIVER_TRAP:
        calls.push_back(
            {Call::kDeliverTrap, call.args[0], 0, call.returned != 0, before});
        break;
      case trace::GUEST_PAGETABLE_CLEAR_ALL:
        calls.push_back({Call::kPagetableClearAll, 0, 0, true, before});
        break;
      default:
        break;
    }
  }
}

void RecordedGuest::LoadCode(const trace::Trap& trap) {
  if (!trap.insn_pa || trap.insn.empty()) return;
  // What follows on the next page lies elsewhere.
  const uint32_t left = kPageSize - *trap.insn_pa % kPageSize;
  Remember(*trap.insn_pa, reinterpret_cast<const uint8_t*>(trap.insn.data()),
           std::min<uint32_t>(trap.insn.size(), left));
}

bool RecordedGuest::LoadKill(const trace::Trap& trap) {
  auto& kills = step_.did.kills;
  kills.clear();
  size_t calls = 0;
  for (const trace::Call& call : trap.calls) {
    if (call.kind != trace::KILL_GUEST) {
      ++calls;
      continue;
    }
    const std::optional<ToldKill> told = ParseKillMessage(call.message);
    if (!told) return false;
    kills.push_back({true, told->reason, told->args,
                     AccessesBefore(*told, step_.did.accesses), calls});
  }
  const bool died = step_.before.dead == 0 && step_.after.dead != 0;
  return !kills.empty() || !died || InferKill();
}

bool RecordedGuest::InferKill() {
  const auto model = properties::TakeTrap(concrete_);
  if (concrete_.TakeUnknown()) return false;
  for (const auto& kill : model.did.kills) {
    if (kill.when) step_.did.kills.push_back(kill);
  }
  return !step_.did.kills.empty();
}

void RecordedGuest::Remember(uint32_t pa, const uint8_t* bytes,
                             uint32_t length) {
  for (uint32_t i = 0; i < length; ++i) {
    const bool written = std::any_of(
        step_.did.accesses.begin(), step_.did.accesses.end(),
        [&](const Access& a) { return a.write && Overlaps(a, pa + i); });
    if (!written && !guest_.memory.contains(pa + i)) {
      guest_.memory[pa + i] = bytes[i];
    }
  }
}

}  // namespace trapline::replay
