// SPDX-License-Identifier: Apache-2.0

#include "properties/prove.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace trapline::properties {
namespace {

// One clause in one host, with the deviations that excuse it there.
struct Subject {
  ClauseProof* proof;
  std::vector<DeviationProof*> deviations;
  bool reached = false;
  bool closed = false;  // refuted or unknown: no further question
};

using Truths = std::vector<z3::expr>;

// All that has to hold for `truth` to hold.
void AddParts(const z3::expr& truth, Truths* parts) {
  if (truth.is_true()) return;
  if (truth.is_and()) {
    for (unsigned i = 0; i < truth.num_args(); ++i) {
      AddParts(truth.arg(i), parts);
    }
  } else if (truth.is_not() && truth.arg(0).is_not()) {
    AddParts(truth.arg(0).arg(0), parts);
  } else {
    parts->push_back(truth);
  }
}

Truths PartsOf(const z3::expr& truth) {
  Truths parts;
  AddParts(truth, &parts);
  return parts;
}

class HostProver {
 public:
  HostProver(const model::Host& host, absl::Span<const Clause> clauses,
             absl::Span<const Deviation> deviations,
             const ProveOptions& options, Symbols* symbols,
             std::vector<Guest>* guests)
      : symbols_(symbols), guests_(guests), options_(options) {
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
    for (Guest guest : *guests_) {
      const uint32_t switcher_addr = guest.host.switcher_addr;
      guest.host = proof_.host;
      // Not every host may choose it.
      if (guest.host.flavor.spares_switcher) {
        guest.host.switcher_addr = switcher_addr;
      }
      LearnFrom(guest);
    }
    const auto paths = ForEachPath(symbols_, proof_.host, options_,
                                   [&](Path& path, const SymbolicGuest& guest,
                                       const Step<SymbolicGuest>& step) {
                                     ++proof_.paths;
                                     Visit(path, guest, step);
                                     return !IsDone();
                                   });
    for (Subject& subject : subjects_) {
      ClauseProof& proof = *subject.proof;
      if (subject.closed) continue;
      if (!paths.ok()) {
        proof.answer = Answer::kUnknown;
        proof.why = paths.status().ToString();
      } else if (IsDone()) {
        proof.answer = Answer::kUnknown;
        proof.why = "another clause was refuted first";
      } else if (!subject.reached) {
        proof.answer = Answer::kVacuous;
      } else if (!subject.deviations.empty()) {
        proof.answer = Answer::kDeviates;
      }
    }
    return std::move(proof_);
  }

 private:
  bool IsDone() const {
    if (!options_.stop_at_first) return false;
    return std::any_of(subjects_.begin(), subjects_.end(),
                       [](const Subject& subject) {
                         return subject.proof->answer == Answer::kRefuted;
                       });
  }

  void Visit(Path& path, const SymbolicGuest& guest,
             const Step<SymbolicGuest>& step) {
    for (Subject& subject : subjects_) {
      if (IsDone()) return;
      if (subject.closed) continue;
      const Clause& clause = *subject.proof->clause;
      const z3::expr premise =
          path.Simplify(clause.premise(step).Lift(path.context()));
      if (IsNever(path, premise)) continue;
      if (!subject.reached) {
        const auto found = Ask(path, guest, subject, premise, {});
        if (found) Learn(*found);
        if (found && !subject.reached) CloseAsUnconfirmed(subject);
      }
      // Part by part, and apart from the premise: such questions are easier,
      // and come again.
      for (const z3::expr& part :
           PartsOf(clause.conclusion(step).Lift(path.context()))) {
        const z3::expr broken = path.Simplify(!part);
        if (IsNever(path, broken) || IsNever(path, premise && broken)) continue;
        Refute(path, guest, step, subject, broken, PartsOf(premise));
      }
    }
  }

  static bool IsNever(Path& path, const z3::expr& truth) {
    return path.Reduce(truth).is_false();
  }

