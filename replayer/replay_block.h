// SPDX-License-Identifier: Apache-2.0

// Replays one block of a trace: the unit that threads and shards share out.

#ifndef TRAPLINE_REPLAYER_REPLAY_BLOCK_H_
#define TRAPLINE_REPLAYER_REPLAY_BLOCK_H_

#include "proto/reader.h"
#include "replayer/replay.h"
#include "replayer/replay_trap.h"
#include "replayer/verdict.h"

namespace trapline::replay {

// Keeps its buffers from block to block. One for each thread.
class BlockReplayer {
 public:
  // The block's share of a FileResult.
  FileResult Replay(const trace::RawBlock& block, const Setting& setting,
                    const ReplayOptions& options);

 private:
  // What a replay does not decode: instructions and the places of losses. With
  // them, which clauses the divergent traps break.
  absl::Status AddDetails(const trace::RawBlock& block, const Setting& setting,
                          FileResult* result);

  trace::BlockDecoder decoder_;
};

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_REPLAY_BLOCK_H_
