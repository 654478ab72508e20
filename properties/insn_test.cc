// SPDX-License-Identifier: Apache-2.0

// The decoder of the clauses against Zydis.

#include "properties/clauses/insn.h"

#include <Zydis/Zydis.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "model/flavor.h"
#include "properties/guest.h"

namespace trapline::properties {
namespace {

using Bytes = std::vector<uint8_t>;

// What both decoders can say of an instruction.
struct Facts {
  bool is_in = false;
  bool is_out = false;
  bool is_string = false;
  bool is_cli = false;
  bool is_privileged = false;
  // Of an IN or OUT.
  uint32_t length = 0;
  uint32_t operand_bits = 0;

  friend bool operator==(const Facts& a, const Facts& b) {
    return a.is_in == b.is_in && a.is_out == b.is_out &&
           a.is_string == b.is_string && a.is_cli == b.is_cli &&
           a.is_privileged == b.is_privileged && a.length == b.length &&
           a.operand_bits == b.operand_bits;
  }
};

// What Decode makes of bytes in the middle of a page, in a guest without
// paging.
class ClauseDecoder {
 public:
  explicit ClauseDecoder(bool is_32_bit) {
    guest_.host.flavor = *model::FindFlavor("F10");
    guest_.state.linear_pages = 1;
    guest_.state.pfn_limit = 16;
    guest_.state.eip = kEip;
    guest_.cs.is_32_bit = is_32_bit;
  }

  Facts Decode(const Bytes& bytes) {
    for (size_t i = 0; i < bytes.size(); ++i) {
      guest_.memory[kEip + i] = bytes[i];
    }
    const ConcreteGuest concrete(guest_);
    const Step<ConcreteGuest> step = {
        concrete, guest_.state, guest_.state, false, {}};
    const Insn<ConcreteGuest> insn = properties::Decode(step, concrete.cs());
    Facts facts = {insn.is_in, insn.is_out, insn.is_string, insn.is_cli,
                   insn.is_privileged};
    if (insn.is_in || insn.is_out) {
      EXPECT_TRUE(insn.fetched);
      facts.length = insn.length;
      const uint32_t bits = OperandBits(step, insn);
      facts.operand_bits = bits == 0xFF ? 8 : bits == 0xFFFF ? 16 : 32;
    }
    return facts;
  }

 private:
  static constexpr uint32_t kEip = 0x1234;

  Guest guest_;
};

bool IsPrivileged(const ZydisDecodedInstruction& insn,
                  const ZydisDecodedOperand* operands) {
  switch (insn.mnemonic) {
    case ZYDIS_MNEMONIC_HLT:
    case ZYDIS_MNEMONIC_STI:
    case ZYDIS_MNEMONIC_CLTS:
    case ZYDIS_MNEMONIC_INVD:
    case ZYDIS_MNEMONIC_WBINVD:
    case ZYDIS_MNEMONIC_RDMSR:
    case ZYDIS_MNEMONIC_WRMSR:
      return true;
    case ZYDIS_MNEMONIC_MOV:
      for (size_t i = 0; i < insn.operand_count; ++i) {
        if (operands[i].type != ZYDIS_OPERAND_TYPE_REGISTER) continue;
        const ZydisRegisterClass kind =
            ZydisRegisterGetClass(operands[i].reg.value);
        if (kind == ZYDIS_REGCLASS_CONTROL || kind == ZYDIS_REGCLASS_DEBUG) {
          return true;
        }
      }
      return false;
    default:
      return false;
  }
}

bool IsString(ZydisMnemonic mnemonic) {
  for (const ZydisMnemonic string :
       {ZYDIS_MNEMONIC_INSB, ZYDIS_MNEMONIC_INSW, ZYDIS_MNEMONIC_INSD,
        ZYDIS_MNEMONIC_OUTSB, ZYDIS_MNEMONIC_OUTSW, ZYDIS_MNEMONIC_OUTSD}) {
    if (mnemonic == string) return true;
  }
  return false;
}

class ZydisSide {
 public:
  explicit ZydisSide(bool is_32_bit) {
    ZydisDecoderInit(
        &decoder_,
        is_32_bit ? ZYDIS_MACHINE_MODE_LEGACY_32 : ZYDIS_MACHINE_MODE_LEGACY_16,
        is_32_bit ? ZYDIS_STACK_WIDTH_32 : ZYDIS_STACK_WIDTH_16);
  }

  // False where the bytes are no instruction.
  bool Decode(const Bytes& bytes, Facts* facts) const {
    ZydisDecodedInstruction insn;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder_, bytes.data(),
                                             bytes.size(), &insn, operands))) {
      return false;
    }
    *facts = {insn.mnemonic == ZYDIS_MNEMONIC_IN,
              insn.mnemonic == ZYDIS_MNEMONIC_OUT, IsString(insn.mnemonic),
              insn.mnemonic == ZYDIS_MNEMONIC_CLI,
              IsPrivileged(insn, operands)};
    if (!facts->is_in && !facts->is_out) return true;
    facts->length = insn.length;
    for (size_t i = 0; i < insn.operand_count_visible; ++i) {
      if (operands[i].type != ZYDIS_OPERAND_TYPE_REGISTER) continue;
      if (operands[i].reg.value == ZYDIS_REGISTER_DX) continue;
      facts->operand_bits = operands[i].size;
    }
    return true;
  }

 private:
  ZydisDecoder decoder_;
};

