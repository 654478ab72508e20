// SPDX-License-Identifier: Apache-2.0

// The values of a World of one guest: numbers.

#ifndef TRAPLINE_MODEL_CONCRETE_H_
#define TRAPLINE_MODEL_CONCRETE_H_

#include <cstdint>

#include "model/branch.h"

namespace trapline::model {

struct ConcreteValues {
  using Word = uint32_t;
  using Byte = uint8_t;
  using Bool = bool;

  static constexpr bool Take(Branch, bool condition) { return condition; }
  static constexpr uint32_t Name(uint32_t word) { return word; }
  static constexpr bool Name(bool truth) { return truth; }
  static constexpr uint32_t Select(bool condition, uint32_t yes, uint32_t no) {
    return condition ? yes : no;
  }
};

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_CONCRETE_H_
