// SPDX-License-Identifier: Apache-2.0

// The verbs `import` and `export`: captures to traces and back.

#include <cstdint>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "replayer/capture/export.h"
#include "replayer/capture/import.h"
#include "replayer/command/find_files.h"
#include "replayer/command/verbs.h"
#include "replayer/seeds/export_corpus.h"

namespace trapline::command {
namespace {

int RunImport(const Arguments& arguments) {
  const std::string path = arguments.Get("o");
  if (path.empty()) return FailUse("import needs -o TRACE, where to write to");
  trace::WriterOptions options;
  absl::StatusOr<uint64_t> level =
      arguments.GetNumber("level", options.zstd_level, 1, 19);
  if (!level.ok()) return Fail(level.status());
  options.zstd_level = static_cast<int>(*level);
  absl::StatusOr<uint64_t> block =
      arguments.GetNumber("block", options.traps_per_block, 1, 65536);
  if (!block.ok()) return Fail(block.status());
  options.traps_per_block = static_cast<int>(*block);
  const std::string& capture = arguments.positional()[0];
  if (absl::Status status = CheckOutput(capture, path); !status.ok()) {
    return Fail(status);
  }
  absl::StatusOr<capture::ImportCounts> counts =
      capture::Import(capture, path, options);
  if (!counts.ok()) return Fail(counts.status());
  std::fprintf(stderr, "%s: %llu traps, %llu events\n", path.c_str(),
               static_cast<unsigned long long>(counts->traps),
               static_cast<unsigned long long>(counts->events));
  return kOk;
}

int RunExportCorpus(const Arguments& arguments, const TrapRange& range) {
  const std::string folder = arguments.Get("corpus");
  absl::StatusOr<std::vector<std::string>> traces =
      FindFiles(arguments.positional(), ".trace");
  if (!traces.ok()) return Fail(traces.status());
  absl::StatusOr<replay::CorpusCounts> counts =
      replay::ExportCorpus(*traces, folder, range.begin, range.end);
  if (!counts.ok()) return Fail(counts.status());
  std::fprintf(stderr, "%s: %zu seeds of handle_trap, %zu of emulate_insn\n",
               folder.c_str(), counts->handle_trap, counts->emulate_insn);
  for (const std::string& path : counts->without) {
    std::fprintf(stderr, "no seed takes this path: %s\n", path.c_str());
  }
  return kOk;
}

int RunExport(const Arguments& arguments) {
  absl::StatusOr<TrapRange> range = GetRange(arguments);
  if (!range.ok()) return Fail(range.status());
  if (arguments.Has("corpus")) return RunExportCorpus(arguments, *range);
  if (arguments.positional().size() != 1) {
    return FailUse(
        "export takes one TRACE, and more with --corpus DIR alone; see "
        "'trapline export --help'");
  }
  const absl::Status status = capture::Export(
      arguments.positional()[0], std::cout, range->begin, range->end);
  // Of an output that takes no more, main tells.
  return status.ok() || !std::cout.flush() ? kOk : Fail(status);
}

}  // namespace

Verb ImportVerb() {
  return {"import",
          "CAPTURE -o TRACE",
          "Makes a trace of a JSON Lines capture, plain or zstd-compressed",
          "tools/trapline import boot.jsonl.zst -o boot.trace",
          {{"o", "TRACE", "the trace to write"},
           {"level", "N", "zstd level, 1 to 19; 12"},
           {"block", "N", "traps in a block, 1 to 65536; 8192"}},
          1,
          1,
          RunImport};
}

Verb ExportVerb() {
  return {"export",
          "TRACE...",
          "Prints a trace as a JSON Lines capture, or makes inputs of fuzzers",
          "tools/trapline export boot.trace --range 100:200",
          {{"range", "A:B", "only traps A to B, B not included"},
           {"corpus", "DIR", "make a seed for each path of the handler"}},
          1,
          SIZE_MAX,
          RunExport};
}

}  // namespace trapline::command
