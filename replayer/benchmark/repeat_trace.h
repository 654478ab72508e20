// SPDX-License-Identifier: Apache-2.0

// Long traces out of short ones.

#ifndef TRAPLINE_REPLAYER_BENCHMARK_REPEAT_TRACE_H_
#define TRAPLINE_REPLAYER_BENCHMARK_REPEAT_TRACE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "proto/writer.h"

namespace trapline::benchmark {

// Writes the traps of `trace` over and over, numbered on, until there are
// `traps` of them.
absl::Status RepeatTrace(const std::string& trace, uint64_t traps,
                         const std::string& path,
                         const trace::WriterOptions& options = {});

}  // namespace trapline::benchmark

#endif  // TRAPLINE_REPLAYER_BENCHMARK_REPEAT_TRACE_H_
