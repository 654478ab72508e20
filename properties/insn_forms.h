// SPDX-License-Identifier: Apache-2.0

// The instructions that emulate_insn may step over, as the architecture has
// them. Written from the SDM and held against Zydis, never against the model.

#ifndef TRAPLINE_PROPERTIES_INSN_FORMS_H_
#define TRAPLINE_PROPERTIES_INSN_FORMS_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"

namespace trapline::properties {

// SDM volume 2, chapter 3, CLI and IN; chapter 4, OUT.
struct InsnForm {
  uint8_t opcode;
  uint32_t length;  // bytes, without prefixes
  std::string_view mnemonic;
  bool byte_operand;  // AL rather than EAX (AX with 66)
};

inline constexpr std::array kInsnForms = {
    InsnForm{0xE4, 2, "in", true},    // IN AL, imm8
    InsnForm{0xE5, 2, "in", false},   // IN EAX, imm8
    InsnForm{0xE6, 2, "out", true},   // OUT imm8, AL
    InsnForm{0xE7, 2, "out", false},  // OUT imm8, EAX
    InsnForm{0xEC, 1, "in", true},    // IN AL, DX
    InsnForm{0xED, 1, "in", false},   // IN EAX, DX
    InsnForm{0xEE, 1, "out", true},   // OUT DX, AL
    InsnForm{0xEF, 1, "out", false},  // OUT DX, EAX
    InsnForm{0xFA, 1, "cli", false},
};

// With the operand-size prefix 66 or without prefixes, in a 32-bit segment.
struct Encoding {
  InsnForm form;
  bool prefixed;

  uint32_t length() const { return form.length + (prefixed ? 1 : 0); }
  std::string name() const {
    return absl::StrCat(prefixed ? "66 " : "",
                        absl::Hex(form.opcode, absl::kZeroPad2));
  }
};

inline std::vector<Encoding> AllEncodings() {
  std::vector<Encoding> encodings;
  for (const InsnForm& form : kInsnForms) {
    encodings.push_back({form, false});
    encodings.push_back({form, true});
  }
  return encodings;
}

// Whether the bytes that the handler took for an instruction are this one's, as
// far as its opcode.
template <class World>
typename World::Bool Matches(const World& world, const Encoding& encoding) {
  const auto& bytes = world.insn_bytes();
  if (bytes.size() != (encoding.prefixed ? 2 : 1)) return false;
  return bytes.back() == encoding.form.opcode &&
         (!encoding.prefixed || bytes[0] == 0x66);
}

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_INSN_FORMS_H_
