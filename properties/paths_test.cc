// SPDX-License-Identifier: Apache-2.0

#include "properties/paths.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "properties/symbolic_value.h"

namespace trapline::properties {
namespace {

SymbolicWord Any(Path& path, const char* name) {
  return {&path, path.context()->bv_const(name, 32)};
}

// Whether `product` has two factors of so many bits.
z3::expr HasFactors(Path& path, unsigned bits, uint64_t product) {
  z3::context& context = *path.context();
  const z3::expr x = z3::zext(context.bv_const("x", bits), bits);
  const z3::expr y = z3::zext(context.bv_const("y", bits), bits);
  return x * y == context.bv_val(product, 2 * bits) && z3::ugt(x, 1) &&
         z3::ult(x, y);
}

// The factors are prime: hours of work for a solver.
z3::expr HardCondition(Path& path) {
  return HasFactors(path, 32, uint64_t{4294967291} * uint64_t{4294967279});
}

TEST(Paths, EachFeasibleWayIsRunOnce) {
  z3::context context;
  std::vector<std::vector<bool>> ways;
  const auto paths = ExplorePaths(&context, {}, [&](Path& path) {
    const SymbolicWord x = Any(path, "x");
    const bool below_8 = static_cast<bool>(x < 8);
    const bool below_4 = static_cast<bool>(x < 4);
    ways.push_back({below_8, below_4});
    return true;
  });
  ASSERT_TRUE(paths.ok()) << paths.status();
  EXPECT_EQ(*paths, 3u);
  EXPECT_EQ(ways, (std::vector<std::vector<bool>>{
                      {true, true}, {true, false}, {false, false}}));
}

TEST(Paths, ConditionIsThatOfTheWayTaken) {
  z3::context context;
  const auto paths = ExplorePaths(&context, {}, [&](Path& path) {
    const SymbolicWord x = Any(path, "x");
    const bool below = static_cast<bool>(x < 8);
    const auto seven = path.Find((x == 7).Lift(context));
    EXPECT_TRUE(seven.ok());
    EXPECT_EQ(seven->has_value(), below);
    z3::solver solver(context);
    solver.add(path.Condition() != (below ? x < 8 : x >= 8).Lift(context));
    EXPECT_EQ(solver.check(), z3::unsat);
    return true;
  });
  EXPECT_TRUE(paths.ok()) << paths.status();
}

TEST(Paths, WhatIsKnownIsNotDecided) {
  z3::context context;
  const Limits none = {1, 0};
  const auto paths = ExplorePaths(&context, none, [&](Path& path) {
    const SymbolicWord x = Any(path, "x");
    EXPECT_FALSE(static_cast<bool>((x & 3) == 4));
    EXPECT_TRUE(static_cast<bool>((x | 1) != 0));
    return true;
  });
  EXPECT_TRUE(paths.ok()) << paths.status();
}

TEST(Paths, EndWhereTheRunSaysSo) {
  z3::context context;
  const auto paths = ExplorePaths(&context, {}, [&](Path& path) {
    return Any(path, "x") == 0 ? false : true;
  });
  ASSERT_TRUE(paths.ok()) << paths.status();
  EXPECT_EQ(*paths, 1u);
}

TEST(Paths, TooManyAreAnError) {
  const auto run = [](Path& path) {
    for (uint32_t bit = 0; bit < 4; ++bit) {
      if (((Any(path, "x") >> bit) & 1) == 0) continue;
    }
    return true;
  };
  z3::context context;
  EXPECT_TRUE(ExplorePaths(&context, {16}, run).ok());
  const auto paths = ExplorePaths(&context, {15}, run);
  EXPECT_EQ(paths.status(), absl::ResourceExhaustedError("more than 15 paths"));
}

TEST(Paths, OneThatNeverEndsIsAnError) {
  z3::context context;
  const auto paths = ExplorePaths(&context, {10, 20}, [&](Path& path) {
    for (SymbolicWord x = Any(path, "x"); x != 0; x = x - 1) {
    }
    return true;
  });
  EXPECT_EQ(paths.status(),
            absl::ResourceExhaustedError("a path has more than 20 decisions"));
}

// It decides on something else the second time, so that x != 0, y == 0 is lost.
TEST(Paths, ThatLeaveSomethingOutAreAnError) {
  z3::context context;
  const char* name = "x";
  const auto paths = ExplorePaths(&context, {}, [&](Path& path) {
    static_cast<void>(static_cast<bool>(Any(path, name) == 0));
    name = "y";
    return true;
  });
  EXPECT_EQ(paths.status(),
            absl::InternalError("the paths leave something out"));
}

TEST(Paths, UnknownIsAnErrorWhereARunDecides) {
  z3::context context;
  bool found = false;
  const auto paths = ExplorePaths(&context, {10, 10, 100'000}, [&](Path& path) {
    found = static_cast<bool>(SymbolicBool(&path, HardCondition(path)));
    return true;
  });
  EXPECT_EQ(paths.status().code(), absl::StatusCode::kDeadlineExceeded)
      << paths.status();
  EXPECT_FALSE(found);
}

TEST(Paths, UnknownIsAnErrorWhereARunAsks) {
  z3::context context;
  const auto paths = ExplorePaths(&context, {10, 10, 100'000}, [&](Path& path) {
    const auto answer = path.Find(HardCondition(path));
    EXPECT_FALSE(answer.ok());
    return false;
  });
  EXPECT_EQ(paths.status().code(), absl::StatusCode::kDeadlineExceeded)
      << paths.status();
}

TEST(Paths, LimitOfResourcesIsForEachQuestion) {
  z3::context context;
  int asked = 0;
  const auto ask = [&](Path& path) {
    for (asked = 0; asked < 50 && path.status().ok(); ++asked) {
      path.Find(HasFactors(path, 8, uint64_t{251} * 241))
          .status()
          .IgnoreError();
    }
    return false;
  };
  // So each costs more than 1000.
  EXPECT_FALSE(ExplorePaths(&context, {1, 1, 1'000}, ask).ok());
  EXPECT_EQ(asked, 1);
  const auto paths = ExplorePaths(&context, {1, 1, 30'000}, ask);
  EXPECT_TRUE(paths.ok()) << paths.status();
  EXPECT_EQ(asked, 50);
}

TEST(Paths, AnExceptionOfZ3IsAnError) {
  z3::context context;
  const auto paths = ExplorePaths(&context, {}, [&](Path& path) {
    path.Decide(context.bv_const("x", 32));  // not a truth value
    return true;
  });
  EXPECT_EQ(paths.status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace trapline::properties
