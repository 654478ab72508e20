// SPDX-License-Identifier: Apache-2.0

// Runs code over symbols along every way it can go. A run is repeated along
// each prefix of its decisions, and Z3 tells which ways lead on.

#ifndef TRAPLINE_PROPERTIES_PATHS_H_
#define TRAPLINE_PROPERTIES_PATHS_H_

#include <z3++.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace trapline::properties {

// Where to give up, which is never a proof.
struct Limits {
  size_t paths = 10'000;
  size_t decisions = 1'000;       // along one path
  unsigned milliseconds = 5'000;  // of Z3, for each question
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
  Path(z3::context* context, const Limits& limits, QueryObserver observer);

  z3::context& context() const { return *context_; }

  // Takes a way that is feasible. Once the path has failed the way is always
  // the false one, so that the run comes to an end.
  bool Decide(const z3::expr& condition);

  // Whether some guest of this path satisfies `condition`. An error fails the
  // path.
  absl::StatusOr<bool> CanBe(const z3::expr& condition);
  // Such a guest.
  absl::StatusOr<std::optional<z3::model>> Find(const z3::expr& condition);

  // `condition` as it stands on this path: what was decided is put in.
  z3::expr Reduce(const z3::expr& condition) const;

  // The symbols lead along this path if and only if this holds.
  z3::expr Condition() const { return z3::mk_and(conditions_); }

  const absl::Status& status() const { return status_; }

  // Goes back to the start, with the decisions as they stand; turns round at
  // the last decision whose other way is still to be run.
  void Restart() { depth_ = 0; }
  bool TurnRound();

 private:
  struct Decision {
    bool taken;
    bool other_is_open;
  };

  void Learn(const z3::expr& fact, bool holds);

  z3::check_result Ask(const z3::expr& condition,
                       std::optional<z3::model>* model);

  z3::context* const context_;
  const Limits limits_;
  const QueryObserver observer_;
  z3::solver solver_;  // holds conditions_, one scope a decision
  z3::expr_vector conditions_;
  // What the conditions say, atom by atom: known_[i] is values_[i].
  z3::expr_vector known_;
  z3::expr_vector values_;
  std::vector<Decision> decisions_;
  size_t depth_ = 0;
  absl::Status status_;
};

// Calls `run` once for each feasible path and returns their number; `run`
// returns false to end it there. It has to decide alike when run alike. What
// it found counts only where the result is not an error: Z3 may have given up,
// or a limit was reached. Where every path was run, Z3 has confirmed that they
// leave nothing out.
absl::StatusOr<size_t> ExplorePaths(z3::context* context, const Limits& limits,
                                    absl::FunctionRef<bool(Path&)> run,
                                    QueryObserver observer = nullptr);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_PATHS_H_
