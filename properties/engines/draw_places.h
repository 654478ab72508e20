// SPDX-License-Identifier: Apache-2.0

#ifndef TRAPLINE_PROPERTIES_ENGINES_DRAW_PLACES_H_
#define TRAPLINE_PROPERTIES_ENGINES_DRAW_PLACES_H_

#include "properties/engines/choices.h"
#include "properties/guest.h"

namespace trapline::properties {

// Where the guest stands, where its stacks are and what it touched, with the
// page tables that lead there and the instruction; `is_vmcall`: one that is
// nearly a VMCALL. The rest of the guest was drawn before.
void DrawPlaces(bool is_vmcall, Choices& choices, Guest* guest);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_DRAW_PLACES_H_
