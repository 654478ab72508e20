// SPDX-License-Identifier: Apache-2.0

#ifndef TRAPLINE_REPLAYER_PROVE_GUEST_TEXT_H_
#define TRAPLINE_REPLAYER_PROVE_GUEST_TEXT_H_

#include <string>

#include "properties/guest.h"

namespace trapline::replay {

// The guest, the trap that it takes and all that the handler does with it, line
// by line, indented.
std::string GuestText(const properties::Guest& guest);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_PROVE_GUEST_TEXT_H_
