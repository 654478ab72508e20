// SPDX-License-Identifier: Apache-2.0

#include "proto/reader.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "proto/file.h"
#include "proto/frame.h"
#include "proto/frame_reader.h"
#include "proto/header.h"
#include "proto/section.h"

namespace trapline::trace {
namespace {

constexpr absl::string_view kZstdMagic = "\x28\xB5\x2F\xFD";
constexpr absl::string_view kRecover =
    "; `trapline recover` takes out what is intact";
constexpr absl::string_view kNothingLeft = "; nothing of it can be recovered";

// What is wrong with the `prefix` of a file, kPrefixSize bytes or all it has.
absl::Status CheckPrefix(const std::string& path, absl::string_view prefix) {
  if (absl::StartsWith(prefix, kMagic)) {
    if (prefix.size() < kPrefixSize) {
      return absl::DataLossError(
          absl::StrCat(path, ": cut at offset ", prefix.size(),
                       ", before the first frame", kNothingLeft));
    }
    const uint32_t version = LoadLittle32(&prefix[kMagic.size()]);
    if (version >= 1 && version <= kVersion) return absl::OkStatus();
    if (version == 0) {
      return absl::DataLossError(
          absl::StrCat(path, ": damaged at offset ", kMagic.size(),
                       ": there is no version 0", kRecover));
    }
    return absl::UnimplementedError(
        absl::StrCat(path, ": a trace of version ", version,
                     ", but this trapline reads up to ", kVersion,
                     "; use a newer trapline"));
  }
  if (prefix.empty()) {
    return absl::DataLossError(absl::StrCat(path, ": not a trace but empty"));
  }
  if (prefix[0] == '{' || absl::StartsWith(prefix, kZstdMagic)) {
    return absl::DataLossError(absl::StrCat(
        path, ": not a trace but ", prefix[0] == '{' ? "JSON" : "zstd",
        "; if it is a capture, `trapline import` makes a trace of it",
        prefix[0] == '{' ? "" : "; if it is a trace, decompress it"));
  }
  if (absl::StartsWith(kMagic, prefix)) {
    return absl::DataLossError(
        absl::StrCat(path, ": cut at offset ", prefix.size(), kNothingLeft));
  }
  if (absl::StartsWith(prefix, kMagic.substr(0, 5))) {
    return absl::DataLossError(absl::StrCat(
        path,
        ": damaged at offset 5, as by a transfer that takes it for text; "
        "transfer it again as binary"));
  }
  return absl::DataLossError(absl::StrCat(
      path,
      ": not a trace, or damaged at offset 0; if it was one, `trapline "
      "recover` takes out what is intact"));
}

class FileReader : public Reader {
 public:
  explicit FileReader(std::unique_ptr<InputFile> file)
      : file_(std::move(file)) {}

  absl::Status ReadHeader() {
    absl::Status status = file_->Read(0, kPrefixSize, &payload_);
    if (!status.ok()) return status;
    status = CheckPrefix(file_->path(), payload_);
    if (!status.ok()) return status;
    const uint32_t version = LoadLittle32(&payload_[kMagic.size()]);
    position_ = kPrefixSize;
    auto head = NextFrame();
    if (!head.ok()) return head.status();
    if (head->kind != kHeaderFrame) return Damaged("a frame is out of place");
    auto header = ParseHeader(payload_);
    if (!header.ok()) return Damaged(header.status().message());
    if (header->format_version() != version) {
      return Damaged(absl::StrCat("Header: of version ",
                                  header->format_version(),
                                  " in a container of version ", version));
    }
    header_ = *std::move(header);
    header_field_ = HeaderField(payload_);
    Accept(*head);
    return absl::OkStatus();
  }

  const Header& header() const override { return header_; }
  uint64_t position() const override { return position_; }
  uint64_t size() const override { return file_->size(); }

  absl::StatusOr<std::optional<RawBlock>> Next() override {
    if (!status_.ok()) return status_;
    if (ended_) return std::nullopt;
    auto block = ReadNext();
    status_ = block.status();
    return block;
  }

 private:
  absl::Status Damaged(absl::string_view what) const {
    return absl::DataLossError(absl::StrCat(file_->path(),
                                            ": damaged at offset ", position_,
                                            ": ", what, kRecover));
  }

  // The frame at position_, which is left there until Accept.
  absl::StatusOr<FrameHead> NextFrame() {
    if (position_ == file_->size()) {
      return absl::DataLossError(
          absl::StrCat(file_->path(), ": cut at offset ", position_,
                       ": there is no end mark", kRecover));
    }
    auto head = ReadFrame(*file_, position_, &payload_);
    if (absl::IsOutOfRange(head.status())) {
      return absl::DataLossError(
          absl::StrCat(file_->path(), ": cut at offset ", file_->size(), ": ",
                       head.status().message(), kRecover));
    }
    if (absl::IsDataLoss(head.status())) {
      return Damaged(head.status().message());
    }
    if (head.ok() && head->ordinal != ordinal_) {
      return Damaged(
          absl::StrCat("frame ", head->ordinal, " in place of ", ordinal_));
    }
    return head;
  }

  void Accept(const FrameHead& head) {
    position_ += kHeadSize + head.length;
    ++ordinal_;
    char bytes[8];
    StoreLittle64(head.checksum, bytes);
    digest_.Update(absl::string_view(bytes, sizeof bytes));
  }

  absl::StatusOr<std::optional<RawBlock>> ReadNext() {
    auto head = NextFrame();
    if (!head.ok()) return head.status();
    if (head->kind == kEndFrame) {
      absl::Status status = CheckEnd();
      if (!status.ok()) return status;
      Accept(*head);
      if (position_ != file_->size()) {
        return Damaged("something follows the end mark");
      }
      ended_ = true;
      return std::nullopt;
    }
    if (head->kind != kBlockFrame) return Damaged("a frame is out of place");
    auto block = ParseBlock(payload_, header_field_);
    if (!block.ok()) return Damaged(block.status().message());
    if (block->first_seq() != next_seq_) {
      return Damaged(absl::StrCat("record ", block->first_seq(),
                                  " in place of ", next_seq_));
    }
    next_seq_ += RecordCount(*block);
    seen_.set_traps(seen_.traps() + block->traps());
    seen_.set_events(seen_.events() + block->events());
    seen_.set_lost(seen_.lost() + block->lost());
    RawBlock raw{*std::move(block), position_, seen_.blocks()};
    seen_.set_blocks(seen_.blocks() + 1);
    Accept(*head);
    return raw;
  }

  absl::Status CheckEnd() {
    End end;
    absl::Status status = ParseStrictly(payload_, &end);
    if (!status.ok()) return Damaged(status.message());
    seen_.set_digest(digest_.Digest());
    if (!google::protobuf::util::MessageDifferencer::Equals(end, seen_)) {
      return Damaged("the end mark tells of other blocks");
    }
    return absl::OkStatus();
  }

  std::unique_ptr<InputFile> file_;
  Header header_;
  std::string header_field_;
  std::string payload_;
  uint64_t position_ = 0;
  uint32_t ordinal_ = 0;  // of the next frame
  uint64_t next_seq_ = 0;
  Hash digest_;
  End seen_;
  bool ended_ = false;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> Reader::Open(const std::string& path) {
  auto file = InputFile::Open(path);
  if (!file.ok()) return file.status();
  auto reader = std::make_unique<FileReader>(*std::move(file));
  absl::Status status = reader->ReadHeader();
  if (!status.ok()) return status;
  return reader;
}

}  // namespace trapline::trace
