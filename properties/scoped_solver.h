// SPDX-License-Identifier: Apache-2.0

// A solver with scopes that knows itself what it holds.

#ifndef TRAPLINE_PROPERTIES_SCOPED_SOLVER_H_
#define TRAPLINE_PROPERTIES_SCOPED_SOLVER_H_

#include <z3++.h>

#include <cstddef>
#include <vector>

namespace trapline::properties {

// Of bit-vectors; gives up after some thousand conflicts. It is quick where a
// question is easy, since it keeps what the last one taught it. Its members are
// named as those of z3::solver are.
//
// Where it gave up Z3 4.8.12 may lose a fact, and find models afterwards that
// break it: a model has to be evaluated before it is believed. That there is
// none stays true.
class ScopedSolver {
 public:
  explicit ScopedSolver(z3::context* context);

  void push();
  void pop(size_t scopes);
  void add(const z3::expr& fact);
  size_t scopes() const { return scopes_.size(); }

  // All that it holds.
  const z3::expr_vector& facts() const { return facts_; }

  z3::check_result check(const z3::expr_vector& assumed) {
    return solver_.check(assumed);
  }
  z3::model get_model() const { return solver_.get_model(); }
  z3::expr_vector unsat_core() const { return solver_.unsat_core(); }

 private:
  z3::solver solver_;
  z3::expr_vector facts_;
  std::vector<size_t> scopes_;  // how many facts were held when each was begun
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_SCOPED_SOLVER_H_
