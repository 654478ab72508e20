// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/fuzz.h"

#include <cstddef>

#include "model/flavor.h"
#include "properties/engines/check_step.h"
#include "properties/engines/choices.h"
#include "properties/engines/draw_guest.h"
#include "properties/prove.h"

namespace trapline::properties {
namespace {

struct HostChecker {
  model::Host host;
  StepChecker checker;
};

const std::vector<HostChecker>& AllHosts() {
  static const auto* const kAll = [] {
    auto* all = new std::vector<HostChecker>;
    for (const model::Flavor& flavor : model::kFlavors) {
      for (const model::Host& host : HostsOf(flavor)) {
        all->push_back({host, StepChecker(host)});
      }
    }
    return all;
  }();
  return *kAll;
}

}  // namespace

std::vector<Violation> RunBytes(absl::Span<const uint8_t> bytes,
                                Handler<ConcreteGuest> handler) {
  size_t at = 0;
  const auto next = [&] {
    return at < bytes.size() ? bytes[at++] : uint8_t{0};
  };
  Choices choices(next);
  const auto& all = AllHosts();
  const auto& [host, checker] =
      all[choices.Below(static_cast<uint32_t>(all.size()))];
  const Guest guest = DrawGuest(host, choices);
  const ConcreteGuest concrete(guest);
  if (checker.Check(TakeTrap(concrete, handler)).violated.empty()) return {};
  Hunt hunt(host, handler, {});
  hunt.Try(guest, 0);
  return hunt.TakeViolations();
}

}  // namespace trapline::properties
