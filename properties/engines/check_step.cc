// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/check_step.h"

#include <cstddef>
#include <utility>

namespace trapline::properties {

StepChecker::StepChecker(const model::Host& host,
                         absl::Span<const Clause> clauses,
                         absl::Span<const Deviation> deviations) {
  for (const Clause& clause : clauses) {
    if (!clause.AppliesTo(host)) continue;
    Subject subject = {&clause, {}};
    for (const Deviation& deviation : deviations) {
      if (deviation.clause == clause.id && deviation.IsIn(host)) {
        subject.deviations.push_back(&deviation);
      }
    }
    subjects_.push_back(std::move(subject));
  }
}

void StepChecker::CheckOne(const Subject& subject,
                           const Step<ConcreteGuest>& step, StepCheck* check) {
  const bool exercised = subject.clause->premise(step);
  // Most often it is not.
  if (exercised || step.guest.asked_unknown()) {
    Conclude(subject, exercised, step, check);
  }
}

void StepChecker::Conclude(const Subject& subject, bool exercised,
                           const Step<ConcreteGuest>& step, StepCheck* check) {
  const ConcreteGuest& guest = step.guest;
  const bool kept = !exercised || subject.clause->conclusion(step);
  if (guest.TakeUnknown()) {
    check->undecided.push_back(subject.clause);
    return;
  }
  const size_t covered = check->deviations.size();
  bool unknown = false;
  if (!kept) {
    for (const Deviation* deviation : subject.deviations) {
      const bool holds = deviation->when(step);
      if (guest.TakeUnknown()) {
        unknown = true;
      } else if (holds) {
        check->deviations.push_back(deviation);
      }
    }
  }
  const bool is_covered = check->deviations.size() > covered;
  if (unknown && !is_covered) {
    check->undecided.push_back(subject.clause);
    return;
  }
  check->exercised.push_back(subject.clause);
  if (!kept && !is_covered) check->violated.push_back(subject.clause);
}

void StepChecker::Check(const Step<ConcreteGuest>& step,
                        StepCheck* check) const {
  check->exercised.clear();
  check->violated.clear();
  check->deviations.clear();
  check->undecided.clear();
  step.guest.TakeUnknown();
  for (const Subject& subject : subjects_) CheckOne(subject, step, check);
}

StepCheck StepChecker::Check(const Step<ConcreteGuest>& step) const {
  StepCheck check;
  Check(step, &check);
  return check;
}

bool StepChecker::Breaks(const Step<ConcreteGuest>& step,
                         const Clause& clause) const {
  StepCheck check;
  step.guest.TakeUnknown();
  for (const Subject& subject : subjects_) {
    if (subject.clause == &clause) CheckOne(subject, step, &check);
  }
  return !check.violated.empty();
}

}  // namespace trapline::properties
