// SPDX-License-Identifier: Apache-2.0

// The calls that a handler made against those that the model makes.

#ifndef TRAPLINE_REPLAYER_EXPLAIN_CALLS_H_
#define TRAPLINE_REPLAYER_EXPLAIN_CALLS_H_

#include <string>
#include <vector>

#include "proto/trap.h"
#include "replayer/explain.h"

namespace trapline::replay {

// The fewest differences that account for the two lists. `messages` are those
// of the model's calls. Unless the recording shows `kill_messages`, it need not
// have a KILL_GUEST of the model's.
std::vector<Difference> ExplainCalls(const std::vector<trace::Call>& recorded,
                                     const std::vector<trace::Call>& model,
                                     const std::vector<std::string>& messages,
                                     bool kill_messages);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_EXPLAIN_CALLS_H_
