// SPDX-License-Identifier: Apache-2.0

// The verb `replay`.

#include "replayer/replay.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "model/flavor.h"
#include "replayer/command/expectation.h"
#include "replayer/command/find_files.h"
#include "replayer/command/verbs.h"
#include "replayer/report/machine.h"
#include "replayer/report/text.h"

namespace trapline::command {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Bazel shares the blocks of a trace out over the shards of a test.
void TakeBazelShard(replay::ReplayOptions* options) {
  uint64_t shards, shard;
  if (!absl::SimpleAtoi(Environment("TEST_TOTAL_SHARDS"), &shards) ||
      !absl::SimpleAtoi(Environment("TEST_SHARD_INDEX"), &shard) ||
      shard >= shards) {
    return;
  }
  options->shards = shards;
  options->shard = shard;
  // Tells Bazel that sharding is understood.
  std::ofstream(Environment("TEST_SHARD_STATUS_FILE"));
}

void ShowProgress(uint64_t done, uint64_t total, uint64_t traps) {
  static uint64_t last = 0;
  const uint64_t percent = total == 0 ? 100 : done * 100 / total;
  if (percent == last) return;
  last = percent;
  std::fprintf(stderr, "\r%3d %%  %llu traps ", static_cast<int>(percent),
               static_cast<unsigned long long>(traps));
}

int Write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return kOk;
  return FailUse(absl::StrCat("'", path, "' cannot be written"));
}

absl::StatusOr<replay::ReplayOptions> MakeOptions(const Arguments& arguments) {
  replay::ReplayOptions options;
  options.flavor = arguments.Get("flavor");
  if (arguments.Has("flavor") && model::FindFlavor(options.flavor) == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("--flavor takes F2 to F10, not '", options.flavor, "'"));
  }
  absl::StatusOr<TrapRange> range = GetRange(arguments);
  if (!range.ok()) return range.status();
  options.begin = range->begin;
  options.end = range->end;
  const uint64_t cores = std::max(1u, std::thread::hardware_concurrency());
  absl::StatusOr<uint64_t> jobs = arguments.GetNumber("jobs", cores, 1);
  if (!jobs.ok()) return jobs.status();
  options.jobs = static_cast<int>(std::min<uint64_t>(*jobs, 1024));
  absl::StatusOr<uint64_t> most = arguments.GetNumber("most", 20, 0);
  if (!most.ok()) return most.status();
  options.max_divergences = *most;
  if (arguments.Has("expect")) options.max_divergences = SIZE_MAX;
  options.stop_first = arguments.Has("stop-first");
  options.clauses = arguments.Has("clauses");
  if (isatty(STDERR_FILENO)) options.progress = ShowProgress;
  TakeBazelShard(&options);
  return options;
}

int RunReplay(const Arguments& arguments) {
  absl::StatusOr<replay::ReplayOptions> options = MakeOptions(arguments);
  if (!options.ok()) return Fail(options.status());
  absl::StatusOr<std::vector<std::string>> traces =
      FindFiles(arguments.positional(), ".trace");
  if (!traces.ok()) return Fail(traces.status());

  if (arguments.Has("junit")) {
    for (const std::string& trace : *traces) {
      const absl::Status status = CheckOutput(trace, arguments.Get("junit"));
      if (!status.ok()) return Fail(status);
    }
  }
  const std::vector<replay::FileResult> files =
      replay::Replay(*traces, *options);
  if (options->progress) std::fputs("\r\033[K", stderr);
  const bool allow_gaps = arguments.Has("allow-gaps");
  if (arguments.Has("expect")) {
    absl::StatusOr<std::string> unexpected =
        Unexpected(arguments.Get("expect"), files);
    if (!unexpected.ok()) return Fail(unexpected.status());
    if (unexpected->empty()) {
      std::puts("as expected");
      return kOk;
    }
    std::printf("%s\n", unexpected->c_str());
    return replay::ExitStatus(replay::Verdict::kDiverged);
  }
  std::fputs((arguments.Has("json") ? replay::ReportJson(files)
                                    : replay::ReportText(files))
                 .c_str(),
             stdout);
  for (const std::string& junit :
       {arguments.Get("junit"), Environment("XML_OUTPUT_FILE")}) {
    if (junit.empty()) continue;
    const int status = Write(junit, replay::ReportJunit(files, allow_gaps));
    if (status != kOk) return status;
  }
  const replay::Verdict verdict = replay::VerdictOf(files);
  if (allow_gaps && verdict == replay::Verdict::kVerifiedWithGaps) return kOk;
  return replay::ExitStatus(verdict);
}

}  // namespace

Verb ReplayVerb() {
  return {"replay",
          "TRACE...",
          "Replays traces, or folders of them, and gives the verdict",
          "tools/trapline replay traces/good --jobs 2",
          {{"json", "", "the verdict as a JSON document"},
           {"junit", "FILE", "the verdict as JUnit XML too"},
           {"clauses", "", "check every clause on every trap, and count"},
           {"stop-first", "", "stop at the first divergence"},
           {"flavor", "NAME", "replay against this flavor, F2 to F10"},
           {"jobs", "N", "threads; as many as there are cores"},
           {"range", "A:B", "only traps A to B, B not included"},
           {"most", "N", "tell at most N divergences of a trace; 20"},
           {"allow-gaps", "", "lost records do not fail"},
           {"expect", "FILE", "succeed where FILE tells what is found"}},
          1,
          SIZE_MAX,
          RunReplay};
}

}  // namespace trapline::command
