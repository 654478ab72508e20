// SPDX-License-Identifier: Apache-2.0

#include "properties/insn_forms.h"

#include <Zydis/Zydis.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "model/flavor.h"
#include "properties/emulate_insn_claims.h"
#include "properties/memory_world.h"
#include "properties/outcome.h"

namespace trapline::properties {
namespace {

using Bytes = std::array<uint8_t, 4>;

// What differs between the encoding and how Zydis decodes these bytes in a
// 32-bit segment; empty where nothing.
std::string DifferenceFromZydis(const Encoding& encoding, const Bytes& bytes) {
  ZydisDecoder decoder;
  ZydisDecodedInstruction insn;
  ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
  if (!ZYAN_SUCCESS(ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LEGACY_32,
                                     ZYDIS_STACK_WIDTH_32)) ||
      !ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, bytes.data(), bytes.size(),
                                           &insn, operands))) {
    return "not an instruction";
  }
  if (insn.length != encoding.length()) {
    return absl::StrCat("length ", insn.length, ", not ", encoding.length());
  }
  std::string mnemonic = ZydisMnemonicGetString(insn.mnemonic);
  if (mnemonic != encoding.form.mnemonic) return mnemonic;
  bool accumulator_is_byte = false;
  for (const ZydisDecodedOperand& operand : operands) {
    if (&operand == operands + insn.operand_count) break;
    accumulator_is_byte |= operand.type == ZYDIS_OPERAND_TYPE_REGISTER &&
                           operand.reg.value == ZYDIS_REGISTER_AL;
  }
  return accumulator_is_byte == encoding.form.byte_operand ? "" : "width";
}

Bytes BytesOf(const Encoding& encoding) {
  if (encoding.prefixed) return {0x66, encoding.form.opcode, 0x80, 0x80};
  return {encoding.form.opcode, 0x80, 0x80, 0x80};
}

TEST(InsnForms, AreThoseOfZydis) {
  for (const Encoding& encoding : AllEncodings()) {
    EXPECT_EQ(DifferenceFromZydis(encoding, BytesOf(encoding)), "")
        << encoding.name();
  }
}

TEST(InsnForms, ThatAreWrongDifferFromZydis) {
  for (const Encoding& encoding : AllEncodings()) {
    std::vector<Encoding> mutants(4, encoding);
    ++mutants[0].form.length;
    mutants[1].form.byte_operand = !encoding.form.byte_operand;
    mutants[2].form.mnemonic = "sti";
    mutants[3].prefixed = !encoding.prefixed;
    for (const Encoding& mutant : mutants) {
      EXPECT_NE(DifferenceFromZydis(mutant, BytesOf(encoding)), "")
          << encoding.name();
    }
  }
}

// The guest kernel at linear address 0, which page 3 is mapped to.
constexpr uint32_t kCode = 0x3000;

Outcome<MemoryWorld> Emulate(const char* flavor, MemoryWorld& world) {
  model::State<uint32_t> state = {};
  state.cs = 0x61;
  state.gpgdir = 0x1000;
  state.pfn_limit = 0x10;
  const model::Host host = {*model::FindFlavor(flavor)};
  return RunSubject(host, EmulateInsn(), state, {0, 0}, world);
}

class AllBytePairs : public ::testing::TestWithParam<const char*> {};

TEST_P(AllBytePairs, AreAcceptedOnlyAsWhatZydisDecodes) {
  int accepted = 0;
  for (int pair = 0; pair < 0x10000; ++pair) {
    const Bytes bytes = {static_cast<uint8_t>(pair >> 8),
                         static_cast<uint8_t>(pair), 0x80, 0x80};
    std::map<uint32_t, uint8_t> memory = {
        {kCode, bytes[0]},
        {kCode + 1, bytes[1]},
        // The page directory and the page table, each with one entry.
        {0x1000, 0x01},
        {0x1001, 0x20},
        {0x1002, 0},
        {0x1003, 0},
        {0x2000, 0x01},
        {0x2001, 0x30},
        {0x2002, 0},
        {0x2003, 0}};
    MemoryWorld world(std::move(memory));
    const Outcome<MemoryWorld> outcome = Emulate(GetParam(), world);
    SCOPED_TRACE(absl::StrCat(absl::Hex(pair, absl::kZeroPad4)));
    ASSERT_FALSE(world.strayed());
    if (!outcome.result) continue;
    ++accepted;
    int matches = 0;
    for (const Encoding& encoding : AllEncodings()) {
      if (!Matches(world, encoding)) continue;
      ++matches;
      EXPECT_EQ(DifferenceFromZydis(encoding, bytes), "");
      EXPECT_EQ(outcome.after.eip, encoding.length());
    }
    EXPECT_EQ(matches, 1);
  }
  // Eight opcodes with any second byte, or after 66; CLI too where it is one.
  const bool cli = model::FindFlavor(GetParam())->skips_cli;
  EXPECT_EQ(accepted, 8 * 256 + 8 + (cli ? 256 : 0));
}

INSTANTIATE_TEST_SUITE_P(Flavors, AllBytePairs, ::testing::Values("F2", "F10"),
                         [](const auto& info) {
                           return std::string(info.param);
                         });

}  // namespace
}  // namespace trapline::properties
