// SPDX-License-Identifier: Apache-2.0

// The handler's reading: what the model's emulate_insn makes of bytes at the
// eip of a guest's kernel.

#ifndef TRAPLINE_PROPERTIES_DECODE_HANDLER_READER_H_
#define TRAPLINE_PROPERTIES_DECODE_HANDLER_READER_H_

#include <optional>
#include <string>
#include <vector>

#include "model/emulate_insn.h"
#include "model/flavor.h"
#include "properties/decode/bytes_world.h"
#include "properties/decode/reading.h"

namespace trapline::properties {

// A handler of instructions: the model, or a mutant of it.
using InsnHandler = bool (*)(model::Cpu<BytesWorld>&);

std::optional<Reading> ReadByHandler(
    const model::Flavor& flavor, Bytes start,
    InsnHandler handler = model::emulate_insn<BytesWorld>);

// Flavors that decode alike: their traits that emulate_insn looks at are the
// same.
struct DecodingForm {
  std::string name;  // of its flavors: "F2 F3"
  std::vector<const model::Flavor*> flavors;
};

// All there are, in the order of their first flavors.
const std::vector<DecodingForm>& DecodingForms();

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_DECODE_HANDLER_READER_H_
