// SPDX-License-Identifier: Apache-2.0

#include "replayer/prove/prove_hosts.h"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace trapline::replay {

std::vector<properties::HostProof> ProveHosts(
    absl::Span<const model::Host> hosts,
    absl::Span<const properties::Clause> clauses,
    absl::Span<const properties::Deviation> deviations,
    const HostsOptions& options) {
  // Hosts that are alike are proved by one thread, since what is found out
  // about one serves the next. Those with more levels of tables take longest
  // and come first.
  std::map<std::pair<bool, model::AddressOk>, std::vector<size_t>,
           std::greater<>>
      alike;
  for (size_t i = 0; i < hosts.size(); ++i) {
    alike[{hosts[i].pae, hosts[i].address_ok}].push_back(i);
  }
  std::vector<std::vector<size_t>> groups;
  for (auto& [kind, group] : alike) groups.push_back(std::move(group));

  std::vector<properties::HostProof> proofs(hosts.size());
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  size_t done = 0;
  const auto work = [&] {
    properties::Prover prover;
    for (size_t group; (group = next++) < groups.size();) {
      for (const size_t i : groups[group]) {
        properties::ProveOptions prove = options.prove;
        if (options.observer) prove.on_query = options.observer(hosts[i]);
        proofs[i] = prover.Prove(hosts[i], clauses, deviations, prove);
        const std::lock_guard<std::mutex> lock(mutex);
        ++done;
        if (options.progress) options.progress(done, hosts.size());
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < options.jobs; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return proofs;
}

}  // namespace trapline::replay
