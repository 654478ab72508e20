// SPDX-License-Identifier: Apache-2.0

// The verb `stats`.

#include <array>
#include <cinttypes>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "model/state.h"
#include "proto/reader.h"
#include "replayer/command/paths.h"
#include "replayer/command/verbs.h"
#include "replayer/report/text.h"
#include "replayer/verdict.h"

namespace trapline::command {
namespace {

struct Stats {
  uint64_t traps = 0, lost = 0, gaps = 0, hypercalls = 0, interrupts = 0;
  uint64_t other_events = 0, accesses = 0;
  std::map<uint32_t, uint64_t> by_number;
  std::array<uint64_t, kHandlerPaths> by_path = {};
};

void Add(const trace::Trap& trap, Stats* stats) {
  ++stats->traps;
  ++stats->by_number[trap.before[model::kStateIndex.trapnum]];
  stats->accesses += trap.accesses.size();
  const std::array<bool, kHandlerPaths> paths = PathsOf(trap);
  for (int i = 0; i < kHandlerPaths; ++i) stats->by_path[i] += paths[i];
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
  trace::BlockDecoder decoder;
  while (true) {
    absl::StatusOr<std::optional<trace::RawBlock>> block = reader.Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) return stats;
    absl::Status status = decoder.Start(**block, trace::kBetween);
    if (!status.ok()) return replay::InFile(path, status);
    stats.lost += (*block)->block.lost();
    trace::Trap trap;
    while (decoder.Next(&trap)) Add(trap, &stats);
    if (!decoder.status().ok()) return replay::InFile(path, decoder.status());
    for (const trace::Event& event : decoder.events()) Add(event, &stats);
  }
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
  int reached = 0;
  for (uint64_t count : stats->by_path) reached += count != 0;
  std::printf("paths of the handler reached: %d of %d\n", reached,
              kHandlerPaths);
  for (int i = 0; i < kHandlerPaths; ++i) {
    std::printf("  %-50s %10" PRIu64 "\n", kHandlerPathNames[i],
                stats->by_path[i]);
  }
  const double bytes = static_cast<double>((*reader)->size());
  std::printf("file               %10" PRIu64 " bytes",
              static_cast<uint64_t>((*reader)->size()));
  if (stats->traps != 0) {
    std::printf(", %.2f a trap", bytes / static_cast<double>(stats->traps));
  }
  std::printf("\n");
  return kOk;
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
