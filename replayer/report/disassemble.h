// SPDX-License-Identifier: Apache-2.0

// Instructions as text, by Zydis.

#ifndef TRAPLINE_REPLAYER_REPORT_DISASSEMBLE_H_
#define TRAPLINE_REPLAYER_REPORT_DISASSEMBLE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace trapline::replay {

struct Instruction {
  int length = 0;  // bytes; 0 where the bytes are no instruction, or too few
  std::string text;
};

// The 32-bit protected-mode instruction at `eip`, in Intel syntax.
Instruction Disassemble(absl::string_view bytes, uint32_t eip);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_REPORT_DISASSEMBLE_H_
