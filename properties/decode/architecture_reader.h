// SPDX-License-Identifier: Apache-2.0

// The architecture's reading, by Zydis: of a 32-bit segment in protected mode.

#ifndef TRAPLINE_PROPERTIES_DECODE_ARCHITECTURE_READER_H_
#define TRAPLINE_PROPERTIES_DECODE_ARCHITECTURE_READER_H_

#include <optional>

#include "properties/decode/reading.h"

namespace trapline::properties {

// A Reader. An IN reads ones: there is nothing at any port.
std::optional<Reading> ReadByArchitecture(Bytes start);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_DECODE_ARCHITECTURE_READER_H_
