// SPDX-License-Identifier: Apache-2.0

#include "replayer/prove/prove_hosts.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <thread>
#include <tuple>

namespace trapline::replay {

std::vector<properties::HostProof> ProveHosts(
    absl::Span<const model::Host> hosts,
    absl::Span<const properties::Clause> clauses,
    absl::Span<const properties::Deviation> deviations,
    const HostsOptions& options) {
  // Those that take long come first, so that no thread waits for one at the
  // end: more levels of tables, and VMCALLs, which are written before the next
  // walk.
  std::vector<size_t> order(hosts.size());
  std::iota(order.begin(), order.end(), 0);
  const auto weight = [&](size_t i) {
    return std::tuple(hosts[i].pae, hosts[i].flavor.rewrites_vmcall);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return weight(a) > weight(b); });

  std::vector<properties::HostProof> proofs(hosts.size());
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  size_t done = 0;
  const auto work = [&] {
    for (size_t i; (i = next++) < order.size();) {
      const model::Host& host = hosts[order[i]];
      properties::ProveOptions prove = options.prove;
      if (options.observer) prove.on_query = options.observer(host);
      proofs[order[i]] = Prove(host, clauses, deviations, prove);
      const std::lock_guard<std::mutex> lock(mutex);
      ++done;
      if (options.progress) options.progress(done, hosts.size());
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < options.jobs; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return proofs;
}

}  // namespace trapline::replay