  // Whatever breaks the clause of `subject`, where all of `facts` hold, has to
  // be told by the ledger.
  void Refute(Path& path, const SymbolicGuest& guest,
              const Step<SymbolicGuest>& step, Subject& subject,
              const z3::expr& broken, Truths facts) {
    for (DeviationProof* deviation : subject.deviations) {
      const z3::expr when =
          path.Simplify(deviation->deviation->when(step).Lift(path.context()));
      if (!deviation->guest) {
        const auto found = Ask(path, guest, subject, broken && when, facts);
        if (found) Learn(*found);
        if (found && !deviation->guest) CloseAsUnconfirmed(subject);
      }
      if (IsNever(path, !when)) return;
      AddParts(path.Simplify(!when), &facts);
    }
    const auto found = Ask(path, guest, subject, broken, facts);
    if (found) Learn(*found);
    if (found && !subject.closed) CloseAsUnconfirmed(subject);
  }

  // A guest of this path of which `truth` and all of `facts` hold. Closes the
  // subject where Z3 gives up.
  std::optional<Guest> Ask(Path& path, const SymbolicGuest& guest,
                           Subject& subject, const z3::expr& truth,
                           const Truths& facts) {
    if (subject.closed || truth.is_false()) return std::nullopt;
    const auto found = path.Find(truth, facts);
    if (!found.ok()) {
      Close(subject, Answer::kUnknown, found.status().ToString());
      return std::nullopt;
    }
    if (!found->has_value()) return std::nullopt;
    return guest.Instance(**found);
  }

  // Runs the handler on numbers: whose premise is met, who is broken, and
  // whether the ledger tells of it. Returns whether that was news.
  bool LearnFrom(const Guest& guest) {
    const ConcreteGuest concrete(guest);
    const auto step = TakeTrap(concrete, options_.concrete);
    bool is_news = false;
    for (Subject& subject : subjects_) {
      const Clause& clause = *subject.proof->clause;
      if (subject.closed || !clause.premise(step)) continue;
      is_news = is_news || !subject.reached;
      subject.reached = true;
      if (clause.conclusion(step)) continue;
      bool is_told = false;
      for (DeviationProof* deviation : subject.deviations) {
        if (!deviation->deviation->when(step)) continue;
        is_told = true;
        is_news = is_news || !deviation->guest;
        if (!deviation->guest) deviation->guest = guest;
      }
      if (is_told) continue;
      is_news = true;
      subject.proof->guest = guest;
      Close(subject, Answer::kRefuted, "");
    }
    return is_news;
  }

  void Learn(const Guest& guest) {
    if (LearnFrom(guest)) guests_->push_back(guest);
  }

  static void CloseAsUnconfirmed(Subject& subject) {
    Close(subject, Answer::kUnknown,
          "the guest that Z3 found keeps the clause when it is run");
  }

  static void Close(Subject& subject, Answer answer, std::string why) {
    if (subject.closed) return;
    subject.closed = true;
    subject.proof->answer = answer;
    subject.proof->why = std::move(why);
  }

  Symbols* const symbols_;
  std::vector<Guest>* const guests_;
  ProveOptions options_;
  HostProof proof_;
  std::vector<Subject> subjects_;
};

}  // namespace

absl::StatusOr<size_t> ForEachPath(Symbols* symbols, const model::Host& host,
                                   const ProveOptions& options,
                                   PathVisitor visit) {
  return ExplorePaths(
      symbols, options.limits,
      [&](Path& path) {
        const SymbolicGuest guest(host, &path);
        const Step<SymbolicGuest> step = TakeTrap(guest, options.symbolic);
        return !path.status().ok() || visit(path, guest, step);
      },
      options.on_query);
}

HostProof Prover::Prove(const model::Host& host,
                        absl::Span<const Clause> clauses,
                        absl::Span<const Deviation> deviations,
                        const ProveOptions& options) {
  return HostProver(host, clauses, deviations, options, &symbols_, &guests_)
      .Run();
}

HostProof Prove(const model::Host& host, absl::Span<const Clause> clauses,
                absl::Span<const Deviation> deviations,
                const ProveOptions& options) {
  return Prover().Prove(host, clauses, deviations, options);
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
