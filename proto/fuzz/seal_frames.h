// SPDX-License-Identifier: Apache-2.0

// Makes checksums right, so that what is behind them is read too.

#ifndef TRAPLINE_PROTO_FUZZ_SEAL_FRAMES_H_
#define TRAPLINE_PROTO_FUZZ_SEAL_FRAMES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace trapline::trace {

// `file` with every frame's mark and checksum made right, and the length of the
// last where it goes beyond the end: fuzzing would find neither.
std::string SealFrames(absl::string_view file);

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_FUZZ_SEAL_FRAMES_H_
