// SPDX-License-Identifier: Apache-2.0

// Replays traces against the model.

#ifndef TRAPLINE_REPLAYER_REPLAY_H_
#define TRAPLINE_REPLAYER_REPLAY_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "replayer/verdict.h"

namespace trapline::replay {

struct ReplayOptions {
  std::string flavor;  // empty: that of each trace
  // Trap numbers [begin, end); losses at known places outside do not count.
  uint64_t begin = 0;
  uint64_t end = UINT64_MAX;
  int jobs = 1;                 // threads
  bool stop_first = false;      // stop at the first divergence; one thread then
  bool clauses = false;         // check every clause on every trap
  size_t max_divergences = 20;  // kept for each trace; all are counted
  // This process replays the blocks whose ordinal is `shard` modulo `shards`.
  uint64_t shard = 0;
  uint64_t shards = 1;
  // Called now and then, from one thread at a time.
  std::function<void(uint64_t bytes_done, uint64_t bytes_total, uint64_t traps)>
      progress;
};

// One result for each path, in order (fewer after stop_first). A trace that
// holds no trap of the range is bad data: nothing would have been verified.
std::vector<FileResult> Replay(const std::vector<std::string>& paths,
                               const ReplayOptions& options);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_REPLAY_H_
