// SPDX-License-Identifier: Apache-2.0

// The recordings that predictions are tried on.

#ifndef TRAPLINE_TRACES_HISTORIC_FLAVOR_PREDICTION_TRACES_H_
#define TRAPLINE_TRACES_HISTORIC_FLAVOR_PREDICTION_TRACES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "proto/trace.pb.h"
#include "proto/trap.h"
#include "replayer/verdict.h"

namespace trapline::traces {

// Paths of all traces, good and historic.
std::vector<std::string> TracePaths();

// The flavors that the host of a trace could have: all, or those with PAE.
std::vector<std::string> FlavorNames(const std::string& path);

// "V2_6_32Boot" for traces/good/v2.6.32-boot.trace.
std::string TestName(const std::string& path);

// Calls `visit` for every trap; fails the test where the trace cannot be read.
using Visitor = std::function<void(const trace::Header&, const trace::Trap&)>;
void ForEachTrap(const std::string& path, const Visitor& visit);

// Every divergence under a flavor, by trap number; under the trace's own where
// `flavor` is empty. Fails the test where the trace cannot be replayed.
std::map<uint64_t, replay::Divergence> Diverging(const std::string& path,
                                                 const std::string& flavor);

std::vector<std::string> Fields(
    const std::vector<replay::Difference>& differences);

}  // namespace trapline::traces

#endif  // TRAPLINE_TRACES_HISTORIC_FLAVOR_PREDICTION_TRACES_H_
