// SPDX-License-Identifier: Apache-2.0

// What happened between two traps and the line of a capture that tells of it:
// {"hypercall": [eax, arg1, ...]}, {"try_deliver_interrupt": [irq]} and
// {"lost": records}.

#ifndef TRAPLINE_REPLAYER_CAPTURE_EVENT_LINE_H_
#define TRAPLINE_REPLAYER_CAPTURE_EVENT_LINE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/trace.pb.h"
#include "replayer/capture/json_lines.h"

namespace trapline::capture {

// DataLossError, told as what is wrong with the line.
absl::StatusOr<trace::Event> ParseEvent(const Json& line);

// Appends the line, with its newline. What captures have no line for becomes
// {"event": the message as Protocol Buffers write it in JSON}, which
// ParseEvent refuses.
absl::Status AppendEventLine(const trace::Event& event, std::string* out);

}  // namespace trapline::capture

#endif  // TRAPLINE_REPLAYER_CAPTURE_EVENT_LINE_H_
