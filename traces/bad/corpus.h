// SPDX-License-Identifier: Apache-2.0

// The traces of this folder. A NAME.expect beside each says why it is refused.

#ifndef TRAPLINE_TRACES_BAD_CORPUS_H_
#define TRAPLINE_TRACES_BAD_CORPUS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "traces/bad/forge.h"

namespace trapline::bad {

// Of the two good traces that the bad ones are made of: three blocks of four
// traps each of "v3.12-kill1", and as much of "v2.6.24-tiny".
struct Sources {
  Recording recording;
  Recording other;
};
absl::StatusOr<Sources> ReadSources(const std::string& folder);

// Files that are something else, and frames that are damaged, missing or out
// of place.
std::vector<BadTrace> ContainerFaults(const Sources& sources);

// Frames that are all right around a content that is not.
std::vector<BadTrace> ContentFaults(const Sources& sources);

// All of them, from the folder of good traces.
absl::StatusOr<std::vector<BadTrace>> Corpus(const std::string& folder);

}  // namespace trapline::bad

#endif  // TRAPLINE_TRACES_BAD_CORPUS_H_
