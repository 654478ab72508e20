// SPDX-License-Identifier: Apache-2.0

#include "properties/prove.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace trapline::properties {
namespace {

// One clause in one host, with the deviations that excuse it there.
struct Subject {
  ClauseProof* proof;
  std::vector<DeviationProof*> deviations;
  bool reached = false;
  bool closed = false;  // refuted or unknown: no further question
};

class HostProver {
 public:
  HostProver(const model::Host& host, absl::Span<const Clause> clauses,
             absl::Span<const Deviation> deviations,
             const ProveOptions& options)
      : options_(options) {
    options_.on_query = [this,
                         observer = options.on_query](const Query& query) {
      ++proof_.queries;
      proof_.slowest = std::max(proof_.slowest, query.seconds);
      if (observer) observer(query);
    };
    proof_.host = host;
    for (const Deviation& deviation : deviations) {
      if (deviation.IsIn(host)) proof_.deviations.push_back({&deviation, {}});
    }
    for (const Clause& clause : clauses) {
      proof_.clauses.push_back({&clause, Answer::kProved, "", {}});
    }
    for (ClauseProof& proof : proof_.clauses) {
      if (!proof.clause->AppliesTo(host)) {
        proof.answer = Answer::kNotApplicable;
        continue;
      }
      Subject subject = {&proof, {}};
      for (DeviationProof& deviation : proof_.deviations) {
        if (deviation.deviation->clause == proof.clause->id) {
          subject.deviations.push_back(&deviation);
        }
      }
      subjects_.push_back(std::move(subject));
    }
  }

  HostProof Run() {
    const auto paths = ForEachPath(proof_.host, options_,
                                   [&](Path& path, const SymbolicGuest& guest,
                                       const Step<SymbolicGuest>& step) {
                                     ++proof_.paths;
                                     Visit(path, guest, step);
                                     return true;
                                   });
    for (Subject& subject : subjects_) {
      ClauseProof& proof = *subject.proof;
      if (subject.closed) continue;
      if (!paths.ok()) {
        proof.answer = Answer::kUnknown;
        proof.why = paths.status().ToString();
      } else if (!subject.reached) {
        proof.answer = Answer::kVacuous;
      } else if (!subject.deviations.empty()) {
        proof.answer = Answer::kDeviates;
      }
    }
    return std::move(proof_);
  }

 private:
  void Visit(Path& path, const SymbolicGuest& guest,
             const Step<SymbolicGuest>& step) {
    const auto reduce = [&](const SymbolicBool& truth) {
      return SymbolicBool(path.Reduce(truth.Lift(path.context())));
    };
    for (Subject& subject : subjects_) {
      if (subject.closed) continue;
      const Clause& clause = *subject.proof->clause;
      const SymbolicBool any_premise = clause.premise(step);
      const SymbolicBool premise = reduce(any_premise);
      if (IsNever(premise, path)) continue;
      if (!subject.reached) {
        subject.reached = Ask(path, guest, subject, premise).has_value();
      }
      const SymbolicBool any_broken = any_premise && !clause.conclusion(step);
      SymbolicBool broken = reduce(any_broken);
      if (IsNever(broken, path) ||
          path.IsImpossible(any_broken.Lift(path.context()))) {
        continue;
      }
      for (DeviationProof* deviation : subject.deviations) {
        const SymbolicBool when = reduce(deviation->deviation->when(step));
        if (!deviation->guest) {
          const auto found = Ask(path, guest, subject, broken && when);
          if (found && Confirm(subject, deviation, *found)) {
            deviation->guest = found;
          }
        }
        broken = broken && !when;
      }
      const auto found = Ask(path, guest, subject, broken);
      if (found && Confirm(subject, nullptr, *found)) {
        Close(subject, Answer::kRefuted, "");
        subject.proof->guest = found;
      }
    }
  }

  static bool IsNever(const SymbolicBool& truth, const Path& path) {
    return truth.Lift(path.context()).is_false();
  }

  // A guest of this path of which `truth` holds. Closes the subject where Z3
  // gives up.
  std::optional<Guest> Ask(Path& path, const SymbolicGuest& guest,
                           Subject& subject, const SymbolicBool& truth) {
    if (subject.closed || IsNever(truth, path)) return std::nullopt;
    const auto found = path.Find(truth.Lift(path.context()));
    if (!found.ok()) {
      Close(subject, Answer::kUnknown, found.status().ToString());
      return std::nullopt;
    }
    if (!found->has_value()) return std::nullopt;
    return guest.Instance(**found);
  }

  // Whether the handler, run on numbers, breaks the clause too, and the ledger
  // says the same of it: that it is `deviation`, or, where null, none.
  bool Confirm(Subject& subject, const DeviationProof* deviation,
               const Guest& guest) {
    const Clause& clause = *subject.proof->clause;
    const ConcreteGuest concrete(guest);
    const auto step = TakeTrap(concrete, options_.concrete);
    const auto covers = [&](const DeviationProof* other) {
      return other->deviation->when(step);
    };
    const auto& deviations = subject.deviations;
    const bool as_told =
        deviation != nullptr
            ? covers(deviation)
            : std::none_of(deviations.begin(), deviations.end(), covers);
    if (as_told && clause.premise(step) && !clause.conclusion(step)) {
      return true;
    }
    Close(subject, Answer::kUnknown,
          "the guest that Z3 found keeps the clause when it is run");
    return false;
  }

  static void Close(Subject& subject, Answer answer, std::string why) {
    if (subject.closed) return;
    subject.closed = true;
    subject.proof->answer = answer;
    subject.proof->why = std::move(why);
  }

  ProveOptions options_;
  HostProof proof_;
  std::vector<Subject> subjects_;
};

}  // namespace

absl::StatusOr<size_t> ForEachPath(const model::Host& host,
                                   const ProveOptions& options,
                                   PathVisitor visit) {
  z3::context context;
  return ExplorePaths(
      &context, options.limits,
      [&](Path& path) {
        const SymbolicGuest guest(host, &path);
        const Step<SymbolicGuest> step = TakeTrap(guest, options.symbolic);
        return !path.status().ok() || visit(path, guest, step);
      },
      options.on_query);
}

HostProof Prove(const model::Host& host, absl::Span<const Clause> clauses,
                absl::Span<const Deviation> deviations,
                const ProveOptions& options) {
  return HostProver(host, clauses, deviations, options).Run();
}

std::vector<model::Host> HostsOf(const model::Flavor& flavor) {
  std::vector<model::Host> hosts;
  for (const bool pae : {false, true}) {
    if (pae && !flavor.has_pae) continue;
    for (const auto ok : {model::AddressOk::kOld, model::AddressOk::kNew}) {
      hosts.push_back({flavor, ok, pae, pae ? 0xFFE00000 : 0xFFC00000});
    }
  }
  return hosts;
}

}  // namespace trapline::properties
