// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "properties/clause.h"
#include "properties/engines/show_guest.h"
#include "properties/prove.h"
#include "replayer/mutants/difference.h"
#include "replayer/mutants/engines.h"

namespace trapline::mutants {

using properties::Answer;

absl::StatusOr<Killer> Solver::KillInHost(const Mutant& mutant,
                                          const model::Host& host) {
  properties::ProveOptions options;
  options.limits.milliseconds = 300'000;  // a busy machine finds the same
  options.symbolic = mutant.symbolic;
  options.concrete = mutant.concrete;
  options.stop_at_first = true;
  const properties::HostProof proof = prover_.Prove(
      host, properties::Clauses(), properties::Deviations(), options);
  for (const auto& clause : proof.clauses) {
    const std::string id(clause.clause->id);
    if (clause.answer == Answer::kRefuted) return id;
    if (clause.answer == Answer::kVacuous) return absl::StrCat(id, ", vacuous");
  }
  for (const auto& deviation : proof.deviations) {
    if (deviation.guest.has_value()) continue;
    return absl::StrCat(std::string(deviation.deviation->id), ", not shown");
  }
  for (const auto& clause : proof.clauses) {
    if (clause.answer != Answer::kUnknown) continue;
    return absl::DeadlineExceededError(
        absl::StrCat(std::string(clause.clause->id), " in ",
                     properties::HostName(host), ": ", clause.why));
  }
  return Killer();
}

absl::StatusOr<Solver::Result> Solver::Kill(const Mutant& mutant) {
  Result result;
  for (const model::Host& host : Hosts()) {
    const auto difference = FindDifference(host, mutant, &symbols_);
    if (!difference.ok()) return difference.status();
    if (!difference->has_value()) continue;
    result.same = false;
    const auto killer = KillInHost(mutant, host);
    if (!killer.ok()) return killer.status();
    if (killer->empty()) continue;
    result.killer =
        absl::StrCat(*killer, " (", properties::HostName(host), ")");
    return result;
  }
  return result;
}

}  // namespace trapline::mutants
