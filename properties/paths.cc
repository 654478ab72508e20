// SPDX-License-Identifier: Apache-2.0

#include "properties/paths.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace trapline::properties {
namespace {

constexpr char kLogic[] = "QF_UFBV";

const char* Name(z3::check_result answer) {
  return answer == z3::sat ? "sat" : answer == z3::unsat ? "unsat" : "unknown";
}

}  // namespace

Path::Path(z3::context* context, const Limits& limits, QueryObserver observer)
    : context_(context),
      limits_(limits),
      observer_(std::move(observer)),
      solver_(*context, kLogic),
      conditions_(*context),
      known_(*context),
      values_(*context) {
  solver_.set("timeout", limits.milliseconds);
}

z3::check_result Path::Ask(const z3::expr& condition,
                           std::optional<z3::model>* model) {
  solver_.push();
  solver_.add(condition);
  const auto start = std::chrono::steady_clock::now();
  const z3::check_result answer = solver_.check();
  if (observer_) {
    const std::chrono::duration<double> time =
        std::chrono::steady_clock::now() - start;
    observer_({answer, time.count(), [&] {
                 return absl::StrCat("(set-logic ", kLogic, ")\n",
                                     solver_.to_smt2(Name(answer)));
               }});
  }
  if (answer == z3::sat && model != nullptr) *model = solver_.get_model();
  if (answer == z3::unknown) {
    status_ = absl::DeadlineExceededError(
        absl::StrCat("Z3 gave up: ", solver_.reason_unknown()));
  }
  solver_.pop();
  return answer;
}

absl::StatusOr<bool> Path::CanBe(const z3::expr& condition) {
  if (!status_.ok()) return status_;
  const z3::check_result answer = Ask(condition, nullptr);
  if (!status_.ok()) return status_;
  return answer == z3::sat;
}

absl::StatusOr<std::optional<z3::model>> Path::Find(const z3::expr& condition) {
  if (!status_.ok()) return status_;
  std::optional<z3::model> model;
  Ask(condition, &model);
  if (!status_.ok()) return status_;
  return model;
}

void Path::Learn(const z3::expr& fact, bool holds) {
  if (fact.is_not()) return Learn(fact.arg(0), !holds);
  if (holds ? fact.is_and() : fact.is_or()) {
    for (unsigned i = 0; i < fact.num_args(); ++i) Learn(fact.arg(i), holds);
    return;
  }
  known_.push_back(fact);
  values_.push_back(context_->bool_val(holds));
  if (!holds || !fact.is_eq()) return;
  for (const unsigned i : {0, 1}) {
    if (!fact.arg(i).is_const() || !fact.arg(1 - i).is_numeral()) continue;
    known_.push_back(fact.arg(i));
    values_.push_back(fact.arg(1 - i));
  }
}

z3::expr Path::Reduce(const z3::expr& condition) const {
  return condition.simplify().substitute(known_, values_).simplify();
}

bool Path::Decide(const z3::expr& any_condition) {
  if (!status_.ok()) return false;
  const z3::expr condition = any_condition.simplify();
  if (condition.is_true() || condition.is_false()) return condition.is_true();
  if (depth_ == decisions_.size()) {
    if (depth_ == limits_.decisions) {
      status_ = absl::ResourceExhaustedError(
          absl::StrCat("a path has more than ", depth_, " decisions"));
      return false;
    }
    // The path so far is feasible: where one way is not, the other is.
    const auto yes = CanBe(condition);
    if (!yes.ok()) return false;
    const auto no = *yes ? CanBe(!condition) : absl::StatusOr<bool>(false);
    if (!no.ok()) return false;
    decisions_.push_back({*yes, *yes && *no});
  }
  const bool taken = decisions_[depth_].taken;
  if (depth_ == conditions_.size()) {
    conditions_.push_back(taken ? condition : !condition);
    solver_.push();
    solver_.add(conditions_.back());
    Learn(condition, taken);
  }
  ++depth_;
  return taken;
}

bool Path::TurnRound() {
  while (!decisions_.empty() && !decisions_.back().other_is_open) {
    decisions_.pop_back();
  }
  const size_t kept = decisions_.empty() ? 0 : decisions_.size() - 1;
  solver_.pop(conditions_.size() - kept);
  conditions_.resize(kept);
  known_.resize(0);
  values_.resize(0);
  for (unsigned i = 0; i < kept; ++i) Learn(conditions_[i], true);
  if (decisions_.empty()) return false;
  decisions_.back() = {!decisions_.back().taken, false};
  return true;
}

absl::StatusOr<size_t> ExplorePaths(z3::context* context, const Limits& limits,
                                    absl::FunctionRef<bool(Path&)> run,
                                    QueryObserver observer) {
  try {
    Path path(context, limits, std::move(observer));
    z3::expr_vector left_out(*context);
    for (size_t count = 1; count <= limits.paths; ++count) {
      path.Restart();
      const bool go_on = run(path);
      if (!path.status().ok()) return path.status();
      if (!go_on) return count;
      left_out.push_back(!path.Condition());
      if (path.TurnRound()) continue;
      const auto stray = path.CanBe(z3::mk_and(left_out));
      if (!stray.ok()) return stray.status();
      if (*stray) return absl::InternalError("the paths leave something out");
      return count;
    }
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", limits.paths, " paths"));
  } catch (const z3::exception& error) {
    return absl::InternalError(absl::StrCat("Z3: ", error.msg()));
  }
}

}  // namespace trapline::properties
