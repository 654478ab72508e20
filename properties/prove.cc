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

// A question of one path, with what follows where some guest says yes. `yes`
// has to make every question whose `holds` is true of that guest moot.
struct Question {
  z3::expr holds;
  Subject* subject;
  DeviationProof* deviation;  // null: the clause itself
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
                                     return Visit(path, guest, step);
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
  bool Visit(Path& path, const SymbolicGuest& guest,
             const Step<SymbolicGuest>& step) {
    z3::context& context = path.context();
    std::vector<Question> broken;
    std::vector<Question> reached;
    std::vector<Question> deviating;
    for (Subject& subject : subjects_) {
      if (subject.closed) continue;
      const Clause& clause = *subject.proof->clause;
      const SymbolicBool premise(
          path.Reduce(clause.premise(step).Lift(context)));
      if (premise.Lift(context).is_false()) continue;
      if (!subject.reached) {
        reached.push_back({premise.Lift(context), &subject, nullptr});
      }
      SymbolicBool violated(
          path.Reduce((premise && !clause.conclusion(step)).Lift(context)));
      if (violated.Lift(context).is_false()) continue;
      for (DeviationProof* deviation : subject.deviations) {
        const SymbolicBool when = deviation->deviation->when(step);
        if (!deviation->guest) {
          deviating.push_back(
              {(violated && when).Lift(context), &subject, deviation});
        }
        violated = violated && !when;
      }
      broken.push_back({violated.Lift(context), &subject, nullptr});
    }
    return Ask(path, guest, std::move(broken), &HostProver::Refute) &&
           Ask(path, guest, std::move(reached), &HostProver::Reach) &&
           Ask(path, guest, std::move(deviating), &HostProver::Show);
  }

  // Asks all the questions at once, and again what a guest left open.
  bool Ask(Path& path, const SymbolicGuest& guest,
           std::vector<Question> questions,
           void (HostProver::*yes)(const Question&, const Guest&)) {
    while (!questions.empty()) {
      z3::expr_vector any(path.context());
      for (const Question& question : questions) any.push_back(question.holds);
      const auto found = path.Find(z3::mk_or(any));
      if (!found.ok()) {
        for (const Question& question : questions) {
          Close(*question.subject, Answer::kUnknown, found.status().ToString());
        }
        return false;
      }
      if (!found->has_value()) return true;
      const Guest instance = guest.Instance(**found);
      const auto open = std::partition(
          questions.begin(), questions.end(), [&](const Question& question) {
            return !(*found)->eval(question.holds, true).is_true();
          });
      for (auto question = open; question != questions.end(); ++question) {
        (this->*yes)(*question, instance);
      }
      questions.erase(open, questions.end());
    }
    return true;
  }

  void Reach(const Question& question, const Guest&) {
    question.subject->reached = true;
  }

  void Refute(const Question& question, const Guest& guest) {
    if (!Confirm(question, guest)) return;
    Close(*question.subject, Answer::kRefuted, "");
    question.subject->proof->guest = guest;
  }

  void Show(const Question& question, const Guest& guest) {
    if (!Confirm(question, guest)) return;
    question.deviation->guest = guest;
  }

  // Whether the handler, run on numbers, breaks the clause too, and the ledger
  // says the same of it.
  bool Confirm(const Question& question, const Guest& guest) {
    const Clause& clause = *question.subject->proof->clause;
    const ConcreteGuest concrete(guest);
    const auto step = TakeTrap(concrete, options_.concrete);
    const auto covers = [&](const DeviationProof* deviation) {
      return deviation->deviation->when(step);
    };
    const auto& deviations = question.subject->deviations;
    const bool as_told =
        question.deviation != nullptr
            ? covers(question.deviation)
            : std::none_of(deviations.begin(), deviations.end(), covers);
    if (as_told && clause.premise(step) && !clause.conclusion(step)) {
      return true;
    }
    Close(*question.subject, Answer::kUnknown,
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
