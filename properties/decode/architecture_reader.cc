// SPDX-License-Identifier: Apache-2.0

#include "properties/decode/architecture_reader.h"

#include <Zydis/Zydis.h>

namespace trapline::properties {
namespace {

ZydisDecoder MakeDecoder() {
  ZydisDecoder decoder;
  ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LEGACY_32,
                   ZYDIS_STACK_WIDTH_32);
  return decoder;
}

// The operand of an IN that is no port: AL, AX or EAX.
uint32_t BitsOfEax(const ZydisDecoder& decoder,
                   const ZydisDecoderContext& context,
                   const ZydisDecodedInstruction& insn) {
  ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
  ZydisDecoderDecodeOperands(&decoder, &context, &insn, operands,
                             insn.operand_count);
  return 0xFFFFFFFF >> (32 - operands[0].size);
}

}  // namespace

std::optional<Reading> ReadByArchitecture(Bytes start) {
  static const ZydisDecoder kDecoder = MakeDecoder();
  ZydisDecoderContext context;
  ZydisDecodedInstruction insn;
  const ZyanStatus status = ZydisDecoderDecodeInstruction(
      &kDecoder, &context, start.data(), start.size(), &insn);
  if (status == ZYDIS_STATUS_NO_MORE_DATA) return std::nullopt;
  if (!ZYAN_SUCCESS(status)) return Reading();
  switch (insn.mnemonic) {
    case ZYDIS_MNEMONIC_IN:
      return Reading{Reading::kIn, insn.length,
                     BitsOfEax(kDecoder, context, insn)};
    case ZYDIS_MNEMONIC_OUT:
      return Reading{Reading::kOut, insn.length, 0};
    case ZYDIS_MNEMONIC_CLI:
      return Reading{Reading::kCli, insn.length, 0};
    default:
      return Reading();
  }
}

}  // namespace trapline::properties
