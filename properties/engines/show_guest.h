// SPDX-License-Identifier: Apache-2.0

// What an engine found, for people.

#ifndef TRAPLINE_PROPERTIES_ENGINES_SHOW_GUEST_H_
#define TRAPLINE_PROPERTIES_ENGINES_SHOW_GUEST_H_

#include <string>

#include "model/flavor.h"
#include "properties/engines/hunt.h"
#include "properties/guest.h"

namespace trapline::properties {

// As in "F7_pae_old".
std::string HostName(const model::Host& host);

// What is not zero, line by line, indented.
std::string ShowGuest(const Guest& guest);

// The clause, what it says, and the guest.
std::string ShowViolation(const Violation& violation);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_SHOW_GUEST_H_
