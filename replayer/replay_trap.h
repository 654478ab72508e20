// SPDX-License-Identifier: Apache-2.0

// One recorded trap against the model.

#ifndef TRAPLINE_REPLAYER_REPLAY_TRAP_H_
#define TRAPLINE_REPLAYER_REPLAY_TRAP_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "model/cpu.h"
#include "model/flavor.h"
#include "model/state.h"
#include "proto/trace.pb.h"
#include "proto/trap.h"

namespace trapline::replay {

// What a recording is replayed against.
struct Setting {
  model::Host host;
  bool kill_messages = false;  // the recording shows every kill's message
  uint64_t needed = 0;         // words that must be present, as a mask
};

// From a trace's header; `flavor` overrides the header's where not empty.
// InvalidArgumentError where the flavor is not modelled or cannot be (PAE
// before 2.6.31).
absl::StatusOr<Setting> MakeSetting(const trace::Header& header,
                                    absl::string_view flavor);

// The bits of word `index` that are compared after the call: the low half of a
// selector (SDM volume 2, PUSH: the upper half may be anything), nothing of
// irqs_pending, which a host timer changes meanwhile, else all.
constexpr uint32_t ComparedBits(int index) {
  using model::kStateIndex;
  if (index == kStateIndex.irqs_pending) return 0;
  for (int selector : {kStateIndex.gs, kStateIndex.fs, kStateIndex.ds,
                       kStateIndex.es, kStateIndex.cs, kStateIndex.ss}) {
    if (index == selector) return 0x0000FFFF;
  }
  return 0xFFFFFFFF;
}

// The words of `trap` as the model takes them.
template <class World>
model::Cpu<World> MakeCpu(const Setting& setting, const trace::Trap& trap,
                          World& world) {
  model::Cpu<World> cpu{setting.host, world, {}, {trap.gate_lo, trap.gate_hi}};
  static_assert(trace::kWordCount >= model::kStateWordNames.size());
  std::memcpy(&cpu.state, trap.before.data(), sizeof(cpu.state));
  return cpu;
}

// Whether the host did what the model does. False may still mean agreement
// where words are missing: ask Explain.
bool Agrees(const Setting& setting, const trace::Trap& trap);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_REPLAY_TRAP_H_
