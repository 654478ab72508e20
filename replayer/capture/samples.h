// SPDX-License-Identifier: Apache-2.0

// Small captures for tests.

#ifndef TRAPLINE_REPLAYER_CAPTURE_SAMPLES_H_
#define TRAPLINE_REPLAYER_CAPTURE_SAMPLES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace trapline::capture {

// Lines, each with its newline. Every optional part of a trap's line is there.
std::string SampleHeader();
std::string SampleTrap(uint64_t number);

// `text` with its one occurrence of `from` replaced.
std::string Edit(const std::string& text, absl::string_view from,
                 absl::string_view to);

// As one zstd frame with a checksum, which the zstd command writes too.
std::string Compress(absl::string_view text);

// A path for the file `name` of the running test.
std::string TestPath(absl::string_view name);
// That file, written.
std::string WriteTestFile(absl::string_view name, absl::string_view content);
std::string ReadTestFile(const std::string& path);

}  // namespace trapline::capture

#endif  // TRAPLINE_REPLAYER_CAPTURE_SAMPLES_H_
