// SPDX-License-Identifier: Apache-2.0

// A trace as one length-delimited message for each trap, written and replayed.

#ifndef TRAPLINE_REPLAYER_BENCHMARK_MESSAGE_FILE_H_
#define TRAPLINE_REPLAYER_BENCHMARK_MESSAGE_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "replayer/replay_trap.h"

namespace trapline::benchmark {

// Rewrites `trace` as messages. `whole`: each holds the whole state before and
// after, else of the state after only what differs.
absl::Status WriteMessages(const std::string& trace, const std::string& path,
                           bool whole);

struct MessageReplay {
  uint64_t traps = 0;
  uint64_t diverged = 0;
};

// Parses and replays every message. `reuse`: into one object, which keeps what
// it has allocated, rather than a new one for each.
absl::StatusOr<MessageReplay> ReplayMessages(const std::string& path,
                                             const replay::Setting& setting,
                                             bool reuse);

}  // namespace trapline::benchmark

#endif  // TRAPLINE_REPLAYER_BENCHMARK_MESSAGE_FILE_H_
