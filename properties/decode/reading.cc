// SPDX-License-Identifier: Apache-2.0

#include "properties/decode/reading.h"

namespace trapline::properties {

Difference Compare(const Reading& handler, const Reading& architecture) {
  if (handler == architecture) return Difference::kNone;
  if (architecture.kind == Reading::kOther) return Difference::kOverAccept;
  if (handler.kind == Reading::kOther) return Difference::kUnderAccept;
  if (handler.kind != architecture.kind) return Difference::kWrongKind;
  if (handler.length != architecture.length) return Difference::kWrongLength;
  return Difference::kWrongWidth;
}

std::string_view DifferenceName(Difference difference) {
  switch (difference) {
    case Difference::kNone:
      return "alike";
    case Difference::kOverAccept:
      return "over-accepted";
    case Difference::kUnderAccept:
      return "under-accepted";
    case Difference::kWrongKind:
      return "wrong kind";
    case Difference::kWrongLength:
      return "wrong length";
    case Difference::kWrongWidth:
      return "wrong width";
  }
  return "";
}

}  // namespace trapline::properties
