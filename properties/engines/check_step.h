// SPDX-License-Identifier: Apache-2.0

// Checks every clause on one trap of one guest, be it recorded or made up.

#ifndef TRAPLINE_PROPERTIES_ENGINES_CHECK_STEP_H_
#define TRAPLINE_PROPERTIES_ENGINES_CHECK_STEP_H_

#include <vector>

#include "absl/types/span.h"
#include "model/flavor.h"
#include "properties/clause.h"
#include "properties/guest.h"
#include "properties/step.h"

namespace trapline::properties {

// What the clauses say of one trap.
struct StepCheck {
  std::vector<const Clause*> exercised;      // the premise holds
  std::vector<const Clause*> violated;       // and no deviation covers it
  std::vector<const Deviation*> deviations;  // that cover a broken clause
  // Asked for bytes that nobody knows, and so say nothing of this trap.
  std::vector<const Clause*> undecided;
};

// The clauses of one host, each with the deviations that may excuse it there.
class StepChecker {
 public:
  // What both spans hold must outlive this.
  explicit StepChecker(const model::Host& host,
                       absl::Span<const Clause> clauses = Clauses(),
                       absl::Span<const Deviation> deviations = Deviations());

  // `step` is of a guest of the host. Overwrites `check`, whose memory is used
  // again.
  void Check(const Step<ConcreteGuest>& step, StepCheck* check) const;
  StepCheck Check(const Step<ConcreteGuest>& step) const;

  // Whether the step breaks this clause, one of the host's, uncovered.
  bool Breaks(const Step<ConcreteGuest>& step, const Clause& clause) const;

 private:
  struct Subject {
    const Clause* clause;
    std::vector<const Deviation*> deviations;
  };

  static void CheckOne(const Subject& subject, const Step<ConcreteGuest>& step,
                       StepCheck* check);
  // Of a clause that says something, or asked for what nobody knows.
  static void Conclude(const Subject& subject, bool exercised,
                       const Step<ConcreteGuest>& step, StepCheck* check);

  std::vector<Subject> subjects_;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_CHECK_STEP_H_
