// SPDX-License-Identifier: Apache-2.0

#include "proto/scan.h"

#include "absl/strings/str_cat.h"
#include "proto/frame_reader.h"

namespace trapline::trace {
namespace {

constexpr uint64_t kWindow = uint64_t{1} << 20;  // bytes

// Damage makes a checksum fail once a frame, and chance makes a false mark
// once in 4 GiB; beyond this many readings of the file it is malice.
constexpr uint64_t kMaxReadings = 16;

}  // namespace

absl::StatusOr<uint64_t> FrameScanner::FindSync(uint64_t from) {
  char mark[4];
  StoreLittle32(kSync, mark);
  const absl::string_view sync(mark, sizeof mark);
  while (from + sync.size() <= file_.size()) {
    if (from < window_offset_ ||
        from + sync.size() > window_offset_ + window_.size()) {
      absl::Status status = file_.Read(from, kWindow, &window_);
      if (!status.ok()) return status;
      window_offset_ = from;
      if (window_.size() < sync.size()) break;
    }
    const size_t found =
        absl::string_view(window_).find(sync, from - window_offset_);
    if (found != absl::string_view::npos) return window_offset_ + found;
    from = window_offset_ + window_.size() - (sync.size() - 1);
  }
  return file_.size();
}

absl::StatusOr<std::optional<FrameScanner::Found>> FrameScanner::Next(
    uint64_t from) {
  for (;;) {
    const auto offset = FindSync(from);
    if (!offset.ok()) return offset.status();
    if (*offset == file_.size()) return std::nullopt;
    payload_.clear();
    const auto head = ReadFrame(file_, *offset, &payload_);
    if (head.ok()) return Found{*head, *offset};
    if (absl::IsDataLoss(head.status())) {
      in_vain_ += kHeadSize + payload_.size();
      if (in_vain_ > kMaxReadings * file_.size() + kMaxPayload) {
        return absl::ResourceExhaustedError(absl::StrCat(
            file_.path(), ": too many false frames up to offset ", *offset));
      }
    } else if (!absl::IsOutOfRange(head.status())) {
      return head.status();
    }
    from = *offset + 1;
  }
}

}  // namespace trapline::trace
