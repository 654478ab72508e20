// SPDX-License-Identifier: Apache-2.0

// What a handler did with a trap, beside what the model does, for people.

#ifndef TRAPLINE_PROPERTIES_ENGINES_SHOW_STEP_H_
#define TRAPLINE_PROPERTIES_ENGINES_SHOW_STEP_H_

#include <string>

#include "properties/guest.h"
#include "properties/step.h"

namespace trapline::properties {

// A table of the words that changed, the accesses, the calls and the kills; of
// the model "=" where it does the same. Named as replay names them.
std::string ShowStep(const Guest& guest, Handler<ConcreteGuest> handler);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_SHOW_STEP_H_
