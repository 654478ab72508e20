// SPDX-License-Identifier: Apache-2.0

// A guest as bytes, word for word, so that one that was recorded can be an
// input of the fuzzer: what DrawGuest makes of choices cannot be turned round.

#ifndef TRAPLINE_PROPERTIES_ENGINES_GUEST_BYTES_H_
#define TRAPLINE_PROPERTIES_ENGINES_GUEST_BYTES_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "model/flavor.h"
#include "properties/guest.h"

namespace trapline::properties {

// Little endian; what is left out at the end is zero.
//
//   6 bytes   which words are not zero: those of the state, then gate.lo,
//             gate.hi, switcher_addr XOR the host's, cs.base, ss.base
//   4 each    these words
//   1 byte    bit 0: lguest_data is not accessible; 1, 2: cs, ss are of 16 bits
//   1 each    bit i: shadow i is absent; page i is not to be had
//   the rest  memory: an address, 4 bytes; how many bytes, 1; the bytes
Guest GuestOfBytes(const model::Host& host, absl::Span<const uint8_t> bytes);

// Of the host's answers, the first eight.
std::string BytesOfGuest(const model::Host& host, const Guest& guest);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_GUEST_BYTES_H_
