// SPDX-License-Identifier: Apache-2.0

#include "replayer/replay_block.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "model/state.h"
#include "replayer/clauses/check_trap.h"
#include "replayer/explain.h"

namespace trapline::replay {
namespace {

std::string MissingWords(uint64_t missing) {
  std::string names;
  for (int i = 0; i < trace::kWordCount; ++i) {
    if ((missing >> i & 1) == 0) continue;
    absl::StrAppend(&names, names.empty() ? "" : ", ",
                    std::string(trace::WordName(i)));
  }
  return names;
}

Divergence Describe(const trace::Trap& trap, const trace::RawBlock& block) {
  const auto& index = model::kStateIndex;
  Divergence divergence;
  divergence.trap = trap.number;
  divergence.block_offset = block.offset;
  divergence.trapnum = trap.before[index.trapnum];
  divergence.errcode = trap.before[index.errcode];
  divergence.cs = trap.before[index.cs];
  divergence.eip = trap.before[index.eip];
  return divergence;
}

}  // namespace

FileResult BlockReplayer::Replay(const trace::RawBlock& block,
                                 const Setting& setting,
                                 const ReplayOptions& options) {
  FileResult result;
  result.blocks = 1;
  result.events = block.block.events();
  result.lost = block.block.lost();
  std::optional<TrapChecker> checker;
  if (options.clauses) {
    checker.emplace(setting.host);
    result.clauses.emplace();
  }
  result.status = decoder_.Start(
      block, options.clauses ? trace::kCode : trace::kReplayColumns);
  if (!result.status.ok()) return result;

  trace::Trap trap;
  while (decoder_.Next(&trap)) {
    if (trap.number < options.begin || trap.number >= options.end) continue;
    ++result.traps;
    if (const uint64_t missing = setting.needed & ~trap.present) {
      result.status = absl::FailedPreconditionError(absl::StrCat(
          "trap ", trap.number, " was recorded without ", MissingWords(missing),
          ", which the model of flavor ", std::string(setting.host.flavor.name),
          " reads; record it anew with these words"));
      return result;
    }
    // A trap that agrees keeps what is proved of the model.
    const properties::StepCheck* check = nullptr;
    if (checker) {
      check = checker->Check(trap);
      result.clauses->Add(check);
    }
    const bool breaks = check != nullptr && !check->violated.empty();
    const bool agrees = Agrees(setting, trap);
    if (agrees && !breaks) continue;
    Divergence divergence = Describe(trap, block);
    if (!agrees) divergence.differences = Explain(setting, trap);
    if (breaks) divergence.broken = BrokenBy(*check);
    if (divergence.differences.empty() && !breaks) continue;
    ++result.diverged;
    ++result.by_field[FieldOf(divergence)];
    if (result.divergences.size() < options.max_divergences) {
      result.divergences.push_back(std::move(divergence));
    }
    if (options.stop_first) break;
  }
  if (!decoder_.status().ok()) {
    result.status = decoder_.status();
  } else if (!result.divergences.empty() || result.lost != 0) {
    result.status = AddDetails(block, setting, &result);
  }
  return result;
}

absl::Status BlockReplayer::AddDetails(const trace::RawBlock& block,
                                       const Setting& setting,
                                       FileResult* result) {
  if (absl::Status status =
          decoder_.Start(block, trace::kCode | trace::kBetween);
      !status.ok()) {
    return status;
  }
  auto divergence = result->divergences.begin();
  std::optional<TrapChecker> checker;
  if (!result->divergences.empty()) checker.emplace(setting.host);
  std::vector<uint64_t> numbers;  // of the traps, by place in the block
  trace::Trap trap;
  while (decoder_.Next(&trap)) {
    numbers.push_back(trap.number);
    if (divergence != result->divergences.end() &&
        divergence->trap == trap.number) {
      divergence->seq = trap.seq;
      divergence->insn = std::string(trap.insn);
      if (const properties::StepCheck* check = checker->Check(trap)) {
        divergence->broken = BrokenBy(*check);
      }
      ++divergence;
    }
  }
  for (const trace::Event& event : decoder_.events()) {
    if (!event.has_loss()) continue;
    const uint64_t next = event.traps() < numbers.size()
                              ? numbers[event.traps()]
                              : block.block.first_trap() + numbers.size();
    result->gaps.push_back({next, event.loss().records()});
  }
  return decoder_.status();
}

}  // namespace trapline::replay
