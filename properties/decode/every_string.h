// SPDX-License-Identifier: Apache-2.0

// Every string of some bytes, as both sides read it.

#ifndef TRAPLINE_PROPERTIES_DECODE_EVERY_STRING_H_
#define TRAPLINE_PROPERTIES_DECODE_EVERY_STRING_H_

#include <cstddef>
#include <cstdint>

#include "absl/functional/function_ref.h"
#include "properties/decode/reading.h"

namespace trapline::properties {

// Bytes that no instruction minds stand behind a string that ends in the midst
// of one: its immediate, and the rest of any other.
inline constexpr uint8_t kFiller = 0x80;

// Strings that start alike, where neither side looks at what follows.
struct AlikeStrings {
  Bytes start;
  uint64_t count;
  Reading handler;
  Reading architecture;
};

// Visits all strings of `size` bytes, 1 to 8, in order. Neither reader is
// asked about a string whose start it could read.
void ForEachString(size_t size, Reader handler, Reader architecture,
                   absl::FunctionRef<void(const AlikeStrings&)> visit);

// What a reader makes of a whole string.
Reading ReadWhole(Reader reader, Bytes string);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_DECODE_EVERY_STRING_H_
