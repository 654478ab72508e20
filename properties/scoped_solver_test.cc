// SPDX-License-Identifier: Apache-2.0

#include "properties/scoped_solver.h"

#include <gtest/gtest.h>

namespace trapline::properties {
namespace {

class ScopedSolverTest : public ::testing::Test {
 protected:
  bool Allows(const z3::expr& condition) {
    solver_.push();
    solver_.add(condition);
    const z3::check_result answer = solver_.check(z3::expr_vector(context_));
    EXPECT_NE(answer, z3::unknown);
    solver_.pop(1);
    return answer == z3::sat;
  }

  z3::context context_;
  ScopedSolver solver_{&context_};
  const z3::expr a_ = context_.bool_const("a");
  const z3::expr b_ = context_.bool_const("b");
  const z3::expr c_ = context_.bool_const("c");
};

TEST_F(ScopedSolverTest, HoldsWhatItsScopesHold) {
  solver_.add(a_);
  solver_.push();
  solver_.push();
  solver_.add(b_);
  solver_.push();
  solver_.add(c_);
  EXPECT_EQ(solver_.facts().size(), 3u);
  EXPECT_FALSE(Allows(!c_));
  solver_.pop(1);
  EXPECT_TRUE(Allows(!c_));
  EXPECT_FALSE(Allows(!b_));
  solver_.pop(2);
  EXPECT_TRUE(Allows(!b_));
  EXPECT_FALSE(Allows(!a_));
  EXPECT_EQ(solver_.facts().size(), 1u);
}

TEST_F(ScopedSolverTest, HoldsWhatItHeldWhereItGaveUp) {
  const z3::expr x = context_.bv_const("x", 48);
  const z3::expr y = context_.bv_const("y", 48);
  solver_.push();
  solver_.add(a_);
  solver_.push();
  // Factors of a number that has none of these sizes: no solver is quick.
  const z3::expr zero = context_.bv_val(0, 48);
  solver_.add(z3::concat(zero, x) * z3::concat(zero, y) ==
              z3::concat(zero, context_.bv_val(uint64_t{281474976710597}, 48)));
  solver_.add(z3::ugt(x, 1) && z3::ugt(y, 1));
  ASSERT_EQ(solver_.check(z3::expr_vector(context_)), z3::unknown);
  solver_.pop(1);
  EXPECT_EQ(solver_.facts().size(), 1u);
  EXPECT_TRUE(Allows(a_));
}

}  // namespace
}  // namespace trapline::properties
