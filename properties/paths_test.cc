// SPDX-License-Identifier: Apache-2.0

#include "properties/paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace trapline::properties {
namespace {

using ::testing::HasSubstr;

z3::expr Any(const Path& path, const char* name) {
  return path.context().bv_const(name, 32);
}

// Whether `product` has two factors of so many bits.
z3::expr HasFactors(const Path& path, unsigned bits, uint64_t product) {
  z3::context& context = path.context();
  const z3::expr x = z3::zext(context.bv_const("x", bits), bits);
  const z3::expr y = z3::zext(context.bv_const("y", bits), bits);
  return x * y == context.bv_val(product, 2 * bits) && z3::ugt(x, 1) &&
         z3::ult(x, y);
}

// The factors are prime: hours of work for a solver.
z3::expr HardCondition(const Path& path) {
  return HasFactors(path, 32, uint64_t{2860486313} * uint64_t{3267000013});
}

TEST(Paths, EachFeasibleWayIsRunOnce) {
  Symbols symbols;
  std::vector<std::vector<bool>> ways;
  const auto paths = ExplorePaths(&symbols, {}, [&](Path& path) {
    const z3::expr x = Any(path, "x");
    const bool below_8 = path.Decide(z3::ult(x, 8));
    const bool below_4 = path.Decide(z3::ult(x, 4));
    ways.push_back({below_8, below_4});
    return true;
  });
  ASSERT_TRUE(paths.ok()) << paths.status();
  EXPECT_EQ(*paths, 3u);
  EXPECT_EQ(ways, (std::vector<std::vector<bool>>{
                      {true, true}, {true, false}, {false, false}}));
}

TEST(Paths, ConditionIsThatOfTheWayTaken) {
  Symbols symbols;
  const auto paths = ExplorePaths(&symbols, {}, [&](Path& path) {
    const z3::expr x = Any(path, "x");
    const bool below = path.Decide(z3::ult(x, 8));
    z3::solver solver(path.context());
    solver.add(path.Condition() != (below ? z3::ult(x, 8) : z3::uge(x, 8)));
    EXPECT_EQ(solver.check(), z3::unsat);
    const auto can_be = path.CanBe(x == 7);
    EXPECT_TRUE(can_be.ok() && *can_be == below);
    const auto seven = path.Find(x == 7);
    EXPECT_TRUE(seven.ok() && seven->has_value() == below);
    if (below) {
      EXPECT_EQ((*seven)->eval(x).get_numeral_uint(), 7u);
    }
    return true;
  });
  EXPECT_TRUE(paths.ok()) << paths.status();
}

TEST(Paths, NamesAreEqualToWhatTheyName) {
  Symbols symbols;
  const auto paths = ExplorePaths(&symbols, {}, [&](Path& path) {
    const z3::expr x = Any(path, "x");
    const z3::expr next = path.Name(x + 1);
    const z3::expr is_8 = path.Name(next == 8);
    EXPECT_TRUE(is_8.is_const() && next.is_const());
    // Also before Z3 is asked about them.
    const auto seven = path.Find(x == 7);
    EXPECT_TRUE(seven.ok() && seven->has_value());
    EXPECT_EQ((*seven)->eval(next).get_numeral_uint(), 8u);
    EXPECT_TRUE((*seven)->eval(is_8).is_true());
    const auto other = path.CanBe(is_8 && x != 7);
    EXPECT_TRUE(other.ok() && !*other);
    return true;
  });
  EXPECT_TRUE(paths.ok()) << paths.status();
}

TEST(Paths, RefutesByFactsOnlyWhereTheyHold) {
  Symbols symbols;
  const auto paths = ExplorePaths(&symbols, {}, [&](Path& path) {
    const z3::expr x = Any(path, "x");
    for (int again = 0; again < 2; ++again) {
      const auto refuted = path.Find(x == 7, {x == 8});
      EXPECT_TRUE(refuted.ok() && !refuted->has_value());
      const auto other = path.Find(x == 7, {x != 8});
      EXPECT_TRUE(other.ok() && other->has_value());
      EXPECT_TRUE(path.Condition().simplify().is_true());
    }
    return true;
  });
  EXPECT_TRUE(paths.ok()) << paths.status();
}

TEST(Paths, WhatIsKnownIsNotDecided) {
  Symbols symbols;
  const Limits none = {1, 0};
  const auto paths = ExplorePaths(&symbols, none, [&](Path& path) {
    const z3::expr x = Any(path, "x");
    EXPECT_FALSE(path.Decide((x & 3) == 4));
    EXPECT_TRUE(path.Decide((x | 1) != 0));
    return true;
  });
  EXPECT_TRUE(paths.ok()) << paths.status();
}

TEST(Paths, EndWhereTheRunSaysSo) {
  Symbols symbols;
  const auto paths = ExplorePaths(&symbols, {}, [&](Path& path) {
    return !path.Decide(Any(path, "x") == 0);
  });
  ASSERT_TRUE(paths.ok()) << paths.status();
  EXPECT_EQ(*paths, 1u);
}

TEST(Paths, TooManyAreAnError) {
  const auto run = [](Path& path) {
    for (int bit = 0; bit < 4; ++bit) {
      path.Decide(Any(path, "x").extract(bit, bit) == 0);
    }
    return true;
  };
  Symbols symbols;
  EXPECT_TRUE(ExplorePaths(&symbols, {16}, run).ok());
  const auto paths = ExplorePaths(&symbols, {15}, run);
  EXPECT_EQ(paths.status(), absl::ResourceExhaustedError("more than 15 paths"));
}

TEST(Paths, OneThatNeverEndsIsAnError) {
  Symbols symbols;
  const auto paths = ExplorePaths(&symbols, {10, 20}, [&](Path& path) {
    for (int i = 0; path.Decide(Any(path, "x") != i); ++i) {
    }
    return true;
  });
  EXPECT_EQ(paths.status(),
            absl::ResourceExhaustedError("a path has more than 20 decisions"));
}

// It decides on something else the second time, so that x != 0, y == 0 is lost.
TEST(Paths, ThatLeaveSomethingOutAreAnError) {
  Symbols symbols;
  const char* name = "x";
  const auto paths = ExplorePaths(&symbols, {}, [&](Path& path) {
    path.Decide(Any(path, name) == 0);
    name = "y";
    return true;
  });
  EXPECT_EQ(paths.status(),
            absl::InternalError("the paths leave something out"));
}

TEST(Paths, UnknownIsAnErrorWhereARunDecides) {
  Symbols symbols;
  bool found = true;
  const auto paths = ExplorePaths(&symbols, {10, 10, 50}, [&](Path& path) {
    found = path.Decide(HardCondition(path));
    return true;
  });
  EXPECT_EQ(paths.status().code(), absl::StatusCode::kDeadlineExceeded)
      << paths.status();
  EXPECT_FALSE(found);
}

TEST(Paths, UnknownIsAnErrorOfTheQuestionThatARunAsks) {
  Symbols symbols;
  const auto paths = ExplorePaths(&symbols, {10, 10, 50}, [&](Path& path) {
    EXPECT_EQ(path.Find(HardCondition(path)).status().code(),
              absl::StatusCode::kDeadlineExceeded);
    EXPECT_TRUE(path.status().ok());
    const auto other = path.CanBe(Any(path, "z") == 7);
    EXPECT_TRUE(other.ok() && *other);
    return false;
  });
  EXPECT_TRUE(paths.ok()) << paths.status();
}

TEST(Paths, LimitOfTimeIsForEachQuestion) {
  Symbols symbols;
  const Limits limits = {1, 1, 500};
  const auto start = std::chrono::steady_clock::now();
  int asked = 0;
  const auto paths = ExplorePaths(&symbols, limits, [&](Path& path) {
    while (std::chrono::steady_clock::now() - start <
           2 * std::chrono::milliseconds(limits.milliseconds)) {
      const auto answer = path.CanBe(HasFactors(path, 8, uint64_t{251} * 241));
      if (!answer.ok()) break;
      ++asked;
    }
    return false;
  });
  EXPECT_TRUE(paths.ok()) << paths.status();
  EXPECT_GT(asked, 2);
}

TEST(Paths, EveryQuestionIsObservedWithItsAnswer) {
  Symbols symbols;
  std::vector<std::string> scripts;
  const auto paths = ExplorePaths(
      &symbols, {},
      [&](Path& path) {
        const z3::expr x = Any(path, "x");
        if (path.Decide(x == 3)) return path.CanBe(x == 4).ok();
        return true;
      },
      [&](const Query& query) {
        EXPECT_GE(query.seconds, 0);
        scripts.push_back(query.smt2());
        // Z3 reads it back to the same answer.
        z3::context other;
        z3::solver solver(other);
        solver.from_string(scripts.back().c_str());
        EXPECT_EQ(solver.check(), query.answer) << scripts.back();
      });
  EXPECT_TRUE(paths.ok()) << paths.status();
  // Both ways, whether 3 is 4, and whether something was left out.
  ASSERT_EQ(scripts.size(), 4u);
  EXPECT_THAT(scripts[1], HasSubstr("(set-info :status sat)"));
  EXPECT_THAT(scripts[2], HasSubstr("(set-info :status unsat)"));
  EXPECT_THAT(scripts[2], HasSubstr("(set-logic QF_BV)"));
  EXPECT_THAT(scripts[2], HasSubstr("(check-sat)"));
}

TEST(Paths, AnExceptionOfZ3IsAnError) {
  Symbols symbols;
  const auto paths = ExplorePaths(&symbols, {}, [&](Path& path) {
    path.Decide(Any(path, "x").extract(32, 0) == 0);  // of 32 bits
    return true;
  });
  EXPECT_EQ(paths.status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace trapline::properties
