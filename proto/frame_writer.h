// SPDX-License-Identifier: Apache-2.0

// Writes the frames of a trace, and keeps what the End tells.

#ifndef TRAPLINE_PROTO_FRAME_WRITER_H_
#define TRAPLINE_PROTO_FRAME_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/file.h"
#include "proto/frame.h"
#include "proto/trace.pb.h"

namespace trapline::trace {

class FrameWriter {
 public:
  // `header_bytes` is a Header of `version`, serialized.
  static absl::StatusOr<std::unique_ptr<FrameWriter>> Create(
      const std::string& path, const std::string& part, uint32_t version,
      absl::string_view header_bytes);

  // Sets the block's first_seq and writes it, with the header in front.
  // `block` must have no header.
  absl::Status Append(Block block);

  // A block as it stood in another trace of the same header; `block` is what
  // `payload` holds, and its first_seq must be next_seq().
  absl::Status AppendAsIs(const Block& block, absl::string_view payload);

  // Writes the End and gives the file its name.
  absl::Status Close();

  // The number that the next record gets.
  uint64_t next_seq() const { return next_seq_; }

 private:
  explicit FrameWriter(std::unique_ptr<OutputFile> file)
      : file_(std::move(file)) {}

  // Seals and writes `frame`: kHeadSize bytes, then the payload.
  absl::Status Write(FrameKind kind, std::string* frame);
  void Count(const Block& block);

  std::unique_ptr<OutputFile> file_;
  std::string header_field_;
  uint32_t ordinal_ = 0;
  uint64_t next_seq_ = 0;
  Hash digest_;
  End end_;
};

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_FRAME_WRITER_H_
