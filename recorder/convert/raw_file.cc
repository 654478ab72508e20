// SPDX-License-Identifier: Apache-2.0

#include "recorder/convert/raw_file.h"

#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/file.h"
#include "proto/frame.h"
#include "proto/frame_reader.h"
#include "proto/scan.h"

namespace trapline::convert {
namespace {

static_assert(TRAPLINE_FRAME_SYNC == trace::kSync &&
              TRAPLINE_FRAME_HEAD == trace::kHeadSize &&
              TRAPLINE_FRAME_HASHED == trace::kHashedHead);

constexpr absl::string_view kMagic(TRAPLINE_FILE_MAGIC, 8);
constexpr absl::string_view kRecover =
    "; `trapline convert --recover` takes what is intact";

// The record that `bytes` begins with; nullopt where there is none.
std::optional<trapline_record> ParseRecord(absl::string_view bytes) {
  trapline_record head;
  if (bytes.size() < sizeof head) return std::nullopt;
  std::memcpy(&head, bytes.data(), sizeof head);
  if (head.magic != TRAPLINE_MAGIC || head.size < sizeof head ||
      head.size % 8 != 0 || head.size > bytes.size()) {
    return std::nullopt;
  }
  return head;
}

class FramedFile final : public RawFile {
 public:
  FramedFile(std::unique_ptr<trace::InputFile> file, bool recover)
      : file_(std::move(file)), recover_(recover), scanner_(*file_) {}

  absl::Status ReadFirst();

  const std::string& path() const override { return file_->path(); }
  uint32_t cpu() const override { return first_.cpu; }
  const std::string& header() const override { return header_; }
  const std::optional<RawLast>& last() const override { return last_; }
  const std::vector<std::string>& account() const override { return account_; }

  absl::StatusOr<std::optional<RawRecord>> Next() override {
    if (!status_.ok()) return status_;
    while (unread_.empty()) {
      if (ended_) return std::nullopt;
      status_ = NextFrame();
      if (!status_.ok()) return status_;
    }
    auto record = TakeRecord();
    status_ = record.status();
    return record;
  }

  absl::Status Wrong(absl::string_view what) const override {
    return absl::DataLossError(absl::StrCat(
        path(), ": record ", seq_, " at offset ", record_at_, ": ", what));
  }

 private:
  absl::Status Damaged(uint64_t offset, absl::string_view what) const {
    return absl::DataLossError(absl::StrCat(path(), ": damaged at offset ",
                                            offset, ": ", what,
                                            recover_ ? "" : kRecover));
  }

  // Where what was damaged is passed over, or cut.
  absl::Status Resume(absl::string_view what);
  absl::Status NextFrame();
  absl::Status TakeFrame(const trace::FrameHead& head);
  absl::Status TakeLast();
  absl::StatusOr<std::optional<RawRecord>> TakeRecord();

  const std::unique_ptr<trace::InputFile> file_;
  const bool recover_;
  trace::FrameScanner scanner_;
  trapline_file_first first_ = {};
  std::string header_;
  std::optional<RawLast> last_;
  std::vector<std::string> account_;
  absl::Status status_;

