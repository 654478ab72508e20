// SPDX-License-Identifier: Apache-2.0

// The random engine: RapidCheck makes up guests.

#ifndef TRAPLINE_PROPERTIES_ENGINES_RANDOM_H_
#define TRAPLINE_PROPERTIES_ENGINES_RANDOM_H_

#include <rapidcheck.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/flavor.h"
#include "properties/engines/hunt.h"
#include "properties/guest.h"
#include "properties/step.h"

namespace trapline::properties {

// Guests of this host, which shrink as Shrinkable says.
rc::Gen<Guest> AnyGuest(const model::Host& host);

struct RandomOptions : HuntOptions {
  uint64_t seed = 1;  // of the first trap; each next one has the next
  size_t traps = 20'000;
};

// Takes so many random traps. Violation::trap is the seed of the one trap: it
// shows the same again with `traps` 1.
std::vector<Violation> RunRandom(const model::Host& host,
                                 Handler<ConcreteGuest> handler,
                                 const RandomOptions& options = {});

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_RANDOM_H_
