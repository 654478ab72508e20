// SPDX-License-Identifier: Apache-2.0

// What stands above the functions of a mutant: the model's types, which are
// also the mutant's, and none of the model's functions.

#ifndef TRAPLINE_REPLAYER_MUTANTS_MUTANT_PRELUDE_H_
#define TRAPLINE_REPLAYER_MUTANTS_MUTANT_PRELUDE_H_

// These two stand in the header of Cpu, where argument-dependent lookup would
// find them beside the mutant's.
#define kill_guest_if kill_guest_if_of_the_model
#define kill_guest kill_guest_of_the_model
#include "model/cpu.h"
#undef kill_guest
#undef kill_guest_if

#include "model/state.h"
#include "replayer/mutants/mutant.h"

#ifdef TRAPLINE_MODEL_GUEST_MEMORY_H_
#error "The functions of the model must not be seen by those of a mutant."
#endif

#endif  // TRAPLINE_REPLAYER_MUTANTS_MUTANT_PRELUDE_H_