// The number of instructions on which both agree; a failure for each on which
// they do not. `start` is followed by bytes that no instruction minds.
class Comparison {
 public:
  explicit Comparison(bool is_32_bit) : ours_(is_32_bit), zydis_(is_32_bit) {}

  void Compare(std::initializer_list<uint8_t> start) { Compare(Bytes(start)); }
  void Compare(const Bytes& start) {
    Bytes bytes = start;
    bytes.resize(15, 0x80);
    Facts expected;
    const bool is_insn = zydis_.Decode(bytes, &expected);
    const Facts facts = ours_.Decode(bytes);
    if (!is_insn) {
      // What is no instruction, such as MOV of CR1, may pass for privileged.
      expected.is_privileged = facts.is_privileged;
    }
    if (facts == expected) {
      ++counts_[Kind(expected)];
    } else if (++failures_ < 10) {
      ADD_FAILURE() << absl::BytesToHexString(absl::string_view(
                           reinterpret_cast<const char*>(start.data()),
                           start.size()))
                    << ": " << facts.is_in << facts.is_out << facts.is_string
                    << facts.is_cli << facts.is_privileged << " length "
                    << facts.length << ", " << facts.operand_bits
                    << " bits; Zydis " << expected.is_in << expected.is_out
                    << expected.is_string << expected.is_cli
                    << expected.is_privileged << " length " << expected.length
                    << ", " << expected.operand_bits << " bits";
    }
  }

  enum Kinds { kOther, kIn, kOut, kString, kCli, kPrivileged };
  size_t count(Kinds kind) const { return counts_[kind]; }
  size_t failures() const { return failures_; }

 private:
  static Kinds Kind(const Facts& facts) {
    return facts.is_in           ? kIn
           : facts.is_out        ? kOut
           : facts.is_string     ? kString
           : facts.is_cli        ? kCli
           : facts.is_privileged ? kPrivileged
                                 : kOther;
  }

  ClauseDecoder ours_;
  const ZydisSide zydis_;
  size_t counts_[6] = {};
  size_t failures_ = 0;
};

constexpr uint8_t kPrefixes[] = {0x66, 0x67, 0xF2, 0xF3, 0x2E,
                                 0x36, 0x3E, 0x26, 0x64, 0x65};

class InsnTest : public ::testing::TestWithParam<bool> {
 protected:
  Comparison comparison_{GetParam()};
};

TEST_P(InsnTest, EveryPairOfBytesIsWhatZydisDecodes) {
  for (int pair = 0; pair < 0x10000; ++pair) {
    comparison_.Compare(
        {static_cast<uint8_t>(pair >> 8), static_cast<uint8_t>(pair)});
  }
  EXPECT_EQ(comparison_.failures(), 0u);
  // Four opcodes before any byte, and after any of the prefixes.
  const size_t of_each = 256 + std::size(kPrefixes);
  EXPECT_EQ(comparison_.count(Comparison::kIn), 4 * of_each);
  EXPECT_EQ(comparison_.count(Comparison::kOut), 4 * of_each);
  EXPECT_EQ(comparison_.count(Comparison::kString), 4 * of_each);
  EXPECT_EQ(comparison_.count(Comparison::kCli), of_each);
  EXPECT_GT(comparison_.count(Comparison::kPrivileged), 2 * of_each);
}

TEST_P(InsnTest, EveryPairOfBytesAfterAPrefixIsWhatZydisDecodes) {
  for (const uint8_t prefix : kPrefixes) {
    for (int pair = 0; pair < 0x10000; ++pair) {
      comparison_.Compare({prefix, static_cast<uint8_t>(pair >> 8),
                           static_cast<uint8_t>(pair)});
    }
  }
  EXPECT_EQ(comparison_.failures(), 0u);
}

TEST_P(InsnTest, EveryByteAfterTwoToFourPrefixesIsWhatZydisDecodes) {
  for (const uint8_t a : kPrefixes) {
    for (const uint8_t b : kPrefixes) {
      for (int byte = 0; byte < 256; ++byte) {
        const auto last = static_cast<uint8_t>(byte);
        comparison_.Compare({a, b, last});
        comparison_.Compare({a, b, 0x66, last});
        comparison_.Compare({a, 0x66, b, b, last});
      }
    }
  }
  EXPECT_EQ(comparison_.failures(), 0u);
}

TEST_P(InsnTest, FivePrefixesAreTooMany) {
  ClauseDecoder decoder(GetParam());
  EXPECT_TRUE(decoder.Decode({0x66, 0x66, 0x66, 0x66, 0xEC}).is_in);
  EXPECT_EQ(decoder.Decode({0x66, 0x66, 0x66, 0x66, 0x66, 0xEC}), Facts());
}

INSTANTIATE_TEST_SUITE_P(Widths, InsnTest, ::testing::Bool(),
                         [](const auto& info) {
                           return info.param ? "Of32Bits" : "Of16Bits";
                         });

}  // namespace
}  // namespace trapline::properties
