// SPDX-License-Identifier: Apache-2.0

#include "replayer/mutants/difference.h"

#include <z3++.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "model/state.h"
#include "properties/paths.h"
#include "properties/step.h"

namespace trapline::mutants {
namespace {

using Guest = properties::SymbolicGuest;
using Step = properties::Step<Guest>;
using Word = Guest::Word;
using Bool = Guest::Bool;

// Time is no part of the question: a machine that is busy finds the same.
constexpr properties::Limits kLimits = {10'000, 1'000, 300'000};

// A guest is killed under conditions: what stands in the log for it is the
// first kill and the last, and how many there were.
struct Kills {
  Word count = 0;
  std::vector<Word> first;
  std::vector<Word> last;
};

Kills KillsOf(const Guest& guest, const Step& step) {
  Kills kills;
  kills.first = kills.last = std::vector<Word>(6, Word(0));
  for (const auto& kill : step.did.kills) {
    const std::vector<Word> told = {
        static_cast<uint32_t>(kill.reason),
        kill.args[0],
        kill.args[1],
        kill.args[2],
        static_cast<uint32_t>(kill.accesses),
        static_cast<uint32_t>(kill.calls),
    };
    const Bool is_first = kill.when && kills.count == 0;
    for (size_t i = 0; i < told.size(); ++i) {
      kills.first[i] = guest.Select(is_first, told[i], kills.first[i]);
      kills.last[i] = guest.Select(kill.when, told[i], kills.last[i]);
    }
    kills.count = kills.count + guest.Select(kill.when, 1, 0);
  }
  return kills;
}

// Where one trap, taken twice, can differ.
class Comparison {
 public:
  Comparison(properties::Path& path, const Guest& guest, const Step& a,
             const Step& b)
      : path_(path) {
    Compare("returned", Bool(a.bug != b.bug));
    if (!a.bug && !b.bug) CompareStates(a, b);
    CompareAccesses(a, b);
    CompareCalls(a, b);
    CompareKills(KillsOf(guest, a), KillsOf(guest, b));
  }

  struct Part {
    std::string what;
    z3::expr differs;
  };
  const std::vector<Part>& parts() const { return parts_; }

 private:
  // Most is seen to be alike without the solver.
  void Compare(std::string what, const Bool& differs) {
    if (differs.Known() == false) return;
    z3::expr reduced = path_.Reduce(differs.Lift(path_.context()));
    if (!reduced.is_false()) parts_.push_back({std::move(what), reduced});
  }

  void CompareStates(const Step& a, const Step& b) {
    for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
      const auto word = model::kStateWords<Word>[i];
      Compare(model::kStateWordNames[i], a.after.*word != b.after.*word);
    }
  }

  void CompareAccesses(const Step& a, const Step& b) {
    const auto& x = a.did.accesses;
    const auto& y = b.did.accesses;
    Compare("the number of accesses", Bool(x.size() != y.size()));
    for (size_t i = 0; i < x.size() && i < y.size(); ++i) {
      const bool alike = x[i].write == y[i].write && x[i].length == y[i].length;
      Compare(absl::StrCat("access ", i),
              Bool(!alike) || x[i].pa != y[i].pa || x[i].lo != y[i].lo ||
                  x[i].hi != y[i].hi || (x[i].ok && !y[i].ok) ||
                  (!x[i].ok && y[i].ok));
    }
  }

  void CompareCalls(const Step& a, const Step& b) {
    const auto& x = a.did.calls;
    const auto& y = b.did.calls;
    Compare("the number of calls", Bool(x.size() != y.size()));
    for (size_t i = 0; i < x.size() && i < y.size(); ++i) {
      const bool alike = x[i].kind == y[i].kind && x[i].result == y[i].result &&
                         x[i].accesses == y[i].accesses;
      Compare(absl::StrCat("call ", i), Bool(!alike) || x[i].arg != y[i].arg ||
                                            x[i].errcode != y[i].errcode);
    }
  }

  void CompareKills(const Kills& a, const Kills& b) {
    Bool differs = a.count != b.count;
    for (size_t i = 0; i < a.first.size(); ++i) {
      differs = differs || a.first[i] != b.first[i] || a.last[i] != b.last[i];
    }
    Compare("the kill", differs);
  }

  properties::Path& path_;
  std::vector<Part> parts_;
};

}  // namespace

absl::StatusOr<std::optional<Difference>> FindDifference(
    const model::Host& host, const Mutant& mutant,
    properties::Symbols* symbols) {
  std::optional<Difference> difference;
  const auto visit = [&](properties::Path& path) {
    const Guest guest(host, &path);
    const Step model = properties::TakeTrap(guest);
    const Step changed = properties::TakeTrap(guest, mutant.symbolic);
    if (!path.status().ok()) return true;
    const Comparison comparison(path, guest, model, changed);
    if (comparison.parts().empty()) return true;
    z3::expr_vector any(path.context());
    for (const auto& part : comparison.parts()) any.push_back(part.differs);
    const auto found = path.Find(z3::mk_or(any));
    if (!found.ok() || !found->has_value()) return true;
    for (const auto& part : comparison.parts()) {
      if (!(*found)->eval(part.differs, true).is_true()) continue;
      difference = {part.what, guest.Instance(**found)};
      break;
    }
    return false;
  };
  const auto paths = properties::ExplorePaths(symbols, kLimits, visit);
  if (!paths.ok()) return paths.status();
  return difference;
}

}  // namespace trapline::mutants
