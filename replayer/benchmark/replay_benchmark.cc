// SPDX-License-Identifier: Apache-2.0

// What a replay costs and what the time goes into. Every benchmark works on the
// same recorded traps, so that their ratios hold on a noisy machine too.
//
//   bazel run //replayer/benchmark:replay_benchmark

#include <benchmark/benchmark.h>
#include <zstd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "model/handle_trap.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "replayer/benchmark/message_file.h"
#include "replayer/benchmark/repeat_trace.h"
#include "replayer/replay.h"
#include "replayer/replay_trap.h"

namespace trapline::benchmark {
namespace {

using ::benchmark::State;

constexpr const char* kTraces[] = {"v2.6.24-boot", "v2.6.32-boot",
                                   "v3.12-boot"};

[[noreturn]] void Die(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  std::exit(1);
}

std::string TracePath(const State& state) {
  return std::string("traces/good/") + kTraces[state.range(0)] + ".trace";
}

std::string Scratch(const std::string& name) {
  return (std::filesystem::temp_directory_path() /
          ("trapline-benchmark-" + name))
      .string();
}

// A trace, all of it in memory as the file has it.
struct Loaded {
  trace::Header header;
  std::vector<trace::RawBlock> blocks;
  uint64_t traps = 0;
  size_t compressed = 0;  // bytes of the columns
};

const Loaded& Load(const std::string& path) {
  static auto& cache = *new std::map<std::string, std::unique_ptr<Loaded>>;
  std::unique_ptr<Loaded>& loaded = cache[path];
  if (loaded != nullptr) return *loaded;
  loaded = std::make_unique<Loaded>();
  auto reader = trace::Reader::Open(path);
  if (!reader.ok()) Die(reader.status());
  loaded->header = (*reader)->header();
  while (true) {
    auto block = (*reader)->Next();
    if (!block.ok()) Die(block.status());
    if (!block->has_value()) return *loaded;
    loaded->traps += (*block)->block.traps();
    loaded->compressed += (*block)->block.columns().size();
    loaded->blocks.push_back(**std::move(block));
  }
}

void Account(State& state, uint64_t traps) {
  state.SetItemsProcessed(state.iterations() * traps);
  state.SetLabel(kTraces[state.range(0)]);
}

// The traps of a trace four times over, since a recording is long: what is only
// needed once is to weigh no more here than there. Every block is made anew.
const std::string& LongTracePath(const State& state) {
  static auto& cache = *new std::map<std::string, std::string>;
  std::string& made = cache[TracePath(state)];
  if (!made.empty()) return made;
  made = Scratch(std::string(kTraces[state.range(0)]) + ".trace");
  const uint64_t traps = 4 * Load(TracePath(state)).traps;
  if (absl::Status s = RepeatTrace(TracePath(state), traps, made); !s.ok()) {
    Die(s);
  }
  std::atexit([] {
    for (const auto& [trace, path] : cache) std::filesystem::remove(path);
  });
  return made;
}

// File to verdict on one thread.
void BM_Replay(State& state) {
  const std::string& path = LongTracePath(state);
  uint64_t traps = 0;
  for (auto _ : state) {
    const auto files = replay::Replay({path}, {});
    if (VerdictOf(files) != replay::Verdict::kVerified) {
      state.SkipWithError("not verified");
      return;
    }
    traps = files[0].traps;
  }
  Account(state, traps);
}
BENCHMARK(BM_Replay)->DenseRange(0, 2)->Unit(::benchmark::kMillisecond);

// The same traps, stored the plain way.
void ReplayPlain(State& state, bool whole, bool reuse) {
  const std::string& path = LongTracePath(state);
  const std::string messages = Scratch(kTraces[state.range(0)]);
  if (absl::Status s = WriteMessages(path, messages, whole); !s.ok()) Die(s);
  auto setting = replay::MakeSetting(Load(TracePath(state)).header, "");
  if (!setting.ok()) Die(setting.status());
  uint64_t traps = 0;
  for (auto _ : state) {
    auto result = ReplayMessages(messages, *setting, reuse);
    if (!result.ok()) Die(result.status());
    if (result->diverged != 0) {
      state.SkipWithError("not verified");
      return;
    }
    traps = result->traps;
  }
  Account(state, traps);
  std::filesystem::remove(messages);
}
// The whole state before and after, a new message each time.
void BM_ReplayMessages(State& state) { ReplayPlain(state, true, false); }
BENCHMARK(BM_ReplayMessages)->DenseRange(0, 2)->Unit(::benchmark::kMillisecond);

// Tuned: the message is reused.
void BM_ReplayMessagesReused(State& state) { ReplayPlain(state, true, true); }
BENCHMARK(BM_ReplayMessagesReused)
    ->DenseRange(0, 2)
    ->Unit(::benchmark::kMillisecond);

// Tuned further: of the state after only what differs.
void BM_ReplayMessagesSparse(State& state) { ReplayPlain(state, false, true); }
BENCHMARK(BM_ReplayMessagesSparse)
    ->DenseRange(0, 2)
    ->Unit(::benchmark::kMillisecond);

// What `zstd -d` alone would need for what a replay reads.
void BM_Decompress(State& state) {
  const Loaded& loaded = Load(TracePath(state));
  std::vector<char> out;
  ZSTD_DCtx* context = ZSTD_createDCtx();
  for (auto _ : state) {
    for (const trace::RawBlock& block : loaded.blocks) {
      const std::string& in = block.block.columns();
      out.resize(ZSTD_getFrameContentSize(in.data(), in.size()));
      const size_t size = ZSTD_decompressDCtx(context, out.data(), out.size(),
                                              in.data(), in.size());
      if (ZSTD_isError(size)) state.SkipWithError("not decompressed");
      ::benchmark::DoNotOptimize(out.data());
    }
  }
  ZSTD_freeDCtx(context);
  Account(state, loaded.traps);
}
BENCHMARK(BM_Decompress)->DenseRange(0, 2)->Unit(::benchmark::kMillisecond);

// Decompress and decode.
void BM_Decode(State& state) {
  const Loaded& loaded = Load(TracePath(state));
  trace::BlockDecoder decoder;
  for (auto _ : state) {
    for (const trace::RawBlock& block : loaded.blocks) {
      if (absl::Status s = decoder.Start(block, trace::kReplayColumns);
          !s.ok()) {
        Die(s);
      }
      trace::Trap trap;
      while (decoder.Next(&trap)) ::benchmark::DoNotOptimize(trap);
      if (!decoder.status().ok()) Die(decoder.status());
    }
  }
  Account(state, loaded.traps);
}
BENCHMARK(BM_Decode)->DenseRange(0, 2)->Unit(::benchmark::kMillisecond);

// Decompress, decode, run the model and compare.
void BM_DecodeAndCompare(State& state) {
  const Loaded& loaded = Load(TracePath(state));
  auto setting = replay::MakeSetting(loaded.header, "");
  if (!setting.ok()) Die(setting.status());
  trace::BlockDecoder decoder;
  uint64_t diverged = 0;
  for (auto _ : state) {
    for (const trace::RawBlock& block : loaded.blocks) {
      if (absl::Status s = decoder.Start(block, trace::kReplayColumns);
          !s.ok()) {
        Die(s);
      }
      trace::Trap trap;
      while (decoder.Next(&trap)) diverged += !Agrees(*setting, trap);
    }
  }
  if (diverged != 0) state.SkipWithError("not verified");
  Account(state, loaded.traps);
}
BENCHMARK(BM_DecodeAndCompare)
    ->DenseRange(0, 2)
    ->Unit(::benchmark::kMillisecond);

// Two million traps on 1 to all threads.
void BM_ReplayJobs(State& state) {
  static const std::string& path = [] {
    auto& made = *new std::string(Scratch("long.trace"));
    trace::WriterOptions options;
    options.zstd_level = 3;
    absl::Status s =
        RepeatTrace("traces/good/v3.12-boot.trace", 2'000'000, made, options);
    if (!s.ok()) Die(s);
    std::atexit([] { std::filesystem::remove(Scratch("long.trace")); });
    return made;
  }();
  replay::ReplayOptions options;
  options.jobs = static_cast<int>(state.range(0));
  for (auto _ : state) {
    if (VerdictOf(replay::Replay({path}, options)) !=
        replay::Verdict::kVerified) {
      state.SkipWithError("not verified");
    }
  }
  state.SetItemsProcessed(state.iterations() * 2'000'000);
}
BENCHMARK(BM_ReplayJobs)
    ->DenseRange(1, std::max(1u, std::thread::hardware_concurrency()))
    ->UseRealTime()
    ->Unit(::benchmark::kMillisecond);

}  // namespace
}  // namespace trapline::benchmark

BENCHMARK_MAIN();
