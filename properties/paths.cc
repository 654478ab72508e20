// SPDX-License-Identifier: Apache-2.0

#include "properties/paths.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

namespace trapline::properties {
namespace {

constexpr size_t kNowhere = SIZE_MAX;
const char* AnswerName(z3::check_result answer) {
  return answer == z3::sat ? "sat" : answer == z3::unsat ? "unsat" : "unknown";
}

}  // namespace

Path::Path(Symbols* symbols, const Limits& limits, QueryObserver observer)
    : symbols_(symbols),
      limits_(limits),
      observer_(std::move(observer)),
      solver_(&symbols->context),
      conditions_(symbols->context),
      assumed_(symbols->context),
      known_(symbols->context),
      values_(symbols->context),
      reduced_(symbols->context),
      asked_(symbols->context) {
  symbols->memory.Begin();
}

absl::StatusOr<std::optional<z3::model>> Path::Find(
    const z3::expr& condition, absl::Span<const z3::expr> facts) {
  if (!status_.ok()) return status_;
  const size_t decided = conditions_.size();
  for (const z3::expr& fact : facts) conditions_.push_back(fact);
  auto found = FindHere(condition);
  conditions_.resize(decided);
  return found;
}

absl::StatusOr<std::optional<z3::model>> Path::FindHere(
    const z3::expr& condition) {
  if (symbols_->refutations.Know(condition, conditions_)) {
    return std::optional<z3::model>();
  }
  // Outside of the question's scope: another will need it too.
  Define(condition);
  const size_t decided = assumed_.size();
  for (size_t i = decided; i < conditions_.size(); ++i) {
    Define(conditions_[static_cast<int>(i)]);
  }
  solver_.push();
  solver_.add(condition);
  AssumeConditions();
  const auto start = std::chrono::steady_clock::now();
  z3::expr_vector agreements(context());
  z3::expr_vector reasons(conditions_);
  std::optional<z3::model> model;
  z3::check_result answer = Check(&solver_, assumed_, &agreements, &model);
  if (answer == z3::unsat) reasons = ConditionsOf(solver_.unsat_core());
  if (answer == z3::sat && !IsOfHere(*model)) answer = z3::unknown;
  std::string why;
  if (answer == z3::unknown) {
    // Once more, with all that Z3 knows of simplifying.
    z3::solver once = z3::tactic(context(), "qfbv").mk_solver();
    once.set("timeout", limits_.milliseconds);
    for (const z3::expr& held : solver_.facts()) once.add(held);
    for (const z3::expr& held : assumed_) once.add(held);
    answer = Check(&once, z3::expr_vector(context()), &agreements, &model);
    if (answer == z3::unknown) why = once.reason_unknown();
  }
  Observe(answer, start);
  if (answer == z3::unsat) symbols_->refutations.Add(condition, reasons);
  PopTo(solver_.scopes() - 1);
  assumed_.resize(decided);
  for (const z3::expr& agreement : agreements) Tell(agreement);
  if (answer == z3::sat) return model;
  if (answer == z3::unsat) return std::optional<z3::model>();
  return absl::DeadlineExceededError(absl::StrCat("Z3 gave up: ", why));
}

template <class Solver>
z3::check_result Path::Check(Solver* solver, const z3::expr_vector& assumed,
                             z3::expr_vector* agreements,
                             std::optional<z3::model>* model) {
  while (true) {
    const z3::check_result answer = solver->check(assumed);
    if (answer != z3::sat) return answer;
    *model = solver->get_model();
    memory().Complete(&**model);
    const z3::expr_vector missing = memory().Disagreements(**model);
    if (missing.empty()) return answer;
    for (const z3::expr& agreement : missing) {
      agreements->push_back(agreement);
      const size_t held = solver_.facts().size();
      Tell(agreement);
      if constexpr (!std::is_same_v<Solver, ScopedSolver>) {
        for (size_t i = held; i < solver_.facts().size(); ++i) {
          solver->add(solver_.facts()[static_cast<int>(i)]);
        }
      }
    }
  }
}

bool Path::IsOfHere(const z3::model& model) const {
  for (const z3::expr_vector* held : {&solver_.facts(), &conditions_}) {
    for (const z3::expr& fact : *held) {
      if (!model.eval(fact, true).is_true()) return false;
    }
  }
  return true;
}

z3::expr_vector Path::ConditionsOf(const z3::expr_vector& core) const {
  z3::expr_vector conditions(context());
  for (unsigned i = 0; i < assumed_.size(); ++i) {
    for (const z3::expr& assumed : core) {
      if (z3::eq(assumed, assumed_[i])) conditions.push_back(conditions_[i]);
    }
  }
  return conditions;
}

void Path::AssumeConditions() {
  while (assumed_.size() < conditions_.size()) {
    const int i = static_cast<int>(assumed_.size());
    assumed_.push_back(
        context().bool_const(absl::StrCat("decided.", i).c_str()));
    solver_.add(z3::implies(assumed_[i], conditions_[i]));
  }
}

void Path::Observe(z3::check_result answer,
                   std::chrono::steady_clock::time_point start) const {
  if (!observer_) return;
  const std::chrono::duration<double> time =
      std::chrono::steady_clock::now() - start;
  observer_({answer, time.count(), [&] {
               std::vector<Z3_ast> facts;
               for (const z3::expr& fact : solver_.facts())
                 facts.push_back(fact);
               for (const z3::expr& fact : assumed_) facts.push_back(fact);
               return std::string(Z3_benchmark_to_smtlib_string(
                   context(), "", "QF_BV", AnswerName(answer), "", facts.size(),
                   facts.data(), context().bool_val(true)));
             }});
}

absl::StatusOr<bool> Path::CanBe(const z3::expr& condition) {
  const auto found = Find(condition);
  if (!found.ok()) return found.status();
  return found->has_value();
}

z3::expr Path::Name(const z3::expr& value) {
  return symbols_->memory.Name(Reduce(value));
}

void Path::Define(const z3::expr& value) {
  for (const size_t number : symbols_->memory.NamesIn(value)) {
    scopes_.resize(std::max(scopes_.size(), number + 1), kNowhere);
    if (scopes_[number] != kNowhere) continue;
    scopes_[number] = solver_.scopes();
    solver_.add(memory().Definition(number));
  }
}

void Path::Tell(const z3::expr& fact) {
  Define(fact);
  solver_.add(fact);
}

void Path::PopTo(size_t scopes) {
  solver_.pop(solver_.scopes() - scopes);
  for (size_t& scope : scopes_) {
    if (scope > scopes) scope = kNowhere;
  }
}

void Path::Learn(const z3::expr& fact, bool holds) {
  if (fact.is_not()) return Learn(fact.arg(0), !holds);
  if (holds ? fact.is_and() : fact.is_or()) {
    for (unsigned i = 0; i < fact.num_args(); ++i) Learn(fact.arg(i), holds);
    return;
  }
  reductions_.clear();
  reduced_.resize(0);
  known_.push_back(fact);
  values_.push_back(context().bool_val(holds));
  if (!holds || !fact.is_eq()) return;
  for (const unsigned i : {0, 1}) {
    if (!fact.arg(i).is_const() || !fact.arg(1 - i).is_numeral()) continue;
    known_.push_back(fact.arg(i));
    values_.push_back(fact.arg(1 - i));
  }
}

z3::expr Path::Reduce(const z3::expr& condition) {
  const auto [found, is_new] =
      reductions_.try_emplace(condition.id(), reduced_.size() + 1);
  if (is_new) {
    reduced_.push_back(condition);
    reduced_.push_back(symbols_->simplifications.Of(condition)
                           .substitute(known_, values_)
                           .simplify());
  }
  return reduced_[static_cast<int>(found->second)];
}

bool Path::Decide(const z3::expr& any_condition) {
  if (!status_.ok()) return false;
  const z3::expr condition = Reduce(any_condition);
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
    Define(condition);
    conditions_.push_back(taken ? condition : !condition);
    solver_.push();
    AssumeConditions();
  }
  Learn(condition, taken);
  decided_[condition.id()] = taken;
  asked_.push_back(condition);
  ++depth_;
  return taken;
}

bool Path::TurnRound() {
  while (!decisions_.empty() && !decisions_.back().other_is_open) {
    decisions_.pop_back();
  }
  const size_t kept = decisions_.empty() ? 0 : decisions_.size() - 1;
  PopTo(kept);
  conditions_.resize(kept);
  assumed_.resize(kept);
  if (decisions_.empty()) return false;
  decisions_.back() = {!decisions_.back().taken, false};
  return true;
}

absl::StatusOr<size_t> ExplorePaths(Symbols* symbols, const Limits& limits,
                                    absl::FunctionRef<bool(Path&)> run,
                                    QueryObserver observer) {
  try {
    Path path(symbols, limits, std::move(observer));
    z3::expr_vector left_out(symbols->context);
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
