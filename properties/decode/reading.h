// SPDX-License-Identifier: Apache-2.0

// What bytes are taken for, by the handler or by the architecture, and how two
// such readings differ.

#ifndef TRAPLINE_PROPERTIES_DECODE_READING_H_
#define TRAPLINE_PROPERTIES_DECODE_READING_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"

namespace trapline::properties {

using Bytes = absl::Span<const uint8_t>;

struct Reading {
  enum Kind : uint8_t { kOther, kIn, kOut, kCli };
  Kind kind = kOther;
  uint32_t length = 0;  // bytes; 0 of any other, as is `eax`
  uint32_t eax = 0;     // the bits of eax that it writes

  friend bool operator==(const Reading& a, const Reading& b) {
    return a.kind == b.kind && a.length == b.length && a.eax == b.eax;
  }
  friend bool operator!=(const Reading& a, const Reading& b) {
    return !(a == b);
  }
};

// Reads the start of an instruction. Nothing where those bytes do not tell:
// then, and only then, would more of them be looked at.
using Reader = absl::FunctionRef<std::optional<Reading>(Bytes start)>;

enum class Difference {
  kNone,
  kOverAccept,   // stepped over, but no IN, OUT or CLI
  kUnderAccept,  // an IN, OUT or CLI that is not stepped over
  kWrongKind,
  kWrongLength,
  kWrongWidth,  // other bits of eax are written
};

Difference Compare(const Reading& handler, const Reading& architecture);

// As in "over-accepted".
std::string_view DifferenceName(Difference difference);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_DECODE_READING_H_
