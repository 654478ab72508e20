// SPDX-License-Identifier: Apache-2.0

// Proves the clauses for many hosts at once.

#ifndef TRAPLINE_REPLAYER_PROVE_PROVE_HOSTS_H_
#define TRAPLINE_REPLAYER_PROVE_PROVE_HOSTS_H_

#include <cstddef>
#include <functional>
#include <vector>

#include "absl/types/span.h"
#include "model/flavor.h"
#include "properties/clause.h"
#include "properties/prove.h"

namespace trapline::replay {

struct HostsOptions {
  properties::ProveOptions prove;
  int jobs = 1;  // threads
  // For the questions asked of each host; none where null. Called from several
  // threads, what it returns from one.
  std::function<properties::QueryObserver(const model::Host&)> observer;
  // Called after each host, from one thread at a time.
  std::function<void(size_t done, size_t total)> progress;
};

// What was found of each host, in the order of `hosts`.
std::vector<properties::HostProof> ProveHosts(
    absl::Span<const model::Host> hosts,
    absl::Span<const properties::Clause> clauses,
    absl::Span<const properties::Deviation> deviations,
    const HostsOptions& options = {});

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_PROVE_PROVE_HOSTS_H_
