// SPDX-License-Identifier: Apache-2.0

#include "proto/frame_reader.h"

#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/section.h"

namespace trapline::trace {

absl::StatusOr<FrameHead> ReadFrame(const InputFile& file, uint64_t offset,
                                    std::string* payload) {
  std::string bytes;
  absl::Status status = file.Read(offset, kHeadSize, &bytes);
  if (!status.ok()) return status;
  if (bytes.size() < kHeadSize) {
    return absl::OutOfRangeError("the head of a frame is cut");
  }
  const auto head = ParseHead(bytes);
  if (!head.has_value()) {
    return absl::DataLossError("there is no frame where one should begin");
  }
  if (head->length > kMaxPayload) {
    return absl::DataLossError("a frame claims more than 64 MiB");
  }
  status = file.Read(offset + kHeadSize, head->length, payload);
  if (!status.ok()) return status;
  if (payload->size() != head->length) {
    return absl::OutOfRangeError("a frame is cut");
  }
  if (FrameChecksum(bytes, *payload) != head->checksum) {
    return absl::DataLossError("the checksum of a frame does not match");
  }
  return *head;
}

absl::StatusOr<Block> ParseBlock(absl::string_view payload,
                                 absl::string_view header_field) {
  if (!absl::StartsWith(payload, header_field)) {
    return absl::DataLossError("a block of another header");
  }
  Block block;
  absl::Status status = ParseStrictly(payload, &block);
  if (!status.ok()) return status;
  if (block.traps() > kMaxTraps || block.events() > kMaxEvents) {
    return absl::DataLossError(absl::StrCat("a block claims more than ",
                                            kMaxTraps, " traps or ", kMaxEvents,
                                            " events"));
  }
  const uint64_t records = uint64_t{block.traps()} + block.events();
  if (block.lost() > std::numeric_limits<uint64_t>::max() - records ||
      block.first_seq() >
          std::numeric_limits<uint64_t>::max() - records - block.lost()) {
    return absl::DataLossError("a block claims more records than have numbers");
  }
  if (records + block.lost() == 0) {
    return absl::DataLossError("a block of nothing");
  }
  if (block.traps() == 0 && block.first_trap() != 0) {
    return absl::DataLossError("a block without traps numbers its first");
  }
  return block;
}

}  // namespace trapline::trace
