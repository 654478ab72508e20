// SPDX-License-Identifier: Apache-2.0

#include "replayer/known_bugs/find_known_bugs.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "properties/engines/check_step.h"
#include "properties/engines/random.h"
#include "properties/engines/show_guest.h"
#include "properties/prove.h"
#include "replayer/clauses/recorded_guest.h"
#include "replayer/prove/guest_trap.h"
#include "replayer/prove/shrink_witness.h"

namespace trapline::replay {
namespace {

using properties::Clause;
using properties::ConcreteGuest;
using properties::Deviation;
using properties::Guest;
using properties::StepCheck;
using properties::StepChecker;
using Step = properties::Step<ConcreteGuest>;

// For each question to Z3: there is no hurry.
constexpr unsigned kMilliseconds = 60'000;

std::string Named(const Deviation& deviation) {
  return absl::StrCat(std::string(deviation.id), " ",
                      std::string(deviation.clause));
}

// The guests of one host that show its deviations.
class Search {
 public:
  Search(const model::Host& host, absl::Span<const Deviation> ledger)
      : host_(host),
        ledger_(ledger),
        checker_(host, properties::Clauses(), ledger),
        recorded_(host) {
    for (const Deviation* deviation : DeviationsToShow(host, ledger)) {
      sought_.push_back({deviation, {}, 0, ""});
    }
  }

  bool empty() const { return sought_.empty(); }

  // Of each bug the guest of another host.
  void TryKnown(const std::map<const Deviation*, Guest>& known) {
    for (Sought& sought : sought_) {
      const auto other = known.find(sought.deviation);
      if (other == known.end()) continue;
      Guest guest = other->second;
      guest.host = host_;
      if (IsWitness(guest, *sought.deviation)) sought.guest = std::move(guest);
    }
  }

  // Keeps of those that show a bug the one that shows the fewest others.
  void TryRandom(const FindOptions& options) {
    const std::vector<Sought*> wanted = Open();
    const rc::Gen<Guest> any = properties::AnyGuest(host_);
    for (uint64_t seed = 1; seed <= options.most_guests; ++seed) {
      if (wanted.empty() || (seed > options.guests && open() == 0)) break;
      Guest guest = any(rc::Random(seed), 0).value();
      guest.host = host_;
      Offer(guest, wanted);
    }
    Shrink(wanted);
  }

  void AskSolver(properties::Prover* prover) {
    for (Sought* sought : Open()) {
      const Deviation& deviation = *sought->deviation;
      Clause clause = *properties::FindClause(deviation.clause);
      // A trace has one switcher.
      clause.premise = [premise = clause.premise](const auto& s) {
        return s.guest.switcher_addr() == s.guest.host().switcher_addr &&
               premise(s);
      };
      properties::ProveOptions options;
      options.limits.milliseconds = kMilliseconds;
      // Of all the ledger, or another of its guests would end the search.
      const auto proof = prover->Prove(host_, {clause}, ledger_, options);
      const auto found = std::find_if(
          proof.deviations.begin(), proof.deviations.end(),
          [&](const auto& other) { return other.deviation == &deviation; });
      sought->why = proof.clauses.front().why;
      if (!found->guest) continue;
      Guest guest = *found->guest;
      guest.host = host_;
      Offer(guest, {sought});
      Shrink({sought});
    }
  }

  size_t open() const {
    return std::count_if(sought_.begin(), sought_.end(),
                         [](const Sought& sought) { return !sought.guest; });
  }

  absl::Status TakeResult(std::map<const Deviation*, Guest>* known,
                          KnownBugs* result) {
    result->host = host_;
    for (Sought& sought : sought_) {
      const Deviation& deviation = *sought.deviation;
      if (!sought.guest || !IsWitness(*sought.guest, deviation)) {
        return absl::InternalError(absl::StrCat(
            "no guest of ", properties::HostName(host_), " shows ",
            Named(deviation), sought.why.empty() ? "" : ": ", sought.why));
      }
      known->insert_or_assign(&deviation, *sought.guest);
      result->bugs.push_back({std::string(deviation.id),
                              std::string(deviation.clause), *sought.guest});
    }
    return absl::OkStatus();
  }

