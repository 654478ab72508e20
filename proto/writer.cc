// SPDX-License-Identifier: Apache-2.0

#include "proto/writer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/between_section.h"
#include "proto/code_section.h"
#include "proto/columns_encoder.h"
#include "proto/frame.h"
#include "proto/frame_writer.h"
#include "proto/header.h"
#include "proto/section.h"
#include "zstd.h"

namespace trapline::trace {
namespace {

// A block is closed once it holds block_bytes, so what it may hold at most is
// this much more, which leaves every section below kMaxSection.
constexpr size_t kMaxBlockBytes = size_t{8} << 20;
constexpr size_t kMaxRecordBytes = size_t{4} << 20;
static_assert(kMaxBlockBytes + kMaxRecordBytes < kMaxSection);
static_assert(4 * (kMaxBlockBytes + kMaxRecordBytes) + kMaxHeader <
              kMaxPayload);

// Of one trap; a block is closed while it has room for as many.
constexpr int kMaxTrapMessages = 4096;

absl::Status ValidateTrap(const Trap& trap) {
  absl::Status status = ColumnsEncoder::Validate(trap);
  if (!status.ok()) return status;
  if (trap.insn.size() > kMaxInsn) {
    return absl::InvalidArgumentError("more than 16 bytes at eip");
  }
  if (std::count_if(trap.calls.begin(), trap.calls.end(), [](const Call& call) {
        return call.kind == KILL_GUEST;
      }) > kMaxTrapMessages) {
    return absl::InvalidArgumentError("a trap with too many kill_guest calls");
  }
  return absl::OkStatus();
}

constexpr size_t kCallBytes = 1 + 3 * 4 + 6;  // without a message
static_assert((kMaxBlockBytes + kMaxRecordBytes) / kCallBytes < kMaxCalls);

// What `trap` adds to all sections together, or somewhat more.
size_t EncodedBytes(const Trap& trap) {
  size_t bytes = 5 + 16 + 2 * sizeof(WordArray) + 10 + 5 + 8 + 8;  // columns
  bytes += 1 + 5 + trap.insn.size() + 5 + 10 + 10;  // code and timing
  bytes += 5 + 5;
  for (const Access& access : trap.accesses) {
    bytes += 1 + 5 + 4 + size_t{access.length};
  }
  for (const Call& call : trap.calls) {
    bytes += kCallBytes + call.message.size();
  }
  return bytes;
}

class BlockWriter : public Writer {
 public:
  BlockWriter(std::unique_ptr<FrameWriter> frames, uint32_t version,
              const WriterOptions& options)
      : version_(version),
        options_(options),
        frames_(std::move(frames)),
        packer_(options.zstd_level) {}

  absl::Status Add(const Trap& trap) override {
    absl::Status status = ValidateTrap(trap);
    const size_t bytes = EncodedBytes(trap);
    if (status.ok()) status = Admit(bytes, 1);
    if (!status.ok()) return status;
    columns_.Add(trap);
    code_.Add(trap);
    timing_.Add(trap);
    ++traps_;
    return Added(bytes);
  }

  absl::Status Add(const Event& event) override {
    absl::Status status = ValidateEvent(event);
    if (status.ok() && version_ < kVersion) status = ValidateVersion(event);
    const size_t bytes = event.ByteSizeLong() + 16;
    if (status.ok()) {
      status = Admit(bytes, event.has_loss() ? event.loss().records() : 1);
    }
    if (!status.ok()) return status;
    between_.Add(event, traps_, columns_.words());
    return Added(bytes);
  }

  absl::Status Close() override {
    if (!status_.ok()) return status_;
    if (traps_ != 0 || between_.between().event_size() != 0) {
      status_ = Flush();
    }
    if (status_.ok()) status_ = frames_->Close();
    if (!status_.ok()) return status_;
    status_ = absl::FailedPreconditionError("the trace has been closed");
    return absl::OkStatus();
  }

