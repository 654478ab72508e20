// SPDX-License-Identifier: Apache-2.0

// From a line of a capture to the trap that it tells of.

#ifndef TRAPLINE_REPLAYER_CAPTURE_TRAP_PARSER_H_
#define TRAPLINE_REPLAYER_CAPTURE_TRAP_PARSER_H_

#include <string>

#include "absl/status/status.h"
#include "proto/trap.h"
#include "replayer/capture/json_lines.h"

namespace trapline::capture {

class TrapParser {
 public:
  // DataLossError, told as what is wrong with the line. `trap` holds views of
  // `line` and of this parser, valid until either changes.
  absl::Status Parse(const Json& line, trace::Trap* trap);

 private:
  absl::Status ParseCode(const Json& line, trace::Trap* trap);
  absl::Status ParseAccesses(const Json& line, trace::Trap* trap);

  std::string insn_;
  std::string data_;  // of all accesses, joined
};

}  // namespace trapline::capture

#endif  // TRAPLINE_REPLAYER_CAPTURE_TRAP_PARSER_H_
