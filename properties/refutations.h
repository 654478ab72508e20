// SPDX-License-Identifier: Apache-2.0

// What Z3 has found impossible, and from which facts that follows: where they
// hold again, it need not be asked again.

#ifndef TRAPLINE_PROPERTIES_REFUTATIONS_H_
#define TRAPLINE_PROPERTIES_REFUTATIONS_H_

#include <z3++.h>

#include <unordered_map>
#include <vector>

namespace trapline::properties {

class Refutations {
 public:
  explicit Refutations(z3::context* context) : kept_(*context) {}

  // `condition` is impossible where all of `facts` hold.
  void Add(const z3::expr& condition, const z3::expr_vector& facts);

  // Whether that is known of these facts, or of some of them.
  bool Know(const z3::expr& condition, const z3::expr_vector& facts) const;

 private:
  using Ids = std::vector<unsigned>;

  z3::expr_vector kept_;  // so that an id stays that of its expression
  std::unordered_map<unsigned, std::vector<Ids>> known_;  // by the condition's
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_REFUTATIONS_H_
