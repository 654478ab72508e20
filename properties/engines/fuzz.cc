// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/fuzz.h"

#include <cstddef>

#include "model/flavor.h"
#include "properties/engines/check_step.h"
#include "properties/engines/choices.h"
#include "properties/engines/draw_guest.h"
#include "properties/engines/guest_bytes.h"
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

// Of the first byte.
constexpr uint8_t kWordForWord = 0x80;

const HostChecker& HostOf(absl::Span<const uint8_t> bytes) {
  const auto& all = AllHosts();
  return all[(bytes.empty() ? 0 : bytes[0] & ~kWordForWord) % all.size()];
}

bool IsSameKind(const model::Host& host, const model::Host& other) {
  return host.flavor.name == other.flavor.name && host.pae == other.pae &&
         host.address_ok == other.address_ok;
}

}  // namespace

Guest GuestOf(absl::Span<const uint8_t> bytes) {
  const model::Host& host = HostOf(bytes).host;
  const auto rest = bytes.subspan(bytes.empty() ? 0 : 1);
  if (!bytes.empty() && (bytes[0] & kWordForWord) != 0) {
    return GuestOfBytes(host, rest);
  }
  size_t at = 0;
  const auto next = [&] { return at < rest.size() ? rest[at++] : uint8_t{0}; };
  Choices choices(next);
  return DrawGuest(host, choices);
}

std::string BytesOf(const Guest& guest) {
  const auto& all = AllHosts();
  size_t i = 0;
  while (!IsSameKind(all[i].host, guest.host)) ++i;
  return static_cast<char>(kWordForWord | i) + BytesOfGuest(all[i].host, guest);
}

std::vector<Violation> RunBytes(absl::Span<const uint8_t> bytes,
                                Handler<ConcreteGuest> handler) {
  const auto& [host, checker] = HostOf(bytes);
  const Guest guest = GuestOf(bytes);
  const ConcreteGuest concrete(guest);
  if (checker.Check(TakeTrap(concrete, handler)).violated.empty()) return {};
  Hunt hunt(host, handler, {});
  hunt.Try(guest, 0);
  return hunt.TakeViolations();
}

}  // namespace trapline::properties
