// SPDX-License-Identifier: Apache-2.0

// Guests that a solver found, made as small as they get: what is not needed to
// show the same is zero.

#ifndef TRAPLINE_REPLAYER_PROVE_SHRINK_WITNESS_H_
#define TRAPLINE_REPLAYER_PROVE_SHRINK_WITNESS_H_

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "properties/clause.h"
#include "properties/guest.h"
#include "properties/prove.h"
#include "properties/step.h"

namespace trapline::replay {

// A guest of which `holds`, as it does of `guest`, and which takes the same
// path and is killed for the same.
using StepPredicate =
    absl::FunctionRef<bool(const properties::Step<properties::ConcreteGuest>&)>;
properties::Guest ShrinkWitness(const properties::Guest& guest,
                                StepPredicate holds);

// Each guest that `proof` found.
void ShrinkWitnesses(absl::Span<const properties::Deviation> deviations,
                     properties::HostProof* proof);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_PROVE_SHRINK_WITNESS_H_
