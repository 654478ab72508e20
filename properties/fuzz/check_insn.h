// SPDX-License-Identifier: Apache-2.0

// The fuzzed engine for instructions: any bytes are a guest's kernel at an
// instruction, checked by every clause, by Zydis and by another flavor.

#ifndef TRAPLINE_PROPERTIES_FUZZ_CHECK_INSN_H_
#define TRAPLINE_PROPERTIES_FUZZ_CHECK_INSN_H_

#include <string>

#include "model/flavor.h"
#include "model/state.h"
#include "properties/decode/reading.h"
#include "properties/guest.h"
#include "properties/step.h"

namespace trapline::properties {

// The input: the host, how the guest stands, and the code. What is left out is
// zero.
//
//   byte 0   the host
//   byte 1   bits 0, 1: the ring, from 1 on; 2, 3: eax; 4, 5: where the code
//            stands, at the start of a page or up to 3 bytes before its end;
//            6: the next page is no neighbour in memory; 7: TF and RF are set
//   byte 2   and on, up to 15 bytes: the code
//
// Empty where all is well, else what is not.
std::string CheckInsn(Bytes input, Handler<ConcreteGuest> handler);

// The guest that the input is.
Guest InsnGuest(Bytes input);

// The input that is nearest to a guest of this state at this code.
std::string InsnInput(const model::Host& host,
                      const model::State<uint32_t>& state, Bytes code);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_FUZZ_CHECK_INSN_H_
