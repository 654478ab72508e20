// SPDX-License-Identifier: Apache-2.0

// The engines, each set on one mutant.

#ifndef TRAPLINE_REPLAYER_MUTANTS_ENGINES_H_
#define TRAPLINE_REPLAYER_MUTANTS_ENGINES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "model/flavor.h"
#include "properties/prove.h"
#include "properties/symbols.h"
#include "replayer/mutants/matrix.h"
#include "replayer/mutants/mutant.h"

namespace trapline::mutants {

// What a mutant was killed by; empty: it survived.
using Killer = std::string;

// Every host, kernels that are far apart first.
std::vector<model::Host> Hosts();

// The recordings of the workspace, which is the working directory.
std::vector<std::string> Recordings();

// The first trap of these traces that agrees with the model and not with the
// mutant.
absl::StatusOr<Killer> KilledByRecordings(const Mutant& mutant,
                                          absl::Span<const std::string> traces);

// A clause that the mutant breaks.
Killer KilledByRandom(const Mutant& mutant);
Killer KilledByEnumeration(const Mutant& mutant);

// Z3, set on one mutant after the other: what it found out about one serves
// the next. Of one thread.
class Solver {
 public:
  // A clause that the mutant breaks, or that says nothing of it any more, or a
  // deviation of the ledger that it does not show. Only hosts in which it does
  // something else than the model count: `same` is the proof that there is
  // none.
  struct Result {
    Killer killer;
    bool same = true;
  };
  // An error where Z3 gave up.
  absl::StatusOr<Result> Kill(const Mutant& mutant);

 private:
  absl::StatusOr<Killer> KillInHost(const Mutant& mutant,
                                    const model::Host& host);

  properties::Symbols symbols_;
  properties::Prover prover_;
};

// The mutant's row, by all of them.
absl::StatusOr<Row> MakeRow(const Mutant& mutant,
                            absl::Span<const std::string> traces,
                            Solver* solver);

}  // namespace trapline::mutants

#endif  // TRAPLINE_REPLAYER_MUTANTS_ENGINES_H_
