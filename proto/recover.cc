// SPDX-License-Identifier: Apache-2.0

#include "proto/recover.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "proto/file.h"
#include "proto/frame.h"
#include "proto/frame_reader.h"
#include "proto/frame_writer.h"
#include "proto/header.h"
#include "proto/reader.h"
#include "proto/scan.h"
#include "proto/section.h"

namespace trapline::trace {
namespace {

constexpr absl::string_view kUnknown =
    ": how many records are missing is not known, so one is counted.";

// The bytes of the header that `payload` begins with, if it is a block's.
absl::string_view HeaderBytes(absl::string_view payload) {
  google::protobuf::io::CodedInputStream in(
      reinterpret_cast<const uint8_t*>(payload.data()),
      static_cast<int>(payload.size()));
  uint32_t length;
  if (in.ReadTag() != (Block::kHeaderFieldNumber << 3 | 2) ||
      !in.ReadVarint32(&length)) {
    return {};
  }
  return payload.substr(in.CurrentPosition(), length);
}

absl::Status CheckContent(const RawBlock& block, BlockDecoder* decoder) {
  absl::Status status = decoder->Start(block, kEverything);
  Trap trap;
  while (status.ok() && decoder->Next(&trap)) {
  }
  return status.ok() ? decoder->status() : status;
}

class Salvage {
 public:
  Salvage(const InputFile& in, std::string path, std::string part)
      : in_(in),
        path_(std::move(path)),
        part_(std::move(part)),
        scanner_(in),
        packer_(19) {}

  absl::StatusOr<Recovery> Run();

 private:
  // Each accepts the frame, so that intact_to_ moves on, or says in why_ why
  // not.
  absl::Status TakeHeader(const FrameScanner::Found& found);
  absl::Status TakeBlock(const FrameScanner::Found& found);
  absl::Status TakeEnd(const FrameScanner::Found& found);

  absl::Status StartOutput(absl::string_view header_bytes);
  void Accept(const FrameScanner::Found& found);

  // Accounts for what lies between the last intact frame and `offset`, where
  // the records go on with `seq`, and fills the gap in their numbers.
  absl::Status Bridge(uint64_t offset, uint64_t seq);
  absl::Status AppendLoss(uint64_t missing);
  absl::Status Finish();

  const InputFile& in_;
  const std::string path_;
  const std::string part_;
  FrameScanner scanner_;
  BlockDecoder decoder_;
  SectionPacker packer_;
  std::unique_ptr<FrameWriter> out_;  // once the header is known
  std::string header_field_;
  Recovery result_;

