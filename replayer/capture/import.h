// SPDX-License-Identifier: Apache-2.0

// From a JSON Lines capture to a trace.

#ifndef TRAPLINE_REPLAYER_CAPTURE_IMPORT_H_
#define TRAPLINE_REPLAYER_CAPTURE_IMPORT_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "proto/writer.h"

namespace trapline::capture {

struct ImportCounts {
  uint64_t traps = 0;
  uint64_t events = 0;  // Losses too
  uint64_t lines = 0;
};

// Writes what `capture`, plain or zstd-compressed, tells to a new trace at
// `trace_path`. Numbers missing between two traps become a Loss. A capture
// that is not all right is refused whole, with DataLossError and one sentence
// "FILE:LINE: what is wrong, what was expected", and nothing is left behind.
absl::StatusOr<ImportCounts> Import(const std::string& capture,
                                    const std::string& trace_path,
                                    const trace::WriterOptions& options = {});

}  // namespace trapline::capture

#endif  // TRAPLINE_REPLAYER_CAPTURE_IMPORT_H_
