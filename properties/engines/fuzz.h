// SPDX-License-Identifier: Apache-2.0

// The fuzzed engine: any bytes are a guest of some host.

#ifndef TRAPLINE_PROPERTIES_ENGINES_FUZZ_H_
#define TRAPLINE_PROPERTIES_ENGINES_FUZZ_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "properties/engines/hunt.h"
#include "properties/guest.h"
#include "properties/step.h"

namespace trapline::properties {

// The guest that `bytes` are. Of the first byte the lower seven bits pick the
// host. If the upper is clear, what follows are the choices of DrawGuest, else
// it is a guest word for word (guest_bytes.h).
Guest GuestOf(absl::Span<const uint8_t> bytes);

// Bytes that GuestOf makes this guest of; its memory is taken to be whole, and
// its host to be one of those that are drawn but for switcher_addr.
std::string BytesOf(const Guest& guest);

// Takes the trap of the guest that `bytes` are.
std::vector<Violation> RunBytes(absl::Span<const uint8_t> bytes,
                                Handler<ConcreteGuest> handler);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_FUZZ_H_
