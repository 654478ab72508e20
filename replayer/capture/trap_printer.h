// SPDX-License-Identifier: Apache-2.0

#ifndef TRAPLINE_REPLAYER_CAPTURE_TRAP_PRINTER_H_
#define TRAPLINE_REPLAYER_CAPTURE_TRAP_PRINTER_H_

#include <string>

#include "proto/trap.h"

namespace trapline::capture {

// Appends the line of a capture that tells of `trap`, with its newline.
void AppendTrapLine(const trace::Trap& trap, std::string* out);

}  // namespace trapline::capture

#endif  // TRAPLINE_REPLAYER_CAPTURE_TRAP_PRINTER_H_
