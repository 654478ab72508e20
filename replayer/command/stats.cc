// SPDX-License-Identifier: Apache-2.0

// The verb `stats`.

#include <cinttypes>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "model/state.h"
#include "proto/reader.h"
#include "replayer/command/verbs.h"
#include "replayer/coverage/taken_paths.h"
#include "replayer/replay_trap.h"
#include "replayer/report/text.h"
#include "replayer/verdict.h"

namespace trapline::command {
namespace {

struct Stats {
  uint64_t traps = 0, lost = 0, gaps = 0, hypercalls = 0, interrupts = 0;
  uint64_t other_events = 0, accesses = 0;
  std::map<uint32_t, uint64_t> by_number;
  absl::StatusOr<replay::Coverage> coverage;
};

void Add(const trace::Trap& trap, Stats* stats) {
  ++stats->traps;
  ++stats->by_number[trap.before[model::kStateIndex.trapnum]];
  stats->accesses += trap.accesses.size();
}

void Add(const trace::Event& event, Stats* stats) {
  if (event.has_loss()) {
    ++stats->gaps;
  } else if (event.has_hypercall()) {
    ++stats->hypercalls;
  } else if (event.has_interrupt()) {
    ++stats->interrupts;
  } else {
    ++stats->other_events;
  }
}

absl::StatusOr<Stats> Collect(const std::string& path, trace::Reader& reader) {
  Stats stats;
  stats.lost = reader.header().lost();
  absl::StatusOr<replay::Setting> setting =
      replay::MakeSetting(reader.header(), "");
  std::optional<replay::PathCounter> paths;
  if (setting.ok()) paths.emplace(*setting);
  trace::BlockDecoder decoder;
  while (true) {
    absl::StatusOr<std::optional<trace::RawBlock>> block = reader.Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) {
      if (paths) {
        stats.coverage = paths->Finish();
      } else {
        stats.coverage = setting.status();
      }
      return stats;
    }
    absl::Status status = decoder.Start(**block, trace::kBetween);
    if (!status.ok()) return replay::InFile(path, status);
    stats.lost += (*block)->block.lost();
    trace::Trap trap;
    while (decoder.Next(&trap)) {
      Add(trap, &stats);
      if (paths) paths->Add(trap);
    }
    if (!decoder.status().ok()) return replay::InFile(path, decoder.status());
    for (const trace::Event& event : decoder.events()) Add(event, &stats);
  }
}

int PrintPaths(const absl::StatusOr<replay::Coverage>& coverage) {
  if (absl::IsInternal(coverage.status())) return Fail(coverage.status());
  if (!coverage.ok()) {
    std::printf("paths of the handler are not known: %s\n",
                std::string(coverage.status().message()).c_str());
    return kOk;
  }
  std::printf("took %zu of %zu feasible paths of the handler, by traps:\n",
              coverage->taken.size(), coverage->feasible());
  for (const auto& [path, traps] : coverage->taken) {
    std::printf("  %10" PRIu64 " %s\n", traps, std::string(path).c_str());
  }
  if (coverage->diverged != 0) {
    std::printf("  %10" PRIu64
                " (no path: what the host did is not the model's)\n",
                coverage->diverged);
  }
  if (coverage->never.empty()) return kOk;
  std::printf("never took %zu:\n", coverage->never.size());
  for (const std::string_view path : coverage->never) {
    std::printf("  %s\n", std::string(path).c_str());
  }
  return kOk;
}

int RunStats(const Arguments& arguments) {
  const std::string& path = arguments.positional()[0];
  absl::StatusOr<std::unique_ptr<trace::Reader>> reader =
      trace::Reader::Open(path);
  if (!reader.ok()) return Fail(reader.status());
  absl::StatusOr<Stats> stats = Collect(path, **reader);
  if (!stats.ok()) return Fail(stats.status());

  std::printf("lost records       %10" PRIu64 " in %" PRIu64 " known places\n",
              stats->lost, stats->gaps);
  std::printf("traps              %10" PRIu64 "\n", stats->traps);
  for (const auto& [number, count] : stats->by_number) {
    std::printf("  %3u %-28s %10" PRIu64 "\n", number,
                replay::TrapName(number).c_str(), count);
  }
  std::printf("memory accesses    %10" PRIu64 "\n", stats->accesses);
  std::printf("hypercalls         %10" PRIu64 "\n", stats->hypercalls);
  std::printf("interrupts         %10" PRIu64 "\n", stats->interrupts);
  std::printf("other events       %10" PRIu64 "\n", stats->other_events);
  const double bytes = static_cast<double>((*reader)->size());
  std::printf("file               %10" PRIu64 " bytes",
              static_cast<uint64_t>((*reader)->size()));
  if (stats->traps != 0) {
    std::printf(", %.2f a trap", bytes / static_cast<double>(stats->traps));
  }
  std::printf("\n");
  return PrintPaths(stats->coverage);
}

}  // namespace

Verb StatsVerb() {
  return {"stats",
          "TRACE",
          "Counts what is in a trace: losses, traps, paths of the handler",
          "tools/trapline stats traces/good/v2.6.32-boot.trace",
          {},
          1,
          1,
          RunStats};
}

}  // namespace trapline::command
