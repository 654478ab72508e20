// SPDX-License-Identifier: Apache-2.0

// The deviations of the ledger, each shown by a trap: traces that replay
// VERIFIED, since the model has the bugs too.

#ifndef TRAPLINE_REPLAYER_KNOWN_BUGS_KNOWN_BUGS_H_
#define TRAPLINE_REPLAYER_KNOWN_BUGS_KNOWN_BUGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "model/flavor.h"
#include "properties/clause.h"
#include "properties/guest.h"
#include "properties/step.h"

namespace trapline::replay {

// A guest whose next trap shows the deviation `id` from `clause`.
struct KnownBug {
  std::string id;
  std::string clause;
  properties::Guest guest;
};

// Trap 1 and on of one trace.
struct KnownBugs {
  model::Host host;
  std::vector<KnownBug> bugs;
};

// Whether the trap breaks the deviation's clause, where the ledger says that it
// may. The step is of a host that has it.
bool Shows(const properties::Step<properties::ConcreteGuest>& step,
           const properties::Deviation& deviation);

// What a trace of this host has to show. Each flavor shows a deviation once: in
// the first of HostsOf(flavor) that has it.
std::vector<const properties::Deviation*> DeviationsToShow(
    const model::Host& host, absl::Span<const properties::Deviation> ledger);

// "known-bugs-F7_pae_old.trace".
std::string KnownBugsName(const model::Host& host);

// The header's notes tell of each trap what it shows, and of its guest what a
// trap does not.
absl::Status WriteKnownBugs(const std::string& path, const KnownBugs& known);
absl::StatusOr<KnownBugs> ReadKnownBugs(const std::string& path);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_KNOWN_BUGS_KNOWN_BUGS_H_
