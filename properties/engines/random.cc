// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/random.h"

#include "properties/engines/draw_guest.h"
#include "properties/engines/shrink_guest.h"

namespace trapline::properties {
namespace {

Guest RandomGuest(const model::Host& host, rc::Random random) {
  uint64_t bits = 0;
  int bytes = 0;
  const auto next = [&] {
    if (bytes == 0) {
      bits = random.next();
      bytes = sizeof(bits);
    }
    const auto byte = static_cast<uint8_t>(bits);
    bits >>= 8;
    --bytes;
    return byte;
  };
  Choices choices(next);
  return DrawGuest(host, choices);
}

}  // namespace

rc::Gen<Guest> AnyGuest(const model::Host& host) {
  return [host](const rc::Random& random, int) {
    return Shrinkable(RandomGuest(host, random));
  };
}

std::vector<Violation> RunRandom(const model::Host& host,
                                 Handler<ConcreteGuest> handler,
                                 const RandomOptions& options) {
  Hunt hunt(host, handler, options);
  for (uint64_t i = 0; i < options.traps && !hunt.IsOver(); ++i) {
    const uint64_t seed = options.seed + i;
    hunt.Try(RandomGuest(host, rc::Random(seed)), seed);
  }
  return hunt.TakeViolations();
}

}  // namespace trapline::properties
