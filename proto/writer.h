// SPDX-License-Identifier: Apache-2.0

// Writes a trace, block by block.

#ifndef TRAPLINE_PROTO_WRITER_H_
#define TRAPLINE_PROTO_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/trace.pb.h"
#include "proto/trap.h"

namespace trapline::trace {

struct WriterOptions {
  // 12 rather than 19: a replay is a quarter faster to decompress, for a byte
  // and a half more a trap.
  int zstd_level = 12;
  int traps_per_block = 8192;
  // Bytes of zstd and protobuf held back before a block is closed early.
  size_t block_bytes = size_t{8} << 20;
};

// The trace grows beside `path` as `path`.part, each block written in one go,
// and takes its name in Close. A writer that is killed or destroyed before
// leaves the .part file, from which Recover takes every block it finished.
class Writer {
 public:
  // The trace is of the header's version: 1 where it has none.
  static absl::StatusOr<std::unique_ptr<Writer>> Create(
      const std::string& path, const Header& header,
      const WriterOptions& options = {});
  virtual ~Writer() = default;

  // Records in order of time. `trap.seq` is ignored: the writer counts.
  // An event's `traps` is ignored: the writer knows where it stands.
  // A hypercall's `args` holds all arguments: the writer finds those in
  // registers. InvalidArgumentError for what the format cannot hold.
  virtual absl::Status Add(const Trap& trap) = 0;
  virtual absl::Status Add(const Event& event) = 0;

  // Ends the trace. Nothing may be added after.
  virtual absl::Status Close() = 0;
};

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_WRITER_H_
