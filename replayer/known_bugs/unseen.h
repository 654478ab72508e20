// SPDX-License-Identifier: Apache-2.0

// What no recorder sees of a guest: memory that the handler did not read, the
// segments of its GDT, and what the host answers.

#ifndef TRAPLINE_REPLAYER_KNOWN_BUGS_UNSEEN_H_
#define TRAPLINE_REPLAYER_KNOWN_BUGS_UNSEEN_H_

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "properties/guest.h"

namespace trapline::replay {

// What `guest` has beside what was seen of it.
nlohmann::json Unseen(const properties::Guest& guest,
                      const properties::Guest& seen);

// Adds that to what was seen: `guest` is whole then.
absl::Status AddUnseen(const nlohmann::json& unseen, properties::Guest* guest);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_KNOWN_BUGS_UNSEEN_H_