 private:
  absl::Status ValidateVersion(const Event& event) const {
    Event parsed;
    if (ParseStrictly(event.SerializeAsString(), &parsed, version_).ok()) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        absl::StrCat("an event that version ", version_, " cannot hold"));
  }

  // Whether a record of `bytes` that takes `numbers` can be added.
  absl::Status Admit(size_t bytes, uint64_t numbers) {
    if (!status_.ok()) return status_;
    if (bytes > kMaxRecordBytes) {
      return absl::InvalidArgumentError(
          absl::StrCat("a record of ", bytes, " bytes"));
    }
    const uint64_t next_seq =
        frames_->next_seq() + traps_ + between_.events() + between_.lost();
    if (numbers > std::numeric_limits<uint64_t>::max() - next_seq) {
      return absl::InvalidArgumentError("more records than have numbers");
    }
    return absl::OkStatus();
  }

  absl::Status Added(size_t bytes) {
    bytes_ += bytes;
    if (traps_ >= static_cast<uint32_t>(options_.traps_per_block) ||
        between_.between().event_size() >= static_cast<int>(kMaxEvents) ||
        columns_.columns().message_size() >
            static_cast<int>(kMaxMessages) - kMaxTrapMessages ||
        bytes_ > options_.block_bytes) {
      status_ = Flush();
    }
    return status_;
  }

  absl::Status Flush() {
    Block block;
    block.set_traps(traps_);
    block.set_events(between_.events());
    block.set_lost(between_.lost());
    block.set_first_trap(columns_.first_trap());
    absl::Status status;
    const auto pack = [&](const google::protobuf::Message& section,
                          std::string* packed) {
      if (!status.ok()) return;
      auto bytes = packer_.Pack(section);
      status = bytes.status();
      if (bytes.ok()) *packed = *std::move(bytes);
    };
    if (traps_ != 0) {
      pack(columns_.columns(), block.mutable_columns());
      pack(code_.code(), block.mutable_code());
      pack(timing_.timing(), block.mutable_timing());
    }
    pack(between_.between(), block.mutable_between());
    if (status.ok()) status = frames_->Append(std::move(block));
    columns_.Reset();
    code_.Reset();
    timing_.Reset();
    between_.Reset();
    traps_ = 0;
    bytes_ = 0;
    return status;
  }

  const uint32_t version_;
  const WriterOptions options_;
  std::unique_ptr<FrameWriter> frames_;
  SectionPacker packer_;
  absl::Status status_;  // of the file; sticks

  // The block being filled.
  ColumnsEncoder columns_;
  CodeEncoder code_;
  TimingEncoder timing_;
  BetweenEncoder between_;
  uint32_t traps_ = 0;
  size_t bytes_ = 0;  // at most
};

absl::Status ValidateOptions(const WriterOptions& options) {
  if (options.traps_per_block < 1 ||
      options.traps_per_block > static_cast<int>(kMaxTraps)) {
    return absl::InvalidArgumentError(
        absl::StrCat("a block holds 1 to ", kMaxTraps, " traps"));
  }
  if (options.block_bytes > kMaxBlockBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a block holds at most ", kMaxBlockBytes, " bytes"));
  }
  if (options.zstd_level < ZSTD_minCLevel() ||
      options.zstd_level > ZSTD_maxCLevel()) {
    return absl::InvalidArgumentError(
        absl::StrCat("zstd has no level ", options.zstd_level));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Writer>> Writer::Create(
    const std::string& path, const Header& header,
    const WriterOptions& options) {
  absl::Status status = ValidateOptions(options);
  if (!status.ok()) return status;
  auto header_bytes = SerializeHeader(header);
  if (!header_bytes.ok()) return header_bytes.status();
  const uint32_t version = std::max(header.format_version(), 1U);
  auto frames =
      FrameWriter::Create(path, path + ".part", version, *header_bytes);
  if (!frames.ok()) return frames.status();
  return std::make_unique<BlockWriter>(*std::move(frames), version, options);
}

}  // namespace trapline::trace
