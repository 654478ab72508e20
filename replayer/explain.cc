// SPDX-License-Identifier: Apache-2.0

#include "replayer/explain.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "model/handle_trap.h"
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

// The fault itself, as a difference.
void AddFault(const trace::Trap& trap, const LogFault& fault,
              const ScriptedWorld& world, Differences* out) {
  const size_t i = fault.index;
  const auto recorded = [&](size_t k) {
    const trace::Access& access = trap.accesses[k];
    return Describe(access.write, access.length, access.address);
  };
  const auto model = [&](size_t k) -> std::string {
    if (k >= world.accesses().size()) return "-";
    const ModelAccess& access = world.accesses()[k];
    return Describe(access.write, access.length, access.address);
  };
  switch (fault.kind) {
    case LogFault::kNone:
      return;
    case LogFault::kAddress:
      out->push_back({Mem(i, ".address"), "-", Hex32(trap.accesses[i].address),
                      Hex32(world.log()[i].address)});
      return;
    case LogFault::kExtra:
      out->push_back({Mem(i, ".extra"), "-", recorded(i), "-"});
      return;
    case LogFault::kMissing:
      out->push_back({Mem(i, ".missing"), "-", "-", model(i)});
      return;
    case LogFault::kOrder:
      out->push_back({Mem(i, ".order"), "-",
                      absl::StrCat(recorded(i), ", ", recorded(i + 1)),
                      absl::StrCat(recorded(i + 1), ", ", recorded(i))});
      return;
  }
}

// Bytes written otherwise, and bytes that a refused read should not give.
void AddBytes(const LogFault& fault, const ScriptedWorld& world,
              Differences* out) {
  size_t used = 0;
  for (size_t i = 0; i < world.accesses().size(); ++i) {
    const ModelAccess& access = world.accesses()[i];
    if (fault.kind == LogFault::kMissing && fault.index == i) continue;
    if (used == world.used()) break;
    const trace::Access& recorded = world.log()[used++];
    if (!access.write && !access.refused) continue;
    if (std::memcmp(recorded.data, access.data.data(), access.length) != 0) {
      const size_t index =
          used - 1 +
          (fault.kind == LogFault::kExtra && used > fault.index ? 1 : 0);
      out->push_back({Mem(index, ".bytes"), "-",
                      Bytes(recorded.data, recorded.length),
                      Bytes(access.data.data(), access.length)});
    }
  }
  if (!world.lost() && used < world.log().size()) {
    out->push_back({Mem(used, ".extra"), "-",
                    absl::StrCat(world.log().size() - used, " more"), "-"});
  }
  if (world.lost()) {
    const size_t i = world.used();
    const std::string recorded =
        i < world.log().size()
            ? Describe(world.log()[i].write, world.log()[i].length,
                       world.log()[i].address)
            : "-";
    const size_t wanted =
        fault.kind == LogFault::kMissing && fault.index <= i ? i + 1 : i;
    std::string model = "-";
    if (wanted < world.accesses().size()) {
      const ModelAccess& access = world.accesses()[wanted];
      model = Describe(access.write, access.length, access.address);
    }
    out->push_back({Mem(i), "-", recorded, model});
  }
}

std::string CallName(trace::CallKind kind) {
  switch (kind) {
    case trace::DEMAND_PAGE:
      return "demand_page";
    case trace::DELIVER_TRAP:
      return "deliver_trap";
    case trace::KILL_GUEST:
      return "kill_guest";
    case trace::GUEST_PAGETABLE_CLEAR_ALL:
      return "guest_pagetable_clear_all";
    default:
      return "call";
  }
}

std::string Describe(const trace::Call& call, absl::string_view message) {
  std::string text = absl::StrCat(CallName(call.kind), "(");
  for (int i = 0; i < trace::CallArity(call.kind); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", Hex32(call.args[i]));
  }
  if (call.kind == trace::KILL_GUEST) {
    absl::StrAppend(&text, "\"", absl::CHexEscape(message), "\"");
  }
  absl::StrAppend(&text, ")");
  if (call.has_returned) absl::StrAppend(&text, " = ", call.returned);
  return text;
}

