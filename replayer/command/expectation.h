// SPDX-License-Identifier: Apache-2.0

// What a replay is meant to find: recordings of broken or other kernels must
// diverge exactly so, damaged files must be refused for their own reason.

#ifndef TRAPLINE_REPLAYER_COMMAND_EXPECTATION_H_
#define TRAPLINE_REPLAYER_COMMAND_EXPECTATION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replayer/verdict.h"

namespace trapline::command {

// Compares results with the file `path`. Empty lines and lines starting with
// '#' do not count. The first line that does is a verdict; after BAD-DATA comes
// a part of the message; after DIVERGED, lines "TRAP FIELD... breaks CLAUSE..."
// with every divergent trap, all of its fields, in order, and clauses that it
// breaks, among others maybe, or "nothing". Gives what is not as expected,
// empty where all is.
absl::StatusOr<std::string> Unexpected(
    const std::string& path, const std::vector<replay::FileResult>& files);

}  // namespace trapline::command

#endif  // TRAPLINE_REPLAYER_COMMAND_EXPECTATION_H_
