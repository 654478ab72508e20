// SPDX-License-Identifier: Apache-2.0

#ifndef TRAPLINE_PROPERTIES_ENGINES_SHRINK_GUEST_H_
#define TRAPLINE_PROPERTIES_ENGINES_SHRINK_GUEST_H_

#include <rapidcheck.h>

#include "absl/functional/function_ref.h"
#include "properties/guest.h"

namespace trapline::properties {

// The guest, and how RapidCheck makes it smaller: toward one whose words and
// memory are all zero. Every smaller one has fewer bits set.
rc::Shrinkable<Guest> Shrinkable(const Guest& guest);

// The smallest guest that RapidCheck finds of which `holds`, as it does of
// `guest`.
Guest ShrinkGuest(const Guest& guest,
                  absl::FunctionRef<bool(const Guest&)> holds);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_SHRINK_GUEST_H_
