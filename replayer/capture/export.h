// SPDX-License-Identifier: Apache-2.0

// From a trace back to a JSON Lines capture.

#ifndef TRAPLINE_REPLAYER_CAPTURE_EXPORT_H_
#define TRAPLINE_REPLAYER_CAPTURE_EXPORT_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/status/status.h"

namespace trapline::capture {

// Writes the traps numbered `begin` up to, without, `end`, and the events
// before each of them; those after the last trap where `end` is beyond it.
absl::Status Export(const std::string& trace, std::ostream& out,
                    uint64_t begin = 0, uint64_t end = UINT64_MAX);

}  // namespace trapline::capture

#endif  // TRAPLINE_REPLAYER_CAPTURE_EXPORT_H_
