// SPDX-License-Identifier: Apache-2.0

// Proves a claim about a function of the model for every state, every gate,
// every content of guest memory and every choice of the host, or refutes it.

#ifndef TRAPLINE_PROPERTIES_PROVE_H_
#define TRAPLINE_PROPERTIES_PROVE_H_

#include <z3++.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "model/flavor.h"
#include "properties/memory_world.h"
#include "properties/outcome.h"
#include "properties/paths.h"
#include "properties/symbolic_world.h"
#include "properties/witness.h"

namespace trapline::properties {

enum class Verdict {
  kProved,
  kRefuted,   // by a witness
  kUnproved,  // a solver or a limit gave up, or the claim is vacuous
};

struct Proof {
  Verdict verdict = Verdict::kUnproved;
  std::string why;  // where unproved
  std::optional<Witness> witness;
  size_t paths = 0;  // that were run
};

// Runs a witness through the concrete instantiation of the same code, whose
// finding it returns; none, and what differs, where the worlds disagree.
template <class Subject, class Claim>
std::optional<Finding<MemoryWorld>> Confirm(const model::Host& host,
                                            const Subject& subject,
                                            const Claim& claim,
                                            const Witness& witness,
                                            std::string* difference) {
  MemoryWorld world(witness.memory, witness.choices);
  const Outcome<MemoryWorld> outcome =
      RunSubject(host, subject, witness.before, witness.gate, world);
  *difference = Disagreement(witness, outcome);
  if (!difference->empty()) return std::nullopt;
  return claim(outcome);
}

// Every counterexample, and an example of every case of the claim, is confirmed
// before it counts. A case that nothing reaches leaves the claim unproved.
template <class Subject, class Claim>
Proof Prove(const model::Host& host, const Subject& subject, const Claim& claim,
            const Limits& limits = {}) {
  Proof proof;
  const std::vector<std::string> names = claim.case_names();
  std::vector<bool> seen(names.size(), false);
  z3::context context;

  // Puts the reason into proof.why, and says no, where `assignment` is no
  // example of the finding that `is_expected` tells.
  const auto confirm = [&](const z3::model& assignment,
                           const Outcome<SymbolicWorld>& outcome,
                           auto is_expected) {
    proof.witness = MakeWitness(assignment, outcome);
    const auto finding =
        Confirm(host, subject, claim, *proof.witness, &proof.why);
    if (finding && !is_expected(*finding)) proof.why = "the claim differs\n";
    return proof.why.empty();
  };

  const auto paths = ExplorePaths(&context, limits, [&](Path& path) {
    SymbolicWorld world(&context, &path);
    const Outcome<SymbolicWorld> outcome =
        RunSubject(host, subject, world.AnyState(), world.AnyGate(), world);
    const Finding<SymbolicWorld> finding = claim(outcome);
    for (size_t i = 0; i < names.size(); ++i) {
      if (seen[i]) continue;
      const auto example = path.Find(finding.cases[i].Lift(context));
      if (!example.ok() || !example->has_value()) continue;
      seen[i] = confirm(**example, outcome, [i](const auto& concrete) {
        return bool{concrete.cases[i]};
      });
      if (!seen[i]) return false;
    }
    proof.witness.reset();
    const auto counterexample = path.Find((!finding.holds).Lift(context));
    if (!counterexample.ok() || !counterexample->has_value()) return true;
    if (confirm(**counterexample, outcome,
                [](const auto& concrete) { return !concrete.holds; })) {
      proof.verdict = Verdict::kRefuted;
    }
    return false;
  });

  if (!paths.ok()) {
    proof.verdict = Verdict::kUnproved;
    proof.why = paths.status().ToString();
    return proof;
  }
  proof.paths = *paths;
  if (!proof.why.empty()) {
    proof.why = absl::StrCat("the worlds disagree: ", proof.why);
  }
  if (proof.witness.has_value()) return proof;
  if (names.empty()) proof.why = "vacuous: the claim names no case\n";
  for (size_t i = 0; i < names.size(); ++i) {
    if (!seen[i]) absl::StrAppend(&proof.why, "vacuous: ", names[i], "\n");
  }
  if (proof.why.empty()) proof.verdict = Verdict::kProved;
  return proof;
}

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_PROVE_H_
