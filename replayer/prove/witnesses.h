// SPDX-License-Identifier: Apache-2.0

// A guest for each way that the handler can go, as a trace.

#ifndef TRAPLINE_REPLAYER_PROVE_WITNESSES_H_
#define TRAPLINE_REPLAYER_PROVE_WITNESSES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "model/flavor.h"
#include "properties/guest.h"
#include "properties/paths.h"

namespace trapline::replay {

struct Witness {
  std::string text;  // what it is a witness of
  properties::Guest guest;
};

// One for each feasible path of the handler, as plain as it gets: a guest that
// lives, where the path lets one.
absl::StatusOr<std::vector<Witness>> PathWitnesses(
    const model::Host& host, const properties::Limits& limits = {});

// The recording of a host that took these traps. Its notes tell of trap 1 and
// on what each is a witness of.
absl::Status WriteWitnesses(const std::string& path, const model::Host& host,
                            const std::string& workload,
                            const std::vector<Witness>& witnesses);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_PROVE_WITNESSES_H_
