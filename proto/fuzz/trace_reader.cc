// SPDX-License-Identifier: Apache-2.0

// Any bytes are a trace, as they are and with their checksums made right:
// refused for a reason, or read; what recovery leaves is read.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/fuzz/seal_frames.h"
#include "proto/memory_files.h"
#include "proto/recover.h"
#include "proto/testing_files.h"
#include "tools/fuzz/harness.h"

namespace trapline::trace {
namespace {

bool IsRefusal(const absl::Status& status) {
  return !status.message().empty() &&
         (absl::IsDataLoss(status) || absl::IsUnimplemented(status));
}

void Take(absl::string_view bytes) {
  MemoryFiles files;
  files["input"] = std::string(bytes);
  const auto lines = ReadTrace("input");
  if (!lines.ok() && !IsRefusal(lines.status())) {
    fuzz::Fail("read: " + lines.status().ToString());
  }
  const auto recovery = Recover("input", "output");
  if (!recovery.ok()) {
    if (lines.ok()) {
      fuzz::Fail("read, but not recovered: " + recovery.status().ToString());
    }
    return;
  }
  const auto recovered = ReadTrace("output");
  if (!recovered.ok()) {
    fuzz::Fail("recovered, but: " + recovered.status().ToString());
  }
  if (lines.ok() && *recovered != *lines) {
    fuzz::Fail("recovered as something else");
  }
}

}  // namespace
}  // namespace trapline::trace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace trapline::trace;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  Take(bytes);
  const std::string sealed = SealFrames(bytes);
  if (sealed != bytes) Take(sealed);
  return 0;
}
