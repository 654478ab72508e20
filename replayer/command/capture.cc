// SPDX-License-Identifier: Apache-2.0

// The verbs `import` and `export`: captures to traces and back.

#include <cstdio>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "replayer/capture/export.h"
#include "replayer/capture/import.h"
#include "replayer/command/verbs.h"

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

int RunExport(const Arguments& arguments) {
  absl::StatusOr<TrapRange> range = GetRange(arguments);
  if (!range.ok()) return Fail(range.status());
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
          "TRACE",
          "Prints a trace as a JSON Lines capture",
          "tools/trapline export boot.trace --range 100:200",
          {{"range", "A:B", "only traps A to B, B not included"}},
          1,
          1,
          RunExport};
}

}  // namespace trapline::command
