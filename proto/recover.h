// SPDX-License-Identifier: Apache-2.0

// Takes what is intact out of a damaged or cut trace.

#ifndef TRAPLINE_PROTO_RECOVER_H_
#define TRAPLINE_PROTO_RECOVER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace trapline::trace {

struct Recovery {
  uint64_t blocks = 0;  // copied
  uint64_t traps = 0;
  uint64_t events = 0;
  uint64_t lost = 0;  // records missing, by their numbers
  // More may be missing after the last block; `lost` has one for them.
  bool end_missing = false;
  bool header_replaced = false;  // the header was damaged; a block's was taken
  // One sentence for each damaged stretch, or one that nothing is.
  std::vector<std::string> account;
};

// Writes every intact block of `damaged` to a new trace `path`, with a Loss
// where sequence numbers are missing. DataLossError where not one block is
// intact, so that nothing is written; InvalidArgumentError where `path` is
// `damaged`. While it grows, the new trace is called `path`.recover.part.
absl::StatusOr<Recovery> Recover(const std::string& damaged,
                                 const std::string& path);

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_RECOVER_H_
