// SPDX-License-Identifier: Apache-2.0

// What Z3 simplified, which is not done twice.

#ifndef TRAPLINE_PROPERTIES_SIMPLIFICATIONS_H_
#define TRAPLINE_PROPERTIES_SIMPLIFICATIONS_H_

#include <z3++.h>

#include <unordered_map>

namespace trapline::properties {

class Simplifications {
 public:
  explicit Simplifications(z3::context* context) : kept_(*context) {}

  z3::expr Of(const z3::expr& value) {
    const auto [found, is_new] =
        known_.try_emplace(value.id(), kept_.size() + 1);
    if (is_new) {
      kept_.push_back(value);
      kept_.push_back(value.simplify());
    }
    return kept_[static_cast<int>(found->second)];
  }

 private:
  // Where each stands in kept_, behind the expression that it was made of: so
  // an id stays that of its expression.
  std::unordered_map<unsigned, unsigned> known_;
  z3::expr_vector kept_;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_SIMPLIFICATIONS_H_
