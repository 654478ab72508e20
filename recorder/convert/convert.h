// SPDX-License-Identifier: Apache-2.0

// From the files of the drain to a trace.

#ifndef TRAPLINE_RECORDER_CONVERT_CONVERT_H_
#define TRAPLINE_RECORDER_CONVERT_CONVERT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/writer.h"

namespace trapline::convert {

struct ConvertOptions {
  std::string workload;  // for the trace's header
  bool recover = false;  // take what is intact of damaged and cut files
  trace::WriterOptions writer;
};

struct ConvertCounts {
  uint64_t records = 0;              // in the files
  uint64_t traps = 0;                // in the trace
  uint64_t events = 0;               // Losses not counted
  uint64_t lost = 0;                 // records that are in no file
  uint64_t gaps = 0;                 // places where they are
  std::vector<std::string> account;  // a sentence for all that was passed over
};

// Merges the files, all of one load of the module, by the numbers of their
// records: what is missing between two becomes a Loss. Memory is that of a
// frame for each file. DataLossError, one sentence with file and offset, where
// a file is damaged; nothing is left behind then.
absl::StatusOr<ConvertCounts> Convert(const std::vector<std::string>& paths,
                                      const std::string& trace_path,
                                      const ConvertOptions& options = {});

// What one file holds.
struct RawCounts {
  uint32_t cpu = 0;
  uint64_t records = 0;
  uint64_t first = 0;  // numbers of records; 0 where there is none
  uint64_t last = 0;
  uint64_t traps = 0;
};

// Checks structure, checksums and records of one file, whatever others hold.
absl::StatusOr<RawCounts> CheckRaw(const std::string& path);

}  // namespace trapline::convert

#endif  // TRAPLINE_RECORDER_CONVERT_CONVERT_H_