void AddCalls(const Setting& setting, const trace::Trap& trap,
              const ScriptedWorld& world, Differences* out) {
  const auto& recorded = trap.calls;
  size_t r = 0;
  for (size_t m = 0; m < world.calls().size(); ++m) {
    const trace::Call& call = world.calls()[m];
    const std::string& message = world.messages()[m];
    const std::string at = absl::StrCat("calls[", r, "]");
    if (r == recorded.size() || recorded[r].kind != call.kind) {
      if (call.kind == trace::KILL_GUEST && !setting.kill_messages) continue;
      const bool elsewhere =
          r + 1 < recorded.size() && recorded[r + 1].kind == call.kind;
      if (elsewhere) {
        out->push_back({at + ".extra", "-",
                        Describe(recorded[r], recorded[r].message), "-"});
        ++r;
        --m;
      } else {
        out->push_back({at + ".missing", "-", "-", Describe(call, message)});
      }
      continue;
    }
    const trace::Call& other = recorded[r++];
    static constexpr const char* kDemandArgs[] = {".vaddr", ".errcode"};
    for (int i = 0; i < trace::CallArity(call.kind); ++i) {
      if (other.args[i] == call.args[i]) continue;
      out->push_back(
          {absl::StrCat(
               at, call.kind == trace::DEMAND_PAGE ? kDemandArgs[i] : ".num"),
           "-", Hex32(other.args[i]), Hex32(call.args[i])});
    }
    if (call.has_returned &&
        (!other.has_returned || other.returned != call.returned)) {
      out->push_back({at + ".returned", "-",
                      other.has_returned ? absl::StrCat(other.returned) : "-",
                      absl::StrCat(call.returned)});
    }
    if (call.kind == trace::KILL_GUEST && other.message != message) {
      out->push_back(
          {at + ".message", "-", absl::CHexEscape(other.message), message});
    }
  }
  for (; r < recorded.size(); ++r) {
    out->push_back({absl::StrCat("calls[", r, "].extra"), "-",
                    Describe(recorded[r], recorded[r].message), "-"});
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

// How badly the log is out of step: an edit that leaves it so explains nothing.
constexpr size_t kLostCost = 1000;

struct Explanation {
  size_t cost = 0;
  size_t first_mismatch = 0;  // in the log
  bool lost = false;
  Differences differences;
};

Explanation Run(const Setting& setting, const trace::Trap& trap,
                LogFault fault) {
  ScriptedWorld world(trap, fault);
  auto cpu = MakeCpu(setting, trap, world);
  model::handle_trap(cpu);
  Explanation result;
  AddFault(trap, fault, world, &result.differences);
  AddBytes(fault, world, &result.differences);
  AddCalls(setting, trap, world, &result.differences);
  if (cpu.bug == trap.returned) {
    result.differences.push_back({"returned", "-", trap.returned ? "1" : "0",
                                  cpu.bug ? "0 (host BUG)" : "1"});
  } else if (trap.returned) {
    AddState(trap, cpu.state, &result.differences);
  }
  result.lost = world.lost() || world.used() < world.log().size();
  result.first_mismatch = world.used();
  result.cost = result.differences.size() + (result.lost ? kLostCost : 0);
  return result;
}

}  // namespace

std::vector<Difference> Explain(const Setting& setting,
                                const trace::Trap& trap) {
  Explanation best = Run(setting, trap, {});
  if (!best.lost) return std::move(best.differences);
  const size_t i = best.first_mismatch;
  const size_t size = trap.accesses.size();
  for (LogFault::Kind kind : {LogFault::kAddress, LogFault::kOrder,
                              LogFault::kExtra, LogFault::kMissing}) {
    if (kind == LogFault::kOrder ? i + 1 >= size
                                 : kind != LogFault::kMissing && i >= size) {
      continue;
    }
    Explanation other = Run(setting, trap, {kind, i});
    if (other.cost < best.cost) best = std::move(other);
  }
  return std::move(best.differences);
}

}  // namespace trapline::replay
