// SPDX-License-Identifier: Apache-2.0

#include "properties/scoped_solver.h"

#include <limits>

namespace trapline::properties {
namespace {

constexpr unsigned kConflicts = 2000;

z3::solver NewSolver(z3::context& context) {
  z3::solver solver(context, "QF_BV");
  solver.set("max_conflicts", kConflicts);
  // Never: the questions are too easy for it to pay.
  solver.set("simplify.delay", std::numeric_limits<unsigned>::max());
  return solver;
}

}  // namespace

ScopedSolver::ScopedSolver(z3::context* context)
    : solver_(NewSolver(*context)), facts_(*context) {}

void ScopedSolver::push() {
  solver_.push();
  scopes_.push_back(facts_.size());
}

void ScopedSolver::pop(size_t scopes) {
  if (scopes == 0) return;
  solver_.pop(static_cast<unsigned>(scopes));
  facts_.resize(static_cast<unsigned>(scopes_[scopes_.size() - scopes]));
  scopes_.resize(scopes_.size() - scopes);
}

void ScopedSolver::add(const z3::expr& fact) {
  solver_.add(fact);
  facts_.push_back(fact);
}

}  // namespace trapline::properties
