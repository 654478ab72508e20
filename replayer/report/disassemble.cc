// SPDX-License-Identifier: Apache-2.0

#include "replayer/report/disassemble.h"

#include <Zydis/Zydis.h>

#include <string>

namespace trapline::replay {

Instruction Disassemble(absl::string_view bytes, uint32_t eip) {
  ZydisDecoder decoder;
  ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LEGACY_32,
                   ZYDIS_STACK_WIDTH_32);
  ZydisDecodedInstruction instruction;
  ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
  if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, bytes.data(), bytes.size(),
                                           &instruction, operands))) {
    return {0, bytes.empty() ? "(not mapped)" : "(bad)"};
  }
  ZydisFormatter formatter;
  ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_INTEL);
  char text[128] = "";
  ZydisFormatterFormatInstruction(&formatter, &instruction, operands,
                                  instruction.operand_count_visible, text,
                                  sizeof(text), eip, nullptr);
  return {instruction.length, text};
}

}  // namespace trapline::replay
