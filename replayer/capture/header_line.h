// SPDX-License-Identifier: Apache-2.0

// The first line of a capture and the header of a trace.

#ifndef TRAPLINE_REPLAYER_CAPTURE_HEADER_LINE_H_
#define TRAPLINE_REPLAYER_CAPTURE_HEADER_LINE_H_

#include <string>

#include "absl/status/statusor.h"
#include "proto/trace.pb.h"
#include "replayer/capture/json_lines.h"

namespace trapline::capture {

// DataLossError, told as what is wrong with the line.
absl::StatusOr<trace::Header> ParseHeader(const Json& line);

// With its newline. Fields that captures do not know are written where their
// value is not the one that ParseHeader would give them.
std::string HeaderLine(const trace::Header& header);

}  // namespace trapline::capture

#endif  // TRAPLINE_REPLAYER_CAPTURE_HEADER_LINE_H_
