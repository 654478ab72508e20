// SPDX-License-Identifier: Apache-2.0

// What may be wrong with a memory log that the model cannot follow.

#ifndef TRAPLINE_REPLAYER_LOG_FAULTS_H_
#define TRAPLINE_REPLAYER_LOG_FAULTS_H_

#include <optional>
#include <vector>

#include "proto/trap.h"
#include "replayer/scripted_world.h"

namespace trapline::replay {

// The single faults that may explain a log which the model follows up to
// `index`, where it makes the access `wanted` or none; the likeliest first.
std::vector<LogFault> PossibleFaults(const trace::Trap& trap, size_t index,
                                     const std::optional<ModelAccess>& wanted);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_LOG_FAULTS_H_
