// SPDX-License-Identifier: Apache-2.0

// Messages from bytes that nobody vouches for, and their compression.

#ifndef TRAPLINE_PROTO_SECTION_H_
#define TRAPLINE_PROTO_SECTION_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "proto/frame.h"

struct ZSTD_CCtx_s;

namespace trapline::trace {

// Parses `bytes` as a `message` that has no field the schema of `version` does
// not have, none twice, every number column packed, and no more than 65536 of
// whatever else repeats: memory is then a small multiple of `bytes`.
// DataLossError.
absl::Status ParseStrictly(absl::string_view bytes,
                           google::protobuf::Message* message,
                           uint32_t version = kVersion);

class SectionPacker {
 public:
  explicit SectionPacker(int zstd_level);
  ~SectionPacker();

  // One zstd frame that carries its content's size; empty for an empty message.
  absl::StatusOr<std::string> Pack(const google::protobuf::Message& message);

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  ZSTD_CCtx_s* Compressor();

  const int zstd_level_;
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;  // once it is needed
  std::string bytes_;
};

class SectionUnpacker {
 public:
  // The reverse of Pack; DataLossError, its message beginning with the name of
  // the type.
  absl::Status Unpack(absl::string_view packed,
                      google::protobuf::Message* message,
                      uint32_t version = kVersion);

 private:
  absl::Status Decompress(absl::string_view packed);

  std::string bytes_;  // the content is its first `size_`; never shrinks
  size_t size_ = 0;
};

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_SECTION_H_
