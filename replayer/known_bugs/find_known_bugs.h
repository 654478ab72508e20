// SPDX-License-Identifier: Apache-2.0

// Finds for each deviation of the ledger a guest that shows it.

#ifndef TRAPLINE_REPLAYER_KNOWN_BUGS_FIND_KNOWN_BUGS_H_
#define TRAPLINE_REPLAYER_KNOWN_BUGS_FIND_KNOWN_BUGS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "properties/clause.h"
#include "replayer/known_bugs/known_bugs.h"

namespace trapline::replay {

struct FindOptions {
  // Random guests of a host: so many, and more while a bug is not shown.
  uint64_t guests = 20'000;
  uint64_t most_guests = 1'000'000;
  // Called with what was done; may be empty.
  std::function<void(const std::string&)> tell;
};

// Every host that shows any. The same guest shows a bug in all flavors, where
// it does. Random guests are tried first, then Z3 is asked. InternalError where
// a deviation is not shown.
absl::StatusOr<std::vector<KnownBugs>> FindKnownBugs(
    absl::Span<const properties::Deviation> ledger,
    const FindOptions& options = {});

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_KNOWN_BUGS_FIND_KNOWN_BUGS_H_
