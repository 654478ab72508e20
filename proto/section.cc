// SPDX-License-Identifier: Apache-2.0

#include "proto/section.h"

#include <array>
#include <cstdint>
#include <limits>
#include <map>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format.h"
#include "proto/frame.h"
#include "proto/trace.pb.h"
#include "zstd.h"

namespace trapline::trace {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormat;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr uint32_t kMaxRepeats = 65536;
static_assert(kMaxEvents == kMaxRepeats && kMaxMessages == kMaxRepeats);

// The last field that messages which have grown since had in version 1.
int LastField(const Descriptor& type, uint32_t version) {
  static const auto* const kVersion1 = new std::map<const Descriptor*, int>{
      {Header::descriptor(), Header::kNotesFieldNumber},
      {Event::descriptor(), Event::kLossFieldNumber},
      {Hypercall::descriptor(), Hypercall::kAsyncFieldNumber},
      {InterruptDelivery::descriptor(),
       InterruptDelivery::kIrqsPendingFieldNumber},
      {RunGuest::descriptor(), RunGuest::kShadowCr3FieldNumber},
      {GuestDeath::descriptor(), GuestDeath::kMessageFieldNumber},
  };
  if (version > 1) return std::numeric_limits<int>::max();
  const auto found = kVersion1->find(&type);
  return found == kVersion1->end() ? std::numeric_limits<int>::max()
                                   : found->second;
}

// Walks up to the stream's limit.
bool WellShaped(CodedInputStream* in, const Descriptor& type,
                uint32_t version) {
  const int last_field = LastField(type, version);
  std::array<uint32_t, 64> seen = {};  // by field index
  while (const uint32_t tag = in->ReadTag()) {
    const FieldDescriptor* field =
        type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    if (field == nullptr || tag != WireFormat::MakeTag(field) ||
        field->number() > last_field) {
      return false;
    }
    const bool repeats = field->is_repeated() && !field->is_packed();
    if (++seen[field->index()] > (repeats ? kMaxRepeats : 1)) return false;
    if (field->type() != FieldDescriptor::TYPE_MESSAGE) {
      if (!WireFormat::SkipField(in, tag, nullptr)) return false;
      continue;
    }
    uint32_t length;
    if (!in->ReadVarint32(&length)) return false;
    if (length > static_cast<uint32_t>(in->BytesUntilLimit())) return false;
    const auto limit = in->PushLimit(static_cast<int>(length));
    if (!WellShaped(in, *field->message_type(), version)) return false;
    in->PopLimit(limit);
  }
  return in->ConsumedEntireMessage();
}

// One for each thread: between two sections it holds nothing.
ZSTD_DCtx* Decompressor() {
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  thread_local const std::unique_ptr<ZSTD_DCtx, Free> context(
      ZSTD_createDCtx());
  return context.get();
}

}  // namespace

absl::Status ParseStrictly(absl::string_view bytes,
                           google::protobuf::Message* message,
                           uint32_t version) {
  const int size = static_cast<int>(bytes.size());
  CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()), size);
  in.PushLimit(size);
  // Of text that is not UTF-8 it would tell by itself.
  const google::protobuf::LogSilencer silencer;
  if (WellShaped(&in, *message->GetDescriptor(), version) &&
      message->ParseFromArray(bytes.data(), size)) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrCat(message->GetDescriptor()->name(), ": not such a message"));
}

void SectionPacker::Free::operator()(ZSTD_CCtx_s* context) const {
  ZSTD_freeCCtx(context);
}

SectionPacker::SectionPacker(int zstd_level) : zstd_level_(zstd_level) {}
SectionPacker::~SectionPacker() = default;

ZSTD_CCtx* SectionPacker::Compressor() {
  if (context_ == nullptr) {
    context_.reset(ZSTD_createCCtx());
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel,
                           zstd_level_);
    // Fewer and longer matches: some 1 % larger, but faster to decompress.
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_minMatch, 6);
  }
  return context_.get();
}

absl::StatusOr<std::string> SectionPacker::Pack(
    const google::protobuf::Message& message) {
  bytes_.clear();
  message.AppendToString(&bytes_);
  if (bytes_.empty()) return std::string();
  if (bytes_.size() > kMaxSection) {
    return absl::InternalError(absl::StrCat(message.GetDescriptor()->name(),
                                            ": ", bytes_.size(), " bytes"));
  }
  std::string packed(ZSTD_compressBound(bytes_.size()), '\0');
  const size_t size = ZSTD_compress2(Compressor(), &packed[0], packed.size(),
                                     bytes_.data(), bytes_.size());
  if (ZSTD_isError(size)) {
    return absl::InternalError(absl::StrCat("zstd: ", ZSTD_getErrorName(size)));
  }
  packed.resize(size);
  return packed;
}

absl::Status SectionUnpacker::Decompress(absl::string_view packed) {
  size_ = 0;
  if (packed.empty()) return absl::OkStatus();
  const uint64_t size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == ZSTD_CONTENTSIZE_ERROR) {
    return absl::DataLossError("not a zstd frame");
  }
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == 0) {
    return absl::DataLossError("a zstd frame of no size");
  }
  if (size > kMaxSection) {
    return absl::DataLossError(
        absl::StrCat("a zstd frame that claims ", size, " bytes, too large"));
  }
  if (ZSTD_findFrameCompressedSize(packed.data(), packed.size()) !=
      packed.size()) {
    return absl::DataLossError("not one whole zstd frame");
  }
  if (bytes_.size() < size) bytes_.resize(size);
  const size_t got = ZSTD_decompressDCtx(Decompressor(), &bytes_[0], size,
                                         packed.data(), packed.size());
  if (ZSTD_isError(got)) {
    return absl::DataLossError(
        absl::StrCat("a zstd frame that does not give the ", size,
                     " bytes it claims (", ZSTD_getErrorName(got), ")"));
  }
  if (got != size) return absl::DataLossError("a zstd frame of a false size");
  size_ = got;
  return absl::OkStatus();
}

absl::Status SectionUnpacker::Unpack(absl::string_view packed,
                                     google::protobuf::Message* message,
                                     uint32_t version) {
  const absl::Status status = Decompress(packed);
  if (!status.ok()) {
    return absl::DataLossError(
        absl::StrCat(message->GetDescriptor()->name(), ": ", status.message()));
  }
  return ParseStrictly(absl::string_view(bytes_.data(), size_), message,
                       version);
}

}  // namespace trapline::trace
