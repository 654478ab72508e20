// SPDX-License-Identifier: Apache-2.0

// What a mutant does otherwise than the model, for all guests of a host.

#ifndef TRAPLINE_REPLAYER_MUTANTS_DIFFERENCE_H_
#define TRAPLINE_REPLAYER_MUTANTS_DIFFERENCE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "model/flavor.h"
#include "properties/guest.h"
#include "properties/symbols.h"
#include "replayer/mutants/mutant.h"

namespace trapline::mutants {

struct Difference {
  std::string what;  // such as "eip"
  properties::Guest guest;
};

// A guest of which the mutant makes something else than the model: another
// state, another access or call, another kill, or in another order. None: Z3
// has proved that there is no such guest. An error where it gave up. What was
// found out about `symbols` serves the next question.
absl::StatusOr<std::optional<Difference>> FindDifference(
    const model::Host& host, const Mutant& mutant,
    properties::Symbols* symbols);

}  // namespace trapline::mutants

#endif  // TRAPLINE_REPLAYER_MUTANTS_DIFFERENCE_H_
