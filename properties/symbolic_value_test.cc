// SPDX-License-Identifier: Apache-2.0

#include "properties/symbolic_value.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

namespace trapline::properties {
namespace {

template <class Value>
std::array<Value, 8> WordsOf(const Value& x, const Value& y) {
  return {x + y, x - y, x & y, x | y, x ^ y, ~x, x << 5, x >> 5};
}

template <class Truth, class Value>
std::vector<Truth> TruthsOf(const Value& x, const Value& y) {
  return {x == y,         x != y,         x < y,          x >= y,
          !(x == y),      x < y && x < 9, x < y || x < 9, true && x < y,
          x < y && false, false || x < y, x < y || true};
}

// Of each operation whether it does with symbols, whose values are then told,
// what it does with numbers.
class SymbolicValue : public ::testing::Test {
 protected:
  uint64_t There(const z3::expr& value, uint32_t x, uint32_t y) {
    z3::expr_vector from(context_);
    from.push_back(x_);
    from.push_back(y_);
    z3::expr_vector to(context_);
    to.push_back(context_.bv_val(x, 32));
    to.push_back(context_.bv_val(y, 32));
    z3::expr copy = value;
    const z3::expr there = copy.substitute(from, to).simplify();
    return there.is_bool() ? there.is_true() : there.get_numeral_uint64();
  }

  z3::context context_;
  const z3::expr x_ = context_.bv_const("x", 32);
  const z3::expr y_ = context_.bv_const("y", 32);
};

constexpr uint32_t kSamples[] = {0,          1,          7,         8,
                                 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};

TEST_F(SymbolicValue, WordsDoAsNumbersDo) {
  const auto symbols = WordsOf(SymbolicWord(x_), SymbolicWord(y_));
  for (const uint32_t x : kSamples) {
    for (const uint32_t y : kSamples) {
      const auto numbers = WordsOf<uint32_t>(x, y);
      const auto known = WordsOf(SymbolicWord(x), SymbolicWord(y));
      const auto mixed = WordsOf(SymbolicWord(x), SymbolicWord(y_));
      for (size_t i = 0; i < numbers.size(); ++i) {
        SCOPED_TRACE(testing::Message() << i << " of " << x << ", " << y);
        EXPECT_EQ(known[i].Known(), numbers[i]);
        EXPECT_EQ(There(symbols[i].Lift(context_), x, y), numbers[i]);
        EXPECT_EQ(There(mixed[i].Lift(context_), x, y), numbers[i]);
      }
    }
  }
}

TEST_F(SymbolicValue, TruthsDoAsBoolDoes) {
  const auto symbols =
      TruthsOf<SymbolicBool>(SymbolicWord(x_), SymbolicWord(y_));
  for (const uint32_t x : kSamples) {
    for (const uint32_t y : kSamples) {
      const auto numbers = TruthsOf<bool>(x, y);
      const auto known =
          TruthsOf<SymbolicBool>(SymbolicWord(x), SymbolicWord(y));
      for (size_t i = 0; i < numbers.size(); ++i) {
        SCOPED_TRACE(testing::Message() << i << " of " << x << ", " << y);
        EXPECT_EQ(known[i].Known(), numbers[i]);
        EXPECT_EQ(There(symbols[i].Lift(context_), x, y), numbers[i]);
      }
    }
  }
}

TEST_F(SymbolicValue, KnownTruthDecidesWithoutASolver) {
  const SymbolicBool any = SymbolicWord(x_) == 0;
  EXPECT_EQ(any.Known(), std::nullopt);
  EXPECT_EQ((any || true).Known(), true);
  EXPECT_EQ((true || any).Known(), true);
  EXPECT_EQ((any && false).Known(), false);
  EXPECT_EQ((false && any).Known(), false);
  EXPECT_EQ((any && true).Known(), std::nullopt);
  EXPECT_EQ(SymbolicWord(x_).Known(), std::nullopt);
}

TEST_F(SymbolicValue, EqualityLooksIntoAChoiceThatIsANumber) {
  const z3::expr is_3 = x_ == 3;
  const z3::expr one = context_.bv_val(1, 32);
  for (const bool first : {true, false}) {
    const SymbolicWord choice(first ? z3::ite(is_3, one, y_)
                                    : z3::ite(!is_3, y_, one));
    EXPECT_FALSE((choice == 2).Lift(context_).is_eq());
    for (const uint32_t x : {3, 4}) {
      for (const uint32_t y : {1, 2}) {
        for (const uint32_t number : {1, 2}) {
          EXPECT_EQ(There((choice == number).Lift(context_), x, y),
                    (x == 3 ? 1 : y) == number);
        }
      }
    }
  }
}

TEST_F(SymbolicValue, BytesAreEightBitsAndWrap) {
  const SymbolicByte byte(context_.bv_const("b", 8));
  EXPECT_EQ(byte.Lift(context_).get_sort().bv_size(), 8u);
  EXPECT_EQ((SymbolicByte(0xFF) + SymbolicByte(1)).Known(), 0);
  EXPECT_EQ((~SymbolicByte(0x0F)).Known(), 0xF0);
}

// A truth that is not known yet cannot stand in an `if`.
static_assert(!std::is_constructible_v<bool, SymbolicBool>);
static_assert(!std::is_constructible_v<bool, SymbolicWord>);

}  // namespace
}  // namespace trapline::properties
