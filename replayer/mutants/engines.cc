// SPDX-License-Identifier: Apache-2.0

#include "replayer/mutants/engines.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "model/flavor.h"
#include "properties/engines/enumerate.h"
#include "properties/engines/random.h"
#include "properties/prove.h"

namespace trapline::mutants {
namespace {

// The first violation in any host.
template <class Run>
Killer FirstViolation(Run run) {
  for (const model::Host& host : Hosts()) {
    const std::vector<properties::Violation> violations = run(host);
    if (!violations.empty()) return std::string(violations[0].clause->id);
  }
  return "";
}

}  // namespace

std::vector<model::Host> Hosts() {
  std::vector<model::Host> hosts;
  for (const char* flavor :
       {"F10", "F7", "F2", "F9", "F8", "F6", "F5", "F4", "F3"}) {
    for (model::Host& host : properties::HostsOf(*model::FindFlavor(flavor))) {
      hosts.push_back(std::move(host));
    }
  }
  return hosts;
}

Killer KilledByRandom(const Mutant& mutant) {
  properties::RandomOptions options;
  options.stop_at_first = true;
  options.shrink = false;
  return FirstViolation([&](const model::Host& host) {
    return properties::RunRandom(host, mutant.concrete, options);
  });
}

Killer KilledByEnumeration(const Mutant& mutant) {
  properties::EnumerationOptions options;
  options.stop_at_first = true;
  options.shrink = false;
  return FirstViolation([&](const model::Host& host) {
    return properties::RunEnumeration(host, mutant.concrete, options);
  });
}

absl::StatusOr<Row> MakeRow(const Mutant& mutant,
                            absl::Span<const std::string> traces,
                            Solver* engine) {
  const auto recordings = KilledByRecordings(mutant, traces);
  if (!recordings.ok()) return recordings.status();
  const auto solver = engine->Kill(mutant);
  if (!solver.ok()) return solver.status();
  if (solver->same == mutant.equivalent.empty()) {
    return absl::InternalError(absl::StrCat(
        mutant.name, solver->same
                         ? " is proved to do what the model does; say why"
                         : " does something else than the model"));
  }
  Row row;
  row.mutant = std::string(mutant.name);
  row.change = std::string(mutant.change);
  row.recordings = *recordings;
  row.random = KilledByRandom(mutant);
  row.enumeration = KilledByEnumeration(mutant);
  row.solver = solver->killer;
  row.equivalent = std::string(mutant.equivalent);
  return row;
}

}  // namespace trapline::mutants
