// SPDX-License-Identifier: Apache-2.0

// The container: a prefix, then frames. docs/FORMAT.md describes it.

#ifndef TRAPLINE_PROTO_FRAME_H_
#define TRAPLINE_PROTO_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "xxhash.h"

namespace trapline::trace {

// As in PNG: not text, and spoilt by whatever changes line ends or stops at a
// control-Z.
inline constexpr absl::string_view kMagic = "\x89TRAP\r\n\x1a";
inline constexpr uint32_t kVersion = 2;    // the latest
inline constexpr size_t kPrefixSize = 12;  // bytes: magic, u32 version

// All little-endian: u32 sync, u32 kind, u32 payload bytes, u32 ordinal,
// u64 checksum.
inline constexpr uint32_t kSync = 0xD54D5246;
inline constexpr size_t kHeadSize = 24;
inline constexpr size_t kHashedHead = 16;  // the head before the checksum

enum FrameKind : uint32_t {
  kHeaderFrame = 1,
  kBlockFrame = 2,
  kEndFrame = 3,
};

// What no file may exceed, so that reading one takes bounded memory.
inline constexpr uint32_t kMaxPayload = uint32_t{64} << 20;  // bytes
inline constexpr uint32_t kMaxHeader = uint32_t{1} << 20;    // bytes
inline constexpr uint32_t kMaxSection = uint32_t{16} << 20;  // bytes, unpacked
inline constexpr uint32_t kMaxTraps = 65536;                 // of a block
inline constexpr uint32_t kMaxEvents = 65536;    // of a block, Loss included
inline constexpr uint32_t kMaxMessages = 65536;  // of KILL_GUEST, of a block
inline constexpr uint32_t kMaxCalls = uint32_t{1} << 20;  // of a block

struct FrameHead {
  uint32_t kind;
  uint32_t length;
  uint32_t ordinal;
  uint64_t checksum;
};

class Hash {
 public:
  Hash() : state_(XXH3_createState()) { Reset(); }
  void Reset() { XXH3_64bits_reset(state_.get()); }
  void Update(absl::string_view bytes) {
    XXH3_64bits_update(state_.get(), bytes.data(), bytes.size());
  }
  uint64_t Digest() const { return XXH3_64bits_digest(state_.get()); }

 private:
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state_;
};

void StoreLittle32(uint32_t value, char* bytes);
void StoreLittle64(uint64_t value, char* bytes);
uint32_t LoadLittle32(const char* bytes);
uint64_t LoadLittle64(const char* bytes);

std::string Prefix(uint32_t version);

// What `bytes`, kHeadSize of them, say; nullopt without the sync mark.
std::optional<FrameHead> ParseHead(absl::string_view bytes);

// Of the frame that begins with `head` (kHashedHead bytes of it or more).
uint64_t FrameChecksum(absl::string_view head, absl::string_view payload);

// Fills in the head of `frame`: kHeadSize bytes to be overwritten, then the
// payload. Returns the checksum.
uint64_t SealFrame(FrameKind kind, uint32_t ordinal, std::string* frame);

// How every Block begins: its field `header`, made of the bytes of the Header
// frame.
std::string HeaderField(absl::string_view header_bytes);

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_FRAME_H_
