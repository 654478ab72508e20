// SPDX-License-Identifier: Apache-2.0

// The fuzzed engine: any bytes are a guest of some host.

#ifndef TRAPLINE_PROPERTIES_ENGINES_FUZZ_H_
#define TRAPLINE_PROPERTIES_ENGINES_FUZZ_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "properties/engines/hunt.h"
#include "properties/guest.h"
#include "properties/step.h"

namespace trapline::properties {

// Takes the one trap that `bytes` are: the first picks the host, the others are
// the choices of DrawGuest.
std::vector<Violation> RunBytes(absl::Span<const uint8_t> bytes,
                                Handler<ConcreteGuest> handler);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_FUZZ_H_
