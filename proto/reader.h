// SPDX-License-Identifier: Apache-2.0

// Reads a trace in a stream: memory stays that of the blocks in hand.

#ifndef TRAPLINE_PROTO_READER_H_
#define TRAPLINE_PROTO_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/trace.pb.h"
#include "proto/trap.h"

namespace trapline::trace {

// A block as it stands in the file: checksum verified, nothing decompressed.
struct RawBlock {
  Block block;
  uint64_t offset = 0;   // of its frame in the file, bytes
  uint64_t ordinal = 0;  // 0 for the first block
};

// All errors are DataLossError (not a trace, damaged, cut), UnimplementedError
// (of a newer version) or those of the file system (NotFoundError, ...), each
// with the file's name, the offset and what to do.
class Reader {
 public:
  static absl::StatusOr<std::unique_ptr<Reader>> Open(const std::string& path);
  virtual ~Reader() = default;

  virtual const Header& header() const = 0;

  // The next block; nullopt after the End, which has been compared with what
  // was read. Not decompressed: blocks can be skipped, or given to other
  // threads, cheaply.
  virtual absl::StatusOr<std::optional<RawBlock>> Next() = 0;

  // Bytes of the file read so far, and in all.
  virtual uint64_t position() const = 0;
  virtual uint64_t size() const = 0;
};

// What a BlockDecoder decodes beside the columns of a replay.
enum DecodeSections : int {
  kReplayColumns = 0,
  kCode = 1,
  kTiming = 2,
  kBetween = 4,
  kEverything = kCode | kTiming | kBetween,
};

// The traps of one block, in order. One decoder can be used for block after
// block and keeps its buffers.
class BlockDecoder {
 public:
  BlockDecoder();
  ~BlockDecoder();

  // `block` has to outlive its use here. DataLossError where a section does
  // not decompress, does not parse or contradicts another.
  absl::Status Start(const RawBlock& block, int sections);

  // Moves `trap` on to the next trap of the block; false after the last, or on
  // an error: see status(). `trap` must be the same object, unchanged, from
  // Start to the end.
  bool Next(Trap* trap);

  // DataLossError, which sticks until the next Start, where the columns have
  // run out or, after the last trap, have values left.
  const absl::Status& status() const;

  // With kBetween: the block's events from Start on, each with its `args`
  // complete (and `in_register` 0), and `traps` counting from the block's start
  // (events before trap i have i).
  const std::vector<Event>& events() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_READER_H_
