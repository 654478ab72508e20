// SPDX-License-Identifier: Apache-2.0

// What a replay under another kernel's flavor must find, told from the traits
// in which the two differ and from what was recorded. The model is not asked.

#ifndef TRAPLINE_TRACES_HISTORIC_FLAVOR_PREDICTION_H_
#define TRAPLINE_TRACES_HISTORIC_FLAVOR_PREDICTION_H_

#include <string>
#include <vector>

#include "model/flavor.h"
#include "proto/trap.h"
#include "replayer/replay_trap.h"

namespace trapline::traces {

struct Prediction {
  // As Explain names and orders them; none where the trap must agree.
  std::vector<std::string> fields;
  // The two handlers part for good. `fields` is one: the place, "mem[i]" or
  // "calls[i]", with any or no part after it. What follows it in an explanation
  // is guesswork.
  bool part = false;
};

// `recorded` is the setting of the trace's own flavor, whose handler left the
// trap.
Prediction Predict(const replay::Setting& recorded, const model::Flavor& other,
                   const trace::Trap& trap);

// Whether an explanation with these fields is the predicted one.
bool Foretells(const Prediction& prediction,
               const std::vector<std::string>& fields);

// For people: the trap, what was predicted and what was found.
std::string Surprise(const trace::Trap& trap, const Prediction& prediction,
                     const std::vector<std::string>& fields);

}  // namespace trapline::traces

#endif  // TRAPLINE_TRACES_HISTORIC_FLAVOR_PREDICTION_H_
