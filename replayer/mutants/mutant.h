// SPDX-License-Identifier: Apache-2.0

// The mutants: the model with one small fault each, as the tables beside this
// file define them. What an engine is worth shows in which of them it notices.

#ifndef TRAPLINE_REPLAYER_MUTANTS_MUTANT_H_
#define TRAPLINE_REPLAYER_MUTANTS_MUTANT_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "model/cpu.h"
#include "properties/guest.h"
#include "properties/logging_world.h"
#include "properties/symbolic_guest.h"
#include "replayer/recorded_world.h"

namespace trapline::mutants {

template <class World>
using HandleTrap = void (*)(model::Cpu<World>&);

struct Mutant {
  absl::string_view name;
  absl::string_view file;    // of model/
  absl::string_view change;  // in words
  // Why nothing it does is changed; empty where something is.
  absl::string_view equivalent;
  HandleTrap<properties::LoggingWorld<properties::SymbolicGuest>> symbolic;
  HandleTrap<properties::LoggingWorld<properties::ConcreteGuest>> concrete;
  HandleTrap<replay::RecordedWorld> recorded;
};

// All of them, in the order of the tables.
absl::Span<const Mutant* const> Mutants();

}  // namespace trapline::mutants

#endif  // TRAPLINE_REPLAYER_MUTANTS_MUTANT_H_