 private:
  struct Sought {
    const Deviation* deviation;
    std::optional<Guest> guest;
    size_t others = 0;  // that the guest shows too
    std::string why;    // where Z3 gave up
  };

  std::vector<Sought*> Open() {
    std::vector<Sought*> open;
    for (Sought& sought : sought_) {
      if (!sought.guest) open.push_back(&sought);
    }
    return open;
  }

  // How many others a step shows beside the deviation; nothing where it does
  // not show that, or breaks a clause that nothing covers.
  static std::optional<size_t> Others(const StepCheck& check,
                                      const Deviation& deviation) {
    const auto& shown = check.deviations;
    if (!check.violated.empty() ||
        std::count(shown.begin(), shown.end(), &deviation) == 0) {
      return std::nullopt;
    }
    return shown.size() - 1;
  }

  // Whether the guest shows the deviation, and a replay of its trap, which
  // knows less of it, breaks no clause either that nothing covers.
  bool IsWitness(const Guest& guest, const Deviation& deviation) {
    const ConcreteGuest concrete(guest);
    if (!Others(checker_.Check(TakeTrap(concrete)), deviation)) return false;
    const GuestTrap trap(guest);
    return recorded_.Load(trap.trap()) &&
           checker_.Check(recorded_.step()).violated.empty();
  }

  void Offer(const Guest& guest, const std::vector<Sought*>& open) {
    const ConcreteGuest concrete(guest);
    const StepCheck check = checker_.Check(TakeTrap(concrete));
    for (Sought* sought : open) {
      const auto others = Others(check, *sought->deviation);
      if (!others || (sought->guest && sought->others <= *others)) continue;
      if (!IsWitness(guest, *sought->deviation)) continue;
      sought->guest = guest;
      sought->others = *others;
    }
  }

  void Shrink(const std::vector<Sought*>& found) {
    for (Sought* sought : found) {
      if (!sought->guest) continue;
      const auto holds = [&](const Step& step) {
        const auto others = Others(checker_.Check(step), *sought->deviation);
        return others && *others <= sought->others;
      };
      Guest smaller = ShrinkWitness(*sought->guest, holds);
      if (IsWitness(smaller, *sought->deviation)) {
        sought->guest = std::move(smaller);
      }
    }
  }

  const model::Host host_;
  const absl::Span<const Deviation> ledger_;
  const StepChecker checker_;
  RecordedGuest recorded_;
  std::vector<Sought> sought_;
};

}  // namespace

absl::StatusOr<std::vector<KnownBugs>> FindKnownBugs(
    absl::Span<const Deviation> ledger, const FindOptions& options) {
  std::vector<KnownBugs> all;
  std::map<const Deviation*, Guest> known;
  properties::Prover prover;
  for (const model::Flavor& flavor : model::kFlavors) {
    for (const model::Host& host : properties::HostsOf(flavor)) {
      Search search(host, ledger);
      if (search.empty()) continue;
      search.TryKnown(known);
      const size_t unknown = search.open();
      search.TryRandom(options);
      const size_t asked = search.open();
      search.AskSolver(&prover);
      const absl::Status status =
          search.TakeResult(&known, &all.emplace_back());
      if (!status.ok()) return status;
      const size_t bugs = all.back().bugs.size();
      if (!options.tell) continue;
      options.tell(absl::StrCat(properties::HostName(host), ": ", bugs,
                                " bugs, ", bugs - unknown,
                                " shown as elsewhere, ", unknown - asked,
                                " by random guests, ", asked, " by Z3"));
    }
  }
  return all;
}

}  // namespace trapline::replay
