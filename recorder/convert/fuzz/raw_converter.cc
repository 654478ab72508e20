// SPDX-License-Identifier: Apache-2.0

// Any bytes are a file of the drain, as they are and with their checksums made
// right: refused for a reason, or converted to a trace that is read.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/fuzz/seal_frames.h"
#include "proto/memory_files.h"
#include "proto/testing_files.h"
#include "recorder/convert/convert.h"
#include "tools/fuzz/harness.h"

namespace trapline::convert {
namespace {

void Take(absl::string_view bytes, bool recover) {
  trace::MemoryFiles files;
  files["input"] = std::string(bytes);
  ConvertOptions options;
  options.recover = recover;
  options.writer.zstd_level = 1;
  const auto counts = Convert({"input"}, "output", options);
  if (!counts.ok()) {
    const absl::Status& refusal = counts.status();
    if (refusal.message().empty() ||
        !(absl::IsDataLoss(refusal) || absl::IsUnimplemented(refusal))) {
      fuzz::Fail("converted: " + refusal.ToString());
    }
    return;
  }
  const auto lines = trace::ReadTrace("output");
  if (!lines.ok()) {
    fuzz::Fail("converted, but: " + lines.status().ToString());
  }
}

}  // namespace
}  // namespace trapline::convert

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace trapline;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string sealed = trace::SealFrames(bytes);
  for (const bool recover : {false, true}) {
    convert::Take(bytes, recover);
    if (sealed != bytes) convert::Take(sealed, recover);
  }
  return 0;
}