  std::string prefix_;
  uint64_t intact_to_ = 0;  // end of the last frame accepted
  uint32_t ordinal_ = 0;    // that the next frame should have
  Hash digest_;
  std::string why_;  // of intact frames left out since
  bool ended_ = false;
};

absl::Status Salvage::StartOutput(absl::string_view header_bytes) {
  const auto header = ParseHeader(header_bytes);
  if (!header.ok()) return header.status();
  const uint32_t version = header->format_version();
  auto out = FrameWriter::Create(path_, part_, version, header_bytes);
  if (!out.ok()) return out.status();
  if (prefix_ == Prefix(version)) intact_to_ = kPrefixSize;
  out_ = *std::move(out);
  header_field_ = HeaderField(header_bytes);
  return absl::OkStatus();
}

void Salvage::Accept(const FrameScanner::Found& found) {
  intact_to_ = found.offset + kHeadSize + found.head.length;
  ordinal_ = found.head.ordinal + 1;
  char bytes[8];
  StoreLittle64(found.head.checksum, bytes);
  digest_.Update(absl::string_view(bytes, sizeof bytes));
}

absl::Status Salvage::Bridge(uint64_t offset, uint64_t seq) {
  const uint64_t missing = seq - out_->next_seq();
  if (offset == intact_to_ && missing == 0 && why_.empty()) {
    return absl::OkStatus();
  }
  std::string sentence =
      offset == intact_to_
          ? absl::StrCat("At offset ", offset, why_, ":")
          : absl::StrCat("Bytes ", intact_to_, " to ", offset - 1,
                         " are damaged", why_, ":");
  if (missing == 0) {
    absl::StrAppend(&sentence, " no record is missing.");
  } else {
    absl::StrAppend(&sentence, " ", missing, " records are missing, numbers ",
                    out_->next_seq(), " to ", seq - 1, ".");
  }
  result_.account.push_back(std::move(sentence));
  why_.clear();
  if (missing == 0) return absl::OkStatus();

  return AppendLoss(missing);
}

absl::Status Salvage::AppendLoss(uint64_t missing) {
  result_.lost += missing;
  Between between;
  between.add_event()->mutable_loss()->set_records(missing);
  auto packed = packer_.Pack(between);
  if (!packed.ok()) return packed.status();
  Block block;
  block.set_lost(missing);
  block.set_between(*std::move(packed));
  return out_->Append(std::move(block));
}

absl::Status Salvage::TakeHeader(const FrameScanner::Found& found) {
  if (out_ != nullptr || found.head.ordinal != 0 ||
      !ParseHeader(scanner_.payload()).ok()) {
    absl::StrAppend(&why_, ", with a header of no use at ", found.offset);
    return absl::OkStatus();
  }
  absl::Status status = StartOutput(scanner_.payload());
  if (status.ok()) status = Bridge(found.offset, 0);
  Accept(found);
  return status;
}

absl::Status Salvage::TakeBlock(const FrameScanner::Found& found) {
  const absl::string_view header_bytes = HeaderBytes(scanner_.payload());
  const bool is_first = out_ == nullptr;
  auto block = ParseBlock(scanner_.payload(),
                          is_first ? HeaderField(header_bytes) : header_field_);
  absl::Status status = block.status();
  if (status.ok() && is_first) status = ParseHeader(header_bytes).status();
  if (status.ok() && !is_first && block->first_seq() < out_->next_seq()) {
    status = absl::DataLossError("a block of records that were there before");
  }
  if (status.ok()) status = CheckContent({*block, 0, 0}, &decoder_);
  if (!status.ok()) {
    absl::StrAppend(&why_, ", with a block of no use at ", found.offset, " (",
                    status.message(), ")");
    return absl::OkStatus();
  }

  if (is_first) {
    status = StartOutput(header_bytes);
    result_.header_replaced = true;
    why_ += ", the header too, in whose place there is now that of a block";
  } else if (found.head.ordinal != ordinal_ && found.offset == intact_to_) {
    why_ = ", a frame is missing";
  }
  if (status.ok()) status = Bridge(found.offset, block->first_seq());
  if (status.ok()) status = out_->AppendAsIs(*block, scanner_.payload());
  ++result_.blocks;
  result_.traps += block->traps();
  result_.events += block->events();
  Accept(found);
  return status;
}

absl::Status Salvage::TakeEnd(const FrameScanner::Found& found) {
  End end;
  uint64_t records = 0;
  const bool is_of_use =
      out_ != nullptr && ParseStrictly(scanner_.payload(), &end).ok() &&
      !__builtin_add_overflow(end.traps(), end.events(), &records) &&
      !__builtin_add_overflow(records, end.lost(), &records) &&
      records >= out_->next_seq();
  if (!is_of_use) {
    absl::StrAppend(&why_, ", with an end mark of no use at ", found.offset);
    return absl::OkStatus();
  }
  if (result_.account.empty() && found.offset == intact_to_ &&
      (end.digest() != digest_.Digest() || end.blocks() != result_.blocks ||
       found.head.ordinal != ordinal_)) {
    why_ = ", the end mark tells of other blocks";
  }
  ended_ = true;
  absl::Status status = Bridge(found.offset, records);
  Accept(found);
  return status;
}

absl::Status Salvage::Finish() {
  const bool cut = intact_to_ == in_.size();
  result_.end_missing = !ended_;
  if (ended_) {
    if (!cut) {
      result_.account.push_back(
          absl::StrCat("Bytes ", intact_to_, " to ", in_.size() - 1,
                       " follow the end mark and are left out."));
    }
  } else if (cut) {
    result_.account.push_back(
        absl::StrCat("At offset ", intact_to_, " the file is cut", kUnknown));
  } else {
    result_.account.push_back(
        absl::StrCat("Bytes ", intact_to_, " to ", in_.size() - 1,
                     ", the last, are damaged or cut", why_, kUnknown));
  }
  if (result_.account.empty()) {
    result_.account.emplace_back("Nothing is damaged or missing.");
  } else if (result_.blocks == 0) {
    // A newer version is better told by the reader.
    absl::Status status = Reader::Open(in_.path()).status();
    if (absl::IsUnimplemented(status)) return status;
    return absl::DataLossError(
        absl::StrCat(in_.path(), ": not one block is intact"));
  } else if (!ended_ && out_->next_seq() != UINT64_MAX) {
    // Or the trace would pass for one that has lost nothing.
    absl::Status status = AppendLoss(1);
    if (!status.ok()) return status;
  }
  return out_->Close();
}

absl::StatusOr<Recovery> Salvage::Run() {
  absl::Status status = in_.Read(0, kPrefixSize, &prefix_);
  if (!status.ok()) return status;
  uint64_t from = 0;
  while (!ended_) {
    const auto found = scanner_.Next(from);
    if (!found.ok()) return found.status();
    if (!found->has_value()) break;
    switch ((*found)->head.kind) {
      case kHeaderFrame:
        status = TakeHeader(**found);
        break;
      case kBlockFrame:
        status = TakeBlock(**found);
        break;
      case kEndFrame:
        status = TakeEnd(**found);
        break;
      default:
        absl::StrAppend(&why_, ", with a frame of no kind at ",
                        (*found)->offset);
        break;
    }
    if (!status.ok()) return status;
    from = (*found)->offset + kHeadSize + (*found)->head.length;
  }
  status = Finish();
  if (!status.ok()) return status;
  return std::move(result_);
}

}  // namespace

absl::StatusOr<Recovery> Recover(const std::string& damaged,
                                 const std::string& path) {
  auto in = InputFile::Open(damaged);
  if (!in.ok()) return in.status();
  // Not `path`.part: that is what a killed writer leaves, maybe `damaged`.
  const std::string part = path + ".recover.part";
  if ((*in)->Is(path) || (*in)->Is(part)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": would overwrite what is to be recovered"));
  }
  Salvage salvage(**in, path, part);
  auto result = salvage.Run();
  if (!result.ok()) RemoveFile(part);
  return result;
}

}  // namespace trapline::trace
