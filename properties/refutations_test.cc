// SPDX-License-Identifier: Apache-2.0

#include "properties/refutations.h"

#include <gtest/gtest.h>

namespace trapline::properties {
namespace {

class RefutationsTest : public ::testing::Test {
 protected:
  z3::expr_vector Facts(std::initializer_list<z3::expr> facts) {
    z3::expr_vector vector(context_);
    for (const z3::expr& fact : facts) vector.push_back(fact);
    return vector;
  }

  z3::context context_;
  Refutations refutations_{&context_};
  const z3::expr a_ = context_.bool_const("a");
  const z3::expr b_ = context_.bool_const("b");
  const z3::expr c_ = context_.bool_const("c");
};

TEST_F(RefutationsTest, HoldWhereAllTheirFactsDo) {
  refutations_.Add(c_, Facts({a_, b_}));
  EXPECT_TRUE(refutations_.Know(c_, Facts({a_, b_})));
  EXPECT_TRUE(refutations_.Know(c_, Facts({b_, !c_, a_})));
  EXPECT_FALSE(refutations_.Know(c_, Facts({a_})));
  EXPECT_FALSE(refutations_.Know(c_, Facts({a_, !b_})));
  EXPECT_FALSE(refutations_.Know(!c_, Facts({a_, b_})));
}

TEST_F(RefutationsTest, OfNoFactHoldEverywhere) {
  EXPECT_FALSE(refutations_.Know(c_, Facts({})));
  refutations_.Add(c_, Facts({}));
  EXPECT_TRUE(refutations_.Know(c_, Facts({})));
  EXPECT_TRUE(refutations_.Know(c_, Facts({a_})));
}

TEST_F(RefutationsTest, OneThatHoldsIsEnough) {
  refutations_.Add(c_, Facts({a_}));
  refutations_.Add(c_, Facts({b_}));
  EXPECT_TRUE(refutations_.Know(c_, Facts({b_})));
}

// The id of an expression that is gone is used again.
TEST_F(RefutationsTest, KeepTheirExpressions) {
  const auto is_below = [&](int i) {
    return z3::ult(context_.bv_const("x", 32), i);
  };
  for (int i = 0; i < 100; ++i) refutations_.Add(is_below(i), Facts({}));
  for (int i = 100; i < 200; ++i) {
    EXPECT_FALSE(refutations_.Know(is_below(i), Facts({}))) << i;
  }
}

}  // namespace
}  // namespace trapline::properties
