// SPDX-License-Identifier: Apache-2.0

// Runs code over symbols along every way it can go. A run is repeated along
// each prefix of its decisions, and Z3 tells which ways lead on.

#ifndef TRAPLINE_PROPERTIES_PATHS_H_
#define TRAPLINE_PROPERTIES_PATHS_H_

#include <z3++.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "properties/scoped_solver.h"
#include "properties/symbolic_memory.h"
#include "properties/symbols.h"

namespace trapline::properties {

// Where to give up, which is never a proof.
struct Limits {
  size_t paths = 10'000;
  size_t decisions = 1'000;  // along one path
  // Of Z3, for each question that is not easy.
  unsigned milliseconds = 5'000;
};

// A question to Z3, as it was answered.
struct Query {
  z3::check_result answer;
  double seconds;
  // The question as a script of SMT-LIB 2 that tells the answer.
  absl::FunctionRef<std::string()> smt2;
};

// Called after each question; may be empty.
using QueryObserver = std::function<void(const Query&)>;

// One run, as far as it has come.
class Path {
 public:
  Path(Symbols* symbols, const Limits& limits, QueryObserver observer);

  z3::context& context() const { return symbols_->context; }
  const SymbolicMemory& memory() const { return symbols_->memory; }

  // A symbol that is equal to `value`, of 32 bits or a truth.
  z3::expr Name(const z3::expr& value);
  // What stands at `pa` before the trap: 8 bits, or 32, little endian.
  z3::expr Read(const z3::expr& pa, unsigned bits) {
    return symbols_->memory.Read(Name(pa), bits);
  }

  // Takes a way that is feasible. Once the path has failed the way is always
  // the false one, so that the run comes to an end.
  bool Decide(const z3::expr& condition);

  // Whether some guest of this path satisfies `condition`; an error where Z3
  // gives up.
  absl::StatusOr<bool> CanBe(const z3::expr& condition);
  // Such a guest. That there is none is remembered with what it follows from:
  // where the condition holds only of guests for which all of `facts` do, they
  // should be told apart, since they come again with other conditions.
  absl::StatusOr<std::optional<z3::model>> Find(
      const z3::expr& condition, absl::Span<const z3::expr> facts = {});

  z3::expr Simplify(const z3::expr& value) {
    return symbols_->simplifications.Of(value);
  }

  // `condition` as it stands on this path: what was decided is put in.
  z3::expr Reduce(const z3::expr& condition);

  // The symbols lead along this path if and only if this holds.
  z3::expr Condition() const { return z3::mk_and(conditions_); }

  const absl::Status& status() const { return status_; }

  // As if this path had read all that any has.
  void RememberAll() { symbols_->memory.RememberAll(); }

  // Goes back to the start, with the decisions as they stand; turns round at
  // the last decision whose other way is still to be run.
  void Restart() {
    depth_ = 0;
    decided_.clear();
    asked_.resize(0);
    known_.resize(0);
    values_.resize(0);
    reductions_.clear();
    reduced_.resize(0);
    symbols_->memory.Restart();
  }
  bool TurnRound();

 private:
  struct Decision {
    bool taken;
    bool other_is_open;
  };

  // Asks until the memory of the guest that is found agrees with itself. What
  // that takes is added to `agreements`.
  template <class Solver>
  z3::check_result Check(Solver* solver, const z3::expr_vector& assumed,
                         z3::expr_vector* agreements,
                         std::optional<z3::model>* model);
  // Whether all that the solver was told is true of it.
  bool IsOfHere(const z3::model& model) const;
  void Observe(z3::check_result answer,
               std::chrono::steady_clock::time_point start) const;
  // Find, where conditions_ tells of the facts too.
  absl::StatusOr<std::optional<z3::model>> FindHere(const z3::expr& condition);
  // In the solver's scope, those that are not yet.
  void AssumeConditions();
  // Tells the solver what the names in `value` are; a fact, with its names.
  void Define(const z3::expr& value);
  void Tell(const z3::expr& fact);
  // Leaves the solver that many scopes.
  void PopTo(size_t scopes);
  z3::expr_vector ConditionsOf(const z3::expr_vector& core) const;
  void Learn(const z3::expr& fact, bool holds);

  Symbols* const symbols_;
  const Limits limits_;
  const QueryObserver observer_;
  // Holds that each of assumed_ implies its condition, one scope a decision.
  ScopedSolver solver_;
  z3::expr_vector conditions_;
  z3::expr_vector assumed_;
  // What the conditions say, atom by atom: known_[i] is values_[i].
  z3::expr_vector known_;
  z3::expr_vector values_;
  // What Reduce made of a condition, by its id: where it stands in reduced_,
  // each behind the condition, so that an id stays that of its expression.
  std::unordered_map<unsigned, unsigned> reductions_;
  z3::expr_vector reduced_;
  // Of each name: below how many scopes the solver has it; kNowhere.
  std::vector<size_t> scopes_;
  std::vector<Decision> decisions_;
  size_t depth_ = 0;
  // Of this run, by the condition's id: asked again it is not decided again.
  std::unordered_map<unsigned, bool> decided_;
  z3::expr_vector asked_;  // so that an id stays that of its expression
  absl::Status status_;
};

// Calls `run` once for each feasible path and returns their number; `run`
// returns false to end it there. It has to decide alike when run alike. What
// it found counts only where the result is not an error: Z3 may have given up,
// or a limit was reached. Where every path was run, Z3 has confirmed that they
// leave nothing out.
absl::StatusOr<size_t> ExplorePaths(Symbols* symbols, const Limits& limits,
                                    absl::FunctionRef<bool(Path&)> run,
                                    QueryObserver observer = nullptr);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_PATHS_H_
