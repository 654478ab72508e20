// SPDX-License-Identifier: Apache-2.0

// Finds what is intact in a damaged trace.

#ifndef TRAPLINE_PROTO_SCAN_H_
#define TRAPLINE_PROTO_SCAN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/file.h"
#include "proto/frame.h"

namespace trapline::trace {

// The frames of a file whose checksums match, wherever they begin. Holds one
// frame and one window of the file.
class FrameScanner {
 public:
  explicit FrameScanner(const InputFile& file) : file_(file) {}

  struct Found {
    FrameHead head;
    uint64_t offset;
  };

  // The first intact frame at `from` or after; nullopt if there is none left.
  // ResourceExhaustedError for a file made of sync marks, which would take
  // time without end.
  absl::StatusOr<std::optional<Found>> Next(uint64_t from);

  // Of the frame found last.
  const std::string& payload() const { return payload_; }

 private:
  // The offset of the first sync mark at `from` or after; the file's size if
  // there is none.
  absl::StatusOr<uint64_t> FindSync(uint64_t from);

  const InputFile& file_;
  std::string payload_;
  std::string window_;
  uint64_t window_offset_ = 0;
  uint64_t in_vain_ = 0;  // bytes of frames that turned out damaged
};

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_SCAN_H_
