// SPDX-License-Identifier: Apache-2.0

#include "replayer/clauses/check_trap.h"

#include <cstddef>

namespace trapline::replay {
namespace {

using properties::Clause;
using properties::Clauses;
using properties::Deviation;
using properties::Deviations;
using properties::StepCheck;

void AddAll(const std::vector<uint64_t>& more, std::vector<uint64_t>* all) {
  if (all->size() < more.size()) all->resize(more.size());
  for (size_t i = 0; i < more.size(); ++i) (*all)[i] += more[i];
}

}  // namespace

void ClauseCounts::Add(const StepCheck* check) {
  if (exercised.empty()) {
    exercised.resize(Clauses().size());
    broken.resize(Clauses().size());
    shown.resize(Deviations().size());
  }
  if (check == nullptr) {
    ++untold;
    return;
  }
  for (const Clause* clause : check->exercised) {
    ++exercised[clause - Clauses().data()];
  }
  for (const Clause* clause : check->violated) {
    ++broken[clause - Clauses().data()];
  }
  for (const Deviation* deviation : check->deviations) {
    ++shown[deviation - Deviations().data()];
  }
}

void ClauseCounts::Add(const ClauseCounts& other) {
  AddAll(other.exercised, &exercised);
  AddAll(other.broken, &broken);
  AddAll(other.shown, &shown);
  untold += other.untold;
}

const StepCheck* TrapChecker::Check(const trace::Trap& trap) {
  if (!guest_.Load(trap)) return nullptr;
  checker_.Check(guest_.step(), &check_);
  return &check_;
}

std::vector<BrokenClause> BrokenBy(const StepCheck& check) {
  std::vector<BrokenClause> broken;
  for (const Clause* clause : check.violated)
    broken.push_back({clause, nullptr});
  for (const Deviation* deviation : check.deviations) {
    broken.push_back({properties::FindClause(deviation->clause), deviation});
  }
  return broken;
}

}  // namespace trapline::replay
