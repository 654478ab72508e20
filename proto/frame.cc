// SPDX-License-Identifier: Apache-2.0

#include "proto/frame.h"

#include "google/protobuf/io/coded_stream.h"
#include "proto/trace.pb.h"

namespace trapline::trace {

void StoreLittle32(uint32_t value, char* bytes) {
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
}

void StoreLittle64(uint64_t value, char* bytes) {
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
}

uint32_t LoadLittle32(const char* bytes) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) {
    value = value << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return value;
}

uint64_t LoadLittle64(const char* bytes) {
  return LoadLittle32(bytes) | uint64_t{LoadLittle32(bytes + 4)} << 32;
}

std::string Prefix(uint32_t version) {
  std::string prefix(kMagic);
  prefix.resize(kPrefixSize);
  StoreLittle32(version, &prefix[kMagic.size()]);
  return prefix;
}

std::optional<FrameHead> ParseHead(absl::string_view bytes) {
  if (bytes.size() < kHeadSize || LoadLittle32(bytes.data()) != kSync) {
    return std::nullopt;
  }
  return FrameHead{
      LoadLittle32(bytes.data() + 4), LoadLittle32(bytes.data() + 8),
      LoadLittle32(bytes.data() + 12), LoadLittle64(bytes.data() + 16)};
}

uint64_t FrameChecksum(absl::string_view head, absl::string_view payload) {
  Hash hash;
  hash.Update(head.substr(0, kHashedHead));
  hash.Update(payload);
  return hash.Digest();
}

uint64_t SealFrame(FrameKind kind, uint32_t ordinal, std::string* frame) {
  char* head = &(*frame)[0];
  StoreLittle32(kSync, head);
  StoreLittle32(kind, head + 4);
  StoreLittle32(static_cast<uint32_t>(frame->size() - kHeadSize), head + 8);
  StoreLittle32(ordinal, head + 12);
  const uint64_t checksum =
      FrameChecksum(*frame, absl::string_view(*frame).substr(kHeadSize));
  StoreLittle64(checksum, head + 16);
  return checksum;
}

std::string HeaderField(absl::string_view header_bytes) {
  uint8_t head[1 + 5];  // tag, then length as a varint
  head[0] = Block::kHeaderFieldNumber << 3 | 2;
  const uint8_t* end =
      google::protobuf::io::CodedOutputStream::WriteVarint32ToArray(
          static_cast<uint32_t>(header_bytes.size()), head + 1);
  std::string field(reinterpret_cast<const char*>(head), end - head);
  field.append(header_bytes.data(), header_bytes.size());
  return field;
}

}  // namespace trapline::trace
