// SPDX-License-Identifier: Apache-2.0

#ifndef TRAPLINE_PROPERTIES_ENGINES_DRAW_INSN_H_
#define TRAPLINE_PROPERTIES_ENGINES_DRAW_INSN_H_

#include <cstdint>
#include <vector>

#include "properties/engines/choices.h"

namespace trapline::properties {

// The bytes of an instruction, of those that fault in a guest kernel above all.
std::vector<uint8_t> DrawInsn(Choices& choices);

// A VMCALL, or one that is nearly one.
std::vector<uint8_t> DrawVmcall(Choices& choices);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_DRAW_INSN_H_
