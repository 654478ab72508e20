// SPDX-License-Identifier: Apache-2.0

// A stream of bytes read as choices. Zero is always the plainest.

#ifndef TRAPLINE_PROPERTIES_ENGINES_CHOICES_H_
#define TRAPLINE_PROPERTIES_ENGINES_CHOICES_H_

#include <cstdint>
#include <initializer_list>

#include "absl/functional/function_ref.h"

namespace trapline::properties {

class Choices {
 public:
  // `next` gives the bytes, zeros after the last. It must outlive this.
  explicit Choices(absl::FunctionRef<uint8_t()> next) : next_(next) {}

  uint32_t Word() {
    uint32_t word = 0;
    for (int i = 0; i < 4; ++i) word |= uint32_t{next_()} << (8 * i);
    return word;
  }
  // Of 0 to count - 1; `count` is at most 256.
  uint32_t Below(uint32_t count) { return next_() % count; }
  bool OneIn(uint32_t count) { return Below(count) == count - 1; }
  // One of them; the first is the plainest.
  template <class Value>
  Value Of(std::initializer_list<Value> values) {
    return values.begin()[Below(static_cast<uint32_t>(values.size()))];
  }

  // Whether this part of a guest is to be an unusual one, as one in `oddity`
  // is; none where that is zero, as it is at first.
  bool IsOdd() { return oddity_ != 0 && OneIn(oddity_); }
  void SetOddity(uint32_t oddity) { oddity_ = oddity; }

 private:
  absl::FunctionRef<uint8_t()> next_;
  uint32_t oddity_ = 0;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_CHOICES_H_
