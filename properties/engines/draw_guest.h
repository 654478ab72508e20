// SPDX-License-Identifier: Apache-2.0

// Guests made up: mostly such as could be, and with every oddity that the
// handler or a clause looks at.

#ifndef TRAPLINE_PROPERTIES_ENGINES_DRAW_GUEST_H_
#define TRAPLINE_PROPERTIES_ENGINES_DRAW_GUEST_H_

#include "model/flavor.h"
#include "properties/engines/choices.h"
#include "properties/guest.h"

namespace trapline::properties {

// A guest of this host, or where its flavor places the switcher at start, of
// one with another switcher_addr.
Guest DrawGuest(const model::Host& host, Choices& choices);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_DRAW_GUEST_H_