  uint64_t position_ = 0;  // of the next frame
  uint32_t ordinal_ = 0;   // of the next frame
  bool ended_ = false;
  std::string payload_;
  absl::string_view unread_;  // of it,
  uint64_t at_ = 0;           // which begins here
  uint64_t records_ = 0;
  uint64_t seq_ = 0;        // of the last record,
  uint64_t record_at_ = 0;  // and its offset
};

absl::Status FramedFile::ReadFirst() {
  absl::Status status = file_->Read(0, TRAPLINE_FILE_PREFIX, &payload_);
  if (!status.ok()) return status;
  if (!absl::StartsWith(payload_, kMagic) ||
      payload_.size() < TRAPLINE_FILE_PREFIX) {
    return absl::DataLossError(absl::StrCat(
        path(),
        ": not a file of the recorder's drain, or damaged at offset 0"));
  }
  const uint32_t version = trace::LoadLittle32(&payload_[kMagic.size()]);
  if (version > TRAPLINE_FILE_VERSION) {
    return absl::UnimplementedError(
        absl::StrCat(path(), ": a raw file of version ", version,
                     ", but this trapline reads up to ", TRAPLINE_FILE_VERSION,
                     "; use a newer trapline"));
  }
  if (version == 0) {
    return absl::DataLossError(absl::StrCat(path(), ": damaged at offset ",
                                            kMagic.size(), ": version 0"));
  }
  const auto head = trace::ReadFrame(*file_, TRAPLINE_FILE_PREFIX, &payload_);
  if (!head.ok() && !absl::IsDataLoss(head.status()) &&
      !absl::IsOutOfRange(head.status())) {
    return head.status();
  }
  const auto refuse = [this](absl::string_view what) {
    return absl::DataLossError(absl::StrCat(
        path(), ": damaged at offset ", TRAPLINE_FILE_PREFIX, ": ", what,
        "; without its first frame nothing of it can be used"));
  };
  if (!head.ok()) return refuse(head.status().message());
  const absl::string_view payload = payload_;
  const auto record = payload.size() < sizeof first_
                          ? std::nullopt
                          : ParseRecord(payload.substr(sizeof first_));
  if (head->kind != TRAPLINE_FRAME_FIRST || head->ordinal != 0 ||
      !record.has_value() || record->kind != TRAPLINE_HEADER ||
      record->size != payload.size() - sizeof first_) {
    return refuse("the first frame is none");
  }
  std::memcpy(&first_, payload.data(), sizeof first_);
  header_ = std::string(payload.substr(sizeof first_));
  position_ = TRAPLINE_FILE_PREFIX + trace::kHeadSize + payload.size();
  ordinal_ = 1;
  return absl::OkStatus();
}

absl::Status FramedFile::Resume(absl::string_view what) {
  const uint64_t from = position_;
  const auto found = scanner_.Next(from);
  if (!found.ok()) return found.status();
  position_ = found->has_value() ? (*found)->offset : file_->size();
  if (position_ > from) {
    account_.push_back(absl::StrCat(path(), ": bytes ", from, " to ",
                                    position_ - 1, " are left out: ", what));
  } else {
    account_.push_back(absl::StrCat(path(), ": at offset ", from, " ", what));
  }
  if (!found->has_value()) {
    ended_ = true;
    return absl::OkStatus();
  }
  payload_ = scanner_.payload();
  return TakeFrame((*found)->head);
}

absl::Status FramedFile::NextFrame() {
  if (position_ == file_->size()) {
    if (!recover_) {
      return absl::DataLossError(absl::StrCat(path(), ": cut at offset ",
                                              position_,
                                              ", the drain was "
                                              "killed",
                                              kRecover));
    }
    account_.push_back(absl::StrCat(path(), ": cut at offset ", position_));
    ended_ = true;
    return absl::OkStatus();
  }
  const auto head = trace::ReadFrame(*file_, position_, &payload_);
  if (absl::IsDataLoss(head.status()) || absl::IsOutOfRange(head.status())) {
    return recover_ ? Resume(head.status().message())
                    : Damaged(position_, head.status().message());
  }
  if (!head.ok()) return head.status();
  if (head->ordinal != ordinal_ && !recover_) {
    return Damaged(position_, absl::StrCat("frame ", head->ordinal,
                                           " in place of ", ordinal_));
  }
  return TakeFrame(*head);
}

absl::Status FramedFile::TakeFrame(const trace::FrameHead& head) {
  if (head.ordinal < ordinal_) {
    return Damaged(position_, "a frame that was there before");
  }
  ordinal_ = head.ordinal + 1;
  at_ = position_ + trace::kHeadSize;
  position_ = at_ + payload_.size();
  if (head.kind == TRAPLINE_FRAME_RECORDS) {
    unread_ = payload_;
    return absl::OkStatus();
  }
  if (head.kind == TRAPLINE_FRAME_LAST) return TakeLast();
  return Damaged(at_ - trace::kHeadSize, "a frame is out of place");
}

absl::Status FramedFile::TakeLast() {
  RawLast last;
  if (payload_.size() != sizeof last) {
    return Damaged(at_, "the last frame is none");
  }
  std::memcpy(&last, payload_.data(), sizeof last);
  if (last.last.ending < TRAPLINE_STOPPED ||
      last.last.ending > TRAPLINE_DISK_FAILED ||
      last.totals.magic != TRAPLINE_MAGIC ||
      last.totals.kind != TRAPLINE_STATUS ||
      (!recover_ && last.last.records != records_)) {
    return Damaged(at_, "the last frame tells of other records");
  }
  if (position_ != file_->size()) {
    if (!recover_)
      return Damaged(position_, "something follows the last frame");
    account_.push_back(absl::StrCat(path(), ": what follows offset ", position_,
                                    " is left out"));
  }
  last_ = last;
  ended_ = true;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<RawRecord>> FramedFile::TakeRecord() {
  const auto head = ParseRecord(unread_);
  if (!head.has_value()) return Damaged(at_, "there is no record");
  RawRecord record{*head, unread_.substr(0, head->size), at_};
  if (head->seq <= seq_) {
    return Damaged(at_, absl::StrCat("record ", head->seq, " after ", seq_));
  }
  record_at_ = at_;
  at_ += head->size;
  unread_.remove_prefix(head->size);
  seq_ = head->seq;
  ++records_;
  return record;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RawFile>> RawFile::Open(const std::string& path,
                                                       bool recover) {
  auto file = trace::InputFile::Open(path);
  if (!file.ok()) return file.status();
  auto raw = std::make_unique<FramedFile>(*std::move(file), recover);
  absl::Status status = raw->ReadFirst();
  if (!status.ok()) return status;
  return raw;
}

bool IsRawFile(const std::string& path) {
  const auto file = trace::InputFile::Open(path);
  std::string bytes;
  return file.ok() && (*file)->Read(0, kMagic.size(), &bytes).ok() &&
         bytes == kMagic;
}

}  // namespace trapline::convert
