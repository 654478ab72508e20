// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/fuzz.h"

#include <cstddef>

#include "model/flavor.h"
#include "properties/engines/choices.h"
#include "properties/engines/draw_guest.h"
#include "properties/prove.h"

namespace trapline::properties {
namespace {

const std::vector<model::Host>& AllHosts() {
  static const auto* const kAll = [] {
    auto* all = new std::vector<model::Host>;
    for (const model::Flavor& flavor : model::kFlavors) {
      for (const model::Host& host : HostsOf(flavor)) all->push_back(host);
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
  const auto& hosts = AllHosts();
  const model::Host& host =
      hosts[choices.Below(static_cast<uint32_t>(hosts.size()))];
  Hunt hunt(host, handler, {});
  hunt.Try(DrawGuest(host, choices), 0);
  return hunt.TakeViolations();
}

}  // namespace trapline::properties
