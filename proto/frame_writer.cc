// SPDX-License-Identifier: Apache-2.0

#include "proto/frame_writer.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace trapline::trace {

absl::StatusOr<std::unique_ptr<FrameWriter>> FrameWriter::Create(
    const std::string& path, const std::string& part, uint32_t version,
    absl::string_view header_bytes) {
  auto file = OutputFile::Create(path, part);
  if (!file.ok()) return file.status();
  std::unique_ptr<FrameWriter> writer(new FrameWriter(*std::move(file)));
  writer->header_field_ = HeaderField(header_bytes);
  absl::Status status = writer->file_->Append(Prefix(version));
  if (!status.ok()) return status;
  std::string frame(kHeadSize, '\0');
  absl::StrAppend(&frame, header_bytes);
  status = writer->Write(kHeaderFrame, &frame);
  if (!status.ok()) return status;
  return writer;
}

absl::Status FrameWriter::Write(FrameKind kind, std::string* frame) {
  if (frame->size() - kHeadSize > kMaxPayload) {
    return absl::InternalError("a frame of more than 64 MiB");
  }
  const uint64_t checksum = SealFrame(kind, ordinal_++, frame);
  char bytes[8];
  StoreLittle64(checksum, bytes);
  digest_.Update(absl::string_view(bytes, sizeof bytes));
  return file_->Append(*frame);
}

void FrameWriter::Count(const Block& block) {
  end_.set_blocks(end_.blocks() + 1);
  end_.set_traps(end_.traps() + block.traps());
  end_.set_events(end_.events() + block.events());
  end_.set_lost(end_.lost() + block.lost());
  next_seq_ += block.traps() + uint64_t{block.events()} + block.lost();
}

absl::Status FrameWriter::Append(Block block) {
  block.set_first_seq(next_seq_);
  std::string frame(kHeadSize, '\0');
  frame += header_field_;
  block.AppendToString(&frame);
  Count(block);
  return Write(kBlockFrame, &frame);
}

absl::Status FrameWriter::AppendAsIs(const Block& block,
                                     absl::string_view payload) {
  std::string frame(kHeadSize, '\0');
  absl::StrAppend(&frame, payload);
  Count(block);
  return Write(kBlockFrame, &frame);
}

absl::Status FrameWriter::Close() {
  end_.set_digest(digest_.Digest());
  std::string frame(kHeadSize, '\0');
  end_.AppendToString(&frame);
  absl::Status status = Write(kEndFrame, &frame);
  if (!status.ok()) return status;
  return file_->Commit();
}

}  // namespace trapline::trace
