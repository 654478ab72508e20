// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "model/state.h"
#include "proto/reader.h"
#include "replayer/mutants/engines.h"
#include "replayer/recorded_world.h"
#include "replayer/replay_trap.h"

namespace trapline::mutants {
namespace {

// As replay::Agrees, with the mutant for the model.
bool Agrees(const replay::Setting& setting, const trace::Trap& trap,
            const Mutant& mutant) {
  replay::RecordedWorld world(trap, setting.kill_messages);
  auto cpu = replay::MakeCpu(setting, trap, world);
  mutant.recorded(cpu);
  if (cpu.bug || !trap.returned) {
    return cpu.bug && !trap.returned && world.Agrees();
  }
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    const uint32_t after = cpu.state.*model::kStateWords<uint32_t>[i];
    if (((after ^ trap.after[i]) & replay::ComparedBits(i)) != 0) return false;
  }
  return world.Agrees();
}

// "v3.12-boot" of "traces/good/v3.12-boot.trace".
absl::string_view Stem(absl::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  return absl::StripSuffix(path, ".trace");
}

absl::StatusOr<Killer> KilledByTrace(const Mutant& mutant,
                                     const std::string& path) {
  const auto reader = trace::Reader::Open(path);
  if (!reader.ok()) return reader.status();
  const auto setting = replay::MakeSetting((*reader)->header(), "");
  if (!setting.ok()) return setting.status();
  trace::BlockDecoder decoder;
  while (true) {
    const auto block = (*reader)->Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) return Killer();
    const auto status = decoder.Start(**block, trace::kReplayColumns);
    if (!status.ok()) return status;
    trace::Trap trap;
    while (decoder.Next(&trap)) {
      if (Agrees(*setting, trap, mutant)) continue;
      if (!replay::Agrees(*setting, trap)) continue;
      return absl::StrCat(Stem(path), " ", trap.number);
    }
    if (!decoder.status().ok()) return decoder.status();
  }
}

}  // namespace

std::vector<std::string> Recordings() {
  std::vector<std::string> traces;
  for (const char* folder : {"traces/good", "traces/historic"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".trace") traces.push_back(entry.path());
    }
  }
  std::sort(traces.begin(), traces.end());
  return traces;
}

absl::StatusOr<Killer> KilledByRecordings(
    const Mutant& mutant, absl::Span<const std::string> traces) {
  for (const std::string& path : traces) {
    auto killer = KilledByTrace(mutant, path);
    if (!killer.ok() || !killer->empty()) return killer;
  }
  return Killer();
}

}  // namespace trapline::mutants
