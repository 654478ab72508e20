// SPDX-License-Identifier: Apache-2.0

// Tells what is true of all guests, for tests.

#ifndef TRAPLINE_PROPERTIES_TESTING_TRUTH_H_
#define TRAPLINE_PROPERTIES_TESTING_TRUTH_H_

#include <gtest/gtest.h>
#include <z3++.h>

#include <string>

#include "model/flavor.h"
#include "properties/paths.h"
#include "properties/symbolic_guest.h"

namespace trapline::properties {

// All guests of a host of F10.
class TruthTest : public ::testing::Test {
 protected:
  // Whether `a` is true of all guests, of some, or of none.
  std::string Truth(const SymbolicBool& a) {
    const auto can_be = path_.CanBe(a.Lift(context_));
    const auto can_fail = path_.CanBe((!a).Lift(context_));
    if (!can_be.ok() || !can_fail.ok()) return "unknown";
    return !*can_be ? "never" : *can_fail ? "some" : "always";
  }

  const model::Host host_ = {*model::FindFlavor("F10")};
  Symbols symbols_;
  z3::context& context_ = symbols_.context;
  Path path_{&symbols_, {}, nullptr};
  const SymbolicGuest guest_{host_, &path_};
  const SymbolicWord eip_ = guest_.state().eip;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_TESTING_TRUTH_H_
