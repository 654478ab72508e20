// SPDX-License-Identifier: Apache-2.0

// The verb `convert`: the recorder's files to a trace.

#include "recorder/convert/convert.h"

#include <cinttypes>
#include <cstdio>
#include <string>
#include <vector>

#include "replayer/command/find_files.h"
#include "replayer/command/verbs.h"

namespace trapline::command {
namespace {

int RunConvert(const Arguments& arguments) {
  const std::string path = arguments.Get("o");
  if (path.empty()) return FailUse("convert needs -o TRACE, where to write to");
  convert::ConvertOptions options;
  options.workload = arguments.Get("workload");
  options.recover = arguments.Has("recover");
  const auto files = FindFiles(arguments.positional(), ".raw");
  if (!files.ok()) return Fail(files.status());
  for (const std::string& file : *files) {
    if (absl::Status status = CheckOutput(file, path); !status.ok()) {
      return Fail(status);
    }
  }
  const auto counts = convert::Convert(*files, path, options);
  if (!counts.ok()) return Fail(counts.status());
  for (const std::string& sentence : counts->account) {
    std::fprintf(stderr, "%s\n", sentence.c_str());
  }
  std::fprintf(stderr,
               "%s: %" PRIu64 " traps, %" PRIu64 " events, %" PRIu64
               " lost in %" PRIu64 " places\n",
               path.c_str(), counts->traps, counts->events, counts->lost,
               counts->gaps);
  return kOk;
}

}  // namespace

Verb ConvertVerb() {
  return {"convert",
          "RAW... -o TRACE",
          "Makes a trace of the recorder's files, or of folders of them",
          "tools/trapline convert recording -o recording.trace",
          {{"o", "TRACE", "the trace to write"},
           {"workload", "TEXT", "what the recorded guests did"},
           {"recover", "", "take what is intact of damaged and cut files"}},
          1,
          SIZE_MAX,
          RunConvert};
}

}  // namespace trapline::command
