// SPDX-License-Identifier: Apache-2.0

// The instruction at eip, as a CPU in a protected-mode code segment takes it.
// Written from the SDM, and never by way of the model.

#ifndef TRAPLINE_PROPERTIES_CLAUSES_INSN_H_
#define TRAPLINE_PROPERTIES_CLAUSES_INSN_H_

#include <cstdint>

#include "properties/architecture.h"
#include "properties/guest.h"
#include "properties/step.h"

namespace trapline::properties {

// One of each group is of use: SDM volume 2, section 2.1.1. An instruction with
// more of them is not looked at.
inline constexpr uint32_t kMaxPrefixes = 4;

// The bytes at eip, each by its own page. Asks for no byte unless it must.
template <class Guest>
class Code {
 public:
  using Word = typename Guest::Word;
  using Bool = typename Guest::Bool;

  // In a segment that is flat, as Linux's own are, or in one with a base.
  explicit Code(const Step<Guest>& s) : Code(s, 0) {}
  Code(const Step<Guest>& s, const Word& base)
      : s_(s), va_(base + s.before.eip), page_(PlaceOf(s, va_)) {}

  // Whether the first `length` bytes can be fetched.
  Bool IsFetched(const Word& length) const {
    const Bool here = page_.mapped && Inside(s_, page_.pa, 1);
    const Bool crosses = IsBeyond(length - 1);
    if (s_.guest.IsFalse(crosses)) return here;
    const Place<Guest> next = NextPage();
    return here && (!crosses || (next.mapped && Inside(s_, next.pa, 1)));
  }

  Word At(uint32_t i) const {
    const Word here = s_.guest.Widen(s_.guest.InitialByte(page_.pa + i));
    const Bool beyond = IsBeyond(i);
    if (i == 0 || s_.guest.IsFalse(beyond)) return here;
    const Word offset = (va_ & 0xFFF) + i - 0x1000;
    return s_.guest.Select(
        beyond, s_.guest.Widen(s_.guest.InitialByte(NextPage().pa + offset)),
        here);
  }

 private:
  Bool IsBeyond(const Word& i) const { return (va_ & 0xFFF) + i >= 0x1000; }
  Place<Guest> NextPage() const {
    return PlaceOf(s_, (va_ & 0xFFFFF000) + 0x1000);
  }

  const Step<Guest>& s_;
  const Word va_;
  const Place<Guest> page_;
};

template <class Guest>
typename Guest::Bool IsPrefix(const typename Guest::Word& byte) {
  typename Guest::Bool is = false;
  // SDM volume 2, section 2.1.1, without LOCK, which IN and OUT do not take.
  for (const uint32_t prefix :
       {0x66, 0x67, 0xF2, 0xF3, 0x2E, 0x36, 0x3E, 0x26, 0x64, 0x65}) {
    is = is || byte == prefix;
  }
  return is;
}

// In the code segment `cs`.
template <class Guest>
Insn<Guest> Decode(const Step<Guest>& s, const SegmentOf<Guest>& cs) {
  using Word = typename Guest::Word;
  using Bool = typename Guest::Bool;
  const Guest& guest = s.guest;
  const Code<Guest> code(s, cs.base);
  Insn<Guest> insn = {};
  Bool has_66 = false;
  Word second = 0;
  Bool scanning = true;
  for (uint32_t i = 0; i <= kMaxPrefixes; ++i) {
    const Word byte = code.At(i);
    const Bool is_prefix = IsPrefix<Guest>(byte);
    const Bool is_opcode = scanning && !is_prefix;
    insn.opcode = guest.Select(is_opcode, byte, insn.opcode);
    insn.prefixes = guest.Select(is_opcode, i, insn.prefixes);
    if (!guest.IsFalse(is_opcode && byte == 0x0F)) {
      second = guest.Select(is_opcode, code.At(i + 1), second);
    }
    has_66 = has_66 || (scanning && byte == 0x66);
    scanning = scanning && is_prefix;
    if (guest.IsFalse(scanning)) break;
  }
  insn.operand_16 = (cs.is_32_bit && has_66) || (!cs.is_32_bit && !has_66);
  const auto between = [](const Word& value, uint32_t first, uint32_t last) {
    return value >= first && value < last + 1;
  };
  const Word& opcode = insn.opcode;
  const Bool is_immediate = between(opcode, 0xE4, 0xE7);
  insn.length = insn.prefixes + 1 + guest.Select(is_immediate, 1, 0);
  insn.fetched = !scanning && code.IsFetched(insn.length);
  insn.is_in = between(opcode, 0xE4, 0xE5) || between(opcode, 0xEC, 0xED);
  insn.is_out = between(opcode, 0xE6, 0xE7) || between(opcode, 0xEE, 0xEF);
  insn.is_byte = (opcode & 1) == 0;
  insn.is_string = between(opcode, 0x6C, 0x6F);
  insn.is_cli = opcode == 0xFA;
  insn.is_privileged =
      opcode == 0xF4 || opcode == 0xFB ||
      (opcode == 0x0F && code.IsFetched(insn.prefixes + 2) &&
       (second == 0x06 || second == 0x08 || second == 0x09 ||
        between(second, 0x20, 0x23) || second == 0x30 || second == 0x32));
  return insn;
}

// The instruction in a flat code segment, which is said so in place of the
// guest's own: an address that is plainly eip is one that the handler has too.
template <class Guest>
const Insn<Guest>& InsnAt(const Step<Guest>& s) {
  return s.findings.InsnAt(s.guest,
                           [&] { return Decode(s, FlatSegment<Guest>()); });
}

// The bits of eax that are the operand of an IN or OUT.
template <class Guest>
typename Guest::Word OperandBits(const Step<Guest>& s,
                                 const Insn<Guest>& insn) {
  return s.guest.Select(insn.is_byte, 0xFF,
                        s.guest.Select(insn.operand_16, 0xFFFF, 0xFFFFFFFF));
}

// Linux's own code segments are flat.
template <class Guest>
typename Guest::Bool HasFlatCode(const Step<Guest>& s) {
  return s.guest.cs().base == 0 && s.guest.cs().is_32_bit;
}

// Whether a prefix 66 is the last byte of its page.
template <class Guest>
typename Guest::Bool CrossesPage(const Step<Guest>& s) {
  const auto is_last = (s.before.eip & 0xFFF) == 0xFFF;
  if (s.guest.IsFalse(is_last)) return false;
  return is_last && Code<Guest>(s).At(0) == 0x66;
}

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_CLAUSES_INSN_H_
