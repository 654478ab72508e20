// SPDX-License-Identifier: Apache-2.0

// Proves the clauses for every guest of one host, or refutes them by a guest.

#ifndef TRAPLINE_PROPERTIES_PROVE_H_
#define TRAPLINE_PROPERTIES_PROVE_H_

#include <z3++.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "model/flavor.h"
#include "properties/clause.h"
#include "properties/guest.h"
#include "properties/paths.h"
#include "properties/step.h"
#include "properties/symbolic_guest.h"
#include "properties/symbols.h"

namespace trapline::properties {

// Each kept apart from the others. The order is that of what to look at first.
enum class Answer {
  kRefuted,   // by a guest that no deviation of the ledger covers
  kUnknown,   // Z3 gave up, or a limit was reached
  kVacuous,   // no guest meets the premise
  kDeviates,  // holds but where the ledger says that it does not
  kProved,
  kNotApplicable,  // the clause is not about this host
};

struct ClauseProof {
  const Clause* clause = nullptr;
  Answer answer = Answer::kProved;
  std::string why;             // where unknown
  std::optional<Guest> guest;  // where refuted
};

// Whether a deviation of the ledger is seen in this host.
struct DeviationProof {
  const Deviation* deviation = nullptr;
  std::optional<Guest> guest;  // that shows it; none: it no longer holds
};

struct HostProof {
  model::Host host;
  size_t paths = 0;
  size_t queries = 0;
  double slowest = 0;  // query, in seconds
  std::vector<ClauseProof> clauses;
  std::vector<DeviationProof> deviations;
};

struct ProveOptions {
  Limits limits;
  Handler<SymbolicGuest> symbolic = model::handle_trap;
  Handler<ConcreteGuest> concrete = model::handle_trap;
  QueryObserver on_query;
  // Ends with the first clause that is refuted; of the others nothing is known
  // then.
  bool stop_at_first = false;
};

// Proves one host after the other. What is found out about one serves the next:
// hosts that are alike should follow each other. Of one thread.
class Prover {
 public:
  // Every refutation, and every deviation, was confirmed by a concrete run of
  // the same handler before it counts. `clauses` and `deviations` must outlive
  // the result.
  HostProof Prove(const model::Host& host, absl::Span<const Clause> clauses,
                  absl::Span<const Deviation> deviations,
                  const ProveOptions& options = {});

 private:
  Symbols symbols_;
  // That met a premise or showed a deviation first, in the host it was met in.
  std::vector<Guest> guests_;
};

// Proves one host alone.
HostProof Prove(const model::Host& host, absl::Span<const Clause> clauses,
                absl::Span<const Deviation> deviations,
                const ProveOptions& options = {});

// Every host that a kernel of the flavor can be: both address checks, and PAE.
std::vector<model::Host> HostsOf(const model::Flavor& flavor);

// Calls `visit` for each feasible path of the handler; returns their number.
// `visit` returns false to end it there.
using PathVisitor = absl::FunctionRef<bool(Path&, const SymbolicGuest&,
                                           const Step<SymbolicGuest>&)>;
absl::StatusOr<size_t> ForEachPath(Symbols* symbols, const model::Host& host,
                                   const ProveOptions& options,
                                   PathVisitor visit);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_PROVE_H_
