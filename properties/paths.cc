// SPDX-License-Identifier: Apache-2.0

#include "properties/paths.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace trapline::properties {

Path::Path(z3::context* context, const Limits& limits)
    : context_(context),
      limits_(limits),
      solver_(*context, "QF_ABV"),
      conditions_(*context) {
  solver_.set("rlimit", limits.resources);
  solver_.push();
}

void Path::Assume(const z3::expr& condition) {
  conditions_.push_back(condition);
  solver_.add(condition);
}

absl::StatusOr<std::optional<z3::model>> Path::Find(const z3::expr& condition) {
  if (!status_.ok()) return status_;
  solver_.push();
  solver_.add(condition);
  const z3::check_result answer = solver_.check();
  std::optional<z3::model> model;
  if (answer == z3::sat) model = solver_.get_model();
  if (answer == z3::unknown) {
    status_ = absl::DeadlineExceededError(
        absl::StrCat("Z3 gave up: ", solver_.reason_unknown()));
  }
  solver_.pop();
  if (!status_.ok()) return status_;
  return model;
}

bool Path::Decide(const z3::expr& condition) {
  if (!status_.ok()) return false;
  if (depth_ == decisions_.size()) {
    if (depth_ == limits_.decisions) {
      status_ = absl::ResourceExhaustedError(
          absl::StrCat("a path has more than ", depth_, " decisions"));
      return false;
    }
    // The path so far is feasible: where one way is not, the other is.
    const auto yes = Find(condition);
    if (!yes.ok()) return false;
    const auto no =
        yes->has_value() ? Find(!condition) : std::optional<z3::model>();
    if (!no.ok()) return false;
    decisions_.push_back({yes->has_value(), yes->has_value() && *no});
  }
  const bool taken = decisions_[depth_++].taken;
  Assume(taken ? condition : !condition);
  return taken;
}

void Path::Restart() {
  solver_.pop();
  solver_.push();
  conditions_.resize(0);
  depth_ = 0;
}

bool Path::TurnRound() {
  while (!decisions_.empty() && !decisions_.back().other_is_open) {
    decisions_.pop_back();
  }
  if (decisions_.empty()) return false;
  decisions_.back() = {!decisions_.back().taken, false};
  return true;
}

absl::StatusOr<size_t> ExplorePaths(z3::context* context, const Limits& limits,
                                    absl::FunctionRef<bool(Path&)> run) {
  try {
    Path path(context, limits);
    z3::expr_vector left_out(*context);
    for (size_t count = 1; count <= limits.paths; ++count) {
      const bool go_on = run(path);
      if (!path.status().ok()) return path.status();
      if (!go_on) return count;
      left_out.push_back(!path.Condition());
      const bool more = path.TurnRound();
      path.Restart();
      if (more) continue;
      const auto stray = path.Find(z3::mk_and(left_out));
      if (!stray.ok()) return stray.status();
      if (stray->has_value()) {
        return absl::InternalError("the paths leave something out");
      }
      return count;
    }
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", limits.paths, " paths"));
  } catch (const z3::exception& error) {
    return absl::InternalError(absl::StrCat("Z3: ", error.msg()));
  }
}

}  // namespace trapline::properties
