// SPDX-License-Identifier: Apache-2.0

#include "properties/paths.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace trapline::properties {
namespace {

constexpr size_t kNowhere = SIZE_MAX;
constexpr char kLogic[] = "QF_BV";

const char* AnswerName(z3::check_result answer) {
  return answer == z3::sat ? "sat" : answer == z3::unsat ? "unsat" : "unknown";
}

}  // namespace

Path::Path(z3::context* context, const Limits& limits, QueryObserver observer)
    : context_(context),
      limits_(limits),
      observer_(std::move(observer)),
      memory_(context),
      solver_(*context, kLogic),
      conditions_(*context),
      alone_(*context, kLogic),
      known_(*context),
      values_(*context) {
  solver_.set("timeout", limits.milliseconds);
  alone_.set("timeout", limits.milliseconds / 10);
}

absl::StatusOr<std::optional<z3::model>> Path::Find(const z3::expr& condition) {
  if (!status_.ok()) return status_;
  solver_.push();
  solver_.add(condition);
  const auto start = std::chrono::steady_clock::now();
  std::optional<z3::model> model;
  z3::expr_vector agreements(*context_);
  z3::check_result answer = solver_.check();
  while (answer == z3::sat) {
    model = solver_.get_model();
    const z3::expr_vector missing = memory_.Disagreements(*model);
    if (missing.empty()) break;
    for (const z3::expr& agreement : missing) {
      agreements.push_back(agreement);
      solver_.add(agreement);
    }
    answer = solver_.check();
  }
  Observe(solver_, answer, start);
  const std::string why =
      answer == z3::unknown ? solver_.reason_unknown() : std::string();
  solver_.pop();
  for (const z3::expr& agreement : agreements) solver_.add(agreement);
  if (answer == z3::sat) return model;
  if (answer == z3::unsat) return std::optional<z3::model>();
  return absl::DeadlineExceededError(absl::StrCat("Z3 gave up: ", why));
}

bool Path::IsImpossible(const z3::expr& condition) {
  alone_.push();
  alone_.add(condition);
  const auto start = std::chrono::steady_clock::now();
  const z3::check_result answer = alone_.check();
  if (answer == z3::unsat) Observe(alone_, answer, start);
  alone_.pop();
  return answer == z3::unsat;
}

void Path::Observe(z3::solver& solver, z3::check_result answer,
                   std::chrono::steady_clock::time_point start) const {
  if (!observer_) return;
  const std::chrono::duration<double> time =
      std::chrono::steady_clock::now() - start;
  observer_({answer, time.count(), [&] {
               return absl::StrCat("(set-logic ", kLogic, ")\n",
                                   solver.to_smt2(AnswerName(answer)));
             }});
}

absl::StatusOr<bool> Path::CanBe(const z3::expr& condition) {
  const auto found = Find(condition);
  if (!found.ok()) return found.status();
  return found->has_value();
}

z3::expr Path::Name(const z3::expr& value) {
  const auto [name, number] = memory_.Name(value);
  if (number == SymbolicMemory::kUnnamed) return name;
  scopes_.resize(std::max(scopes_.size(), number + 1), kNowhere);
  if (scopes_[number] == kNowhere) {
    scopes_[number] = conditions_.size();
    solver_.add(memory_.Definition(number));
  }
  return name;
}

void Path::RememberAll() {
  memory_.RememberAll();
  for (size_t i = 0; i < scopes_.size(); ++i) {
    solver_.add(memory_.Definition(i));
  }
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
  const auto decided = decided_.find(condition.id());
  if (decided != decided_.end()) return decided->second;
  if (depth_ == decisions_.size()) {
    if (depth_ == limits_.decisions) {
      status_ = absl::ResourceExhaustedError(
          absl::StrCat("a path has more than ", depth_, " decisions"));
      return false;
    }
    // The path so far is feasible: where one way is not, the other is.
    const auto yes = CanBe(condition);
    const auto no = yes.ok() && *yes ? CanBe(!condition) : false;
    if (!yes.ok() || !no.ok()) {
      status_ = yes.ok() ? no.status() : yes.status();
      return false;
    }
    decisions_.push_back({*yes, *yes && *no});
  }
  const bool taken = decisions_[depth_].taken;
  if (depth_ == conditions_.size()) {
    conditions_.push_back(taken ? condition : !condition);
    solver_.push();
    solver_.add(conditions_.back());
    Learn(condition, taken);
  }
  decided_[condition.id()] = taken;
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
  for (size_t& scope : scopes_) {
    if (scope > kept) scope = kNowhere;
  }
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
      path.RememberAll();
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
