// SPDX-License-Identifier: Apache-2.0

#include "replayer/explain.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "model/handle_trap.h"
#include "replayer/explain_calls.h"
#include "replayer/log_faults.h"
#include "replayer/scripted_world.h"

namespace trapline::replay {
namespace {

using Differences = std::vector<Difference>;

std::string Hex32(uint32_t value) { return absl::StrFormat("%08x", value); }

std::string Describe(bool write, uint32_t length, uint32_t address) {
  return absl::StrFormat("%s %d at %08x", write ? "write" : "read", length,
                         address);
}

std::string Bytes(const void* data, size_t length) {
  return absl::BytesToHexString(
      absl::string_view(static_cast<const char*>(data), length));
}

std::string Mem(size_t index, absl::string_view part = "") {
  return absl::StrCat("mem[", index, "]", part);
}

std::string Describe(const trace::Access& access) {
  return Describe(access.write, access.length, access.address);
}

std::string Describe(const ModelAccess& access) {
  return Describe(access.write, access.length, access.address);
}

// An access that is not the model's in one way or another.
void AddChange(size_t index, const trace::Access& recorded,
               const ModelAccess& model, Differences* out) {
  const auto add = [&](absl::string_view part, const std::string& was,
                       const std::string& is) {
    if (was != is) out->push_back({Mem(index, part), "-", was, is});
  };
  const auto kind = [](bool write) { return write ? "write" : "read"; };
  add(".kind", kind(recorded.write), kind(model.write));
  add(".length", absl::StrCat(recorded.length), absl::StrCat(model.length));
  add(".address", Hex32(recorded.address), Hex32(model.address));
}

// What is assumed to be wrong with the log.
void AddFault(const trace::Trap& trap, const LogFault& fault,
              const ScriptedWorld& world, Differences* out) {
  const size_t i = fault.index;
  const auto& recorded = trap.accesses;
  const auto& model = world.accesses();
  switch (fault.kind) {
    case LogFault::kNone:
    case LogFault::kChanged:  // AddAccesses finds it
      return;
    case LogFault::kExtra:
      out->push_back({Mem(i, ".extra"), "-", Describe(recorded[i]), "-"});
      return;
    case LogFault::kMissing:
      out->push_back({Mem(i, ".missing"), "-", "-",
                      i < model.size() ? Describe(model[i]) : "-"});
      return;
    case LogFault::kRead:
      out->push_back({Mem(i, ".bytes"), "-",
                      Bytes(recorded[i].data, recorded[i].length),
                      Bytes(&fault.value, recorded[i].length)});
      return;
    case LogFault::kOrder:
      out->push_back(
          {Mem(i, ".order"), "-",
           absl::StrCat(Describe(recorded[i]), ", ", Describe(recorded[i + 1])),
           absl::StrCat(Describe(recorded[i + 1]), ", ",
                        Describe(recorded[i]))});
      return;
  }
}

// Accesses with other bytes (those of a read are the recording's own, unless it
// was refused), and where the two sides part for good.
void AddAccesses(const trace::Trap& trap, const ScriptedWorld& world,
                 Differences* out) {
  for (const ModelAccess& model : world.accesses()) {
    if (model.recorded == ModelAccess::kUnrecorded) continue;
    const trace::Access& recorded = trap.accesses[model.recorded];
    AddChange(model.recorded, recorded, model, out);
    const size_t length = std::min(model.length, recorded.length);
    if ((model.write || model.refused) &&
        std::memcmp(recorded.data, model.data.data(), length) != 0) {
      out->push_back({Mem(model.recorded, ".bytes"), "-",
                      Bytes(recorded.data, recorded.length),
                      Bytes(model.data.data(), model.length)});
    }
  }
  if (world.matching() < world.accesses().size()) {
    out->push_back(
        {Mem(world.next()), "-",
         world.left() != 0 ? Describe(trap.accesses[world.next()]) : "-",
         Describe(world.accesses()[world.matching()])});
  } else if (world.left() != 0) {
    out->push_back({Mem(world.next(), ".extra"), "-",
                    absl::StrCat(world.left(), " more"), "-"});
  }
}

void AddState(const trace::Trap& trap, const model::State<uint32_t>& after,
              Differences* out) {
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    if ((trap.present >> i & 1) == 0) continue;
    const uint32_t word = after.*model::kStateWords<uint32_t>[i];
    if (((word ^ trap.after[i]) & ComparedBits(i)) == 0) continue;
    out->push_back({absl::StrCat("post.", model::kStateWordNames[i]),
                    Hex32(trap.before[i]), Hex32(trap.after[i]), Hex32(word)});
  }
}

struct Explanation {
  LogFault fault;
  Differences differences;
  // Whether the log and the model part for good, which explains nothing. Where
  // they do: the index in the log, and what the model does there.
  bool lost = false;
  size_t index = 0;
  std::optional<ModelAccess> wanted;
};

Explanation Run(const Setting& setting, const trace::Trap& trap,
                LogFault fault) {
  ScriptedWorld world(trap, fault);
  auto cpu = MakeCpu(setting, trap, world);
  model::handle_trap(cpu);
  Explanation result;
  result.fault = fault;
  AddFault(trap, fault, world, &result.differences);
  AddAccesses(trap, world, &result.differences);
  Differences calls = ExplainCalls(trap.calls, world.calls(), world.messages(),
                                   setting.kill_messages);
  std::move(calls.begin(), calls.end(), std::back_inserter(result.differences));
  if (cpu.bug == trap.returned) {
    result.differences.push_back({"returned", "-", trap.returned ? "1" : "0",
                                  cpu.bug ? "0 (host BUG)" : "1"});
  } else if (trap.returned) {
    AddState(trap, cpu.state, &result.differences);
  }
  if (world.matching() < world.accesses().size()) {
    result.wanted = world.accesses()[world.matching()];
  }
  result.lost = result.wanted.has_value() || world.left() != 0;
  result.index = world.next();
  return result;
}

}  // namespace

std::vector<Difference> Explain(const Setting& setting, const trace::Trap& trap,
                                LogFault* fault) {
  Explanation best = Run(setting, trap, {});
  std::vector<LogFault> faults;
  if (best.lost) faults = PossibleFaults(trap, best.index, best.wanted);
  for (const LogFault& possible : faults) {
    Explanation other = Run(setting, trap, possible);
    if (other.lost) continue;
    // What was read is taken as given unless all else agrees.
    if (possible.kind == LogFault::kRead && other.differences.size() > 1) {
      continue;
    }
    if (best.lost || other.differences.size() < best.differences.size()) {
      best = std::move(other);
    }
    if (!best.lost && best.differences.size() == 1) break;
  }
  if (fault != nullptr) *fault = best.fault;
  return std::move(best.differences);
}

}  // namespace trapline::replay
