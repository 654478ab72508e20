// SPDX-License-Identifier: Apache-2.0

// Any bytes are a capture: refused for a reason, or imported to a trace that is
// read.

#include <string>

#include "absl/status/status.h"
#include "proto/memory_files.h"
#include "proto/testing_files.h"
#include "replayer/capture/import.h"
#include "tools/fuzz/harness.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace trapline;
  trace::MemoryFiles files;
  files["input"].assign(reinterpret_cast<const char*>(data), size);
  trace::WriterOptions options;
  options.zstd_level = 1;
  const auto counts = capture::Import("input", "output", options);
  if (!counts.ok()) {
    if (!absl::IsDataLoss(counts.status()) ||
        counts.status().message().empty()) {
      fuzz::Fail("imported: " + counts.status().ToString());
    }
    return 0;
  }
  const auto lines = trace::ReadTrace("output");
  if (!lines.ok()) {
    fuzz::Fail("imported, but: " + lines.status().ToString());
  }
  if (lines->size() != counts->traps + counts->events) {
    fuzz::Fail("imported, but not as many records");
  }
  return 0;
}
