// SPDX-License-Identifier: Apache-2.0

// What Reader and Recover check of a frame's payload.

#ifndef TRAPLINE_PROTO_FRAME_READER_H_
#define TRAPLINE_PROTO_FRAME_READER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/file.h"
#include "proto/frame.h"
#include "proto/trace.pb.h"

namespace trapline::trace {

// Reads the frame at `offset`, its payload into `payload`. DataLossError where
// there is none or it is damaged, which does not name the file;
// OutOfRangeError where the file ends before the frame does.
absl::StatusOr<FrameHead> ReadFrame(const InputFile& file, uint64_t offset,
                                    std::string* payload);

// DataLossError for a payload that is no Block, or one that does not begin
// with `header_field` or contradicts itself. Sections are not looked into.
absl::StatusOr<Block> ParseBlock(absl::string_view payload,
                                 absl::string_view header_field);

// How many records a block of ParseBlock has; no overflow there.
inline uint64_t RecordCount(const Block& block) {
  return uint64_t{block.traps()} + block.events() + block.lost();
}

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_FRAME_READER_H_
