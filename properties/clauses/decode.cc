// SPDX-License-Identifier: Apache-2.0

// Which instructions the handler steps over, and how far.

#include "properties/clauses/insn.h"
#include "properties/clauses/topics.h"
#include "properties/clauses/vocabulary.h"

namespace trapline::properties {

absl::Span<const Clause> DecodeClauses() {
  static const Clause kClauses[] = {
      {"decode.accepts_only", "What is stepped over is an IN, an OUT or a CLI.",
       "SDM volume 2, CLI, IN, OUT",
       [](const auto& s) {
         return IsSound(s) && Lives(s) && IsEmulated(s) && HasFlatCode(s) &&
                InsnAt(s).fetched;
       },
       [](const auto& s) {
         const auto insn = InsnAt(s);
         return insn.is_in || insn.is_out || insn.is_cli;
       }},
      {"decode.accepts_all",
       "Every IN and OUT of the guest's kernel is stepped over, whatever "
       "prefixes it has.",
       "SDM volume 2, IN, OUT; 2.1.1: a prefix of no use is ignored",
       [](const auto& s) {
         return IsSound(s) && IsKernelGp(s) && HasFlatCode(s) &&
                InsnAt(s).fetched && !RefusesInside(s) &&
                (InsnAt(s).is_in || InsnAt(s).is_out);
       },
       [](const auto& s) { return IsEmulated(s) && Lives(s); }},
      {"decode.length", "eip moves by the length of what is stepped over.",
       "SDM volume 2, 2.1: prefixes, opcode, immediate",
       [](const auto& s) {
         return IsSound(s) && Lives(s) && IsEmulated(s) && HasFlatCode(s) &&
                InsnAt(s).fetched;
       },
       [](const auto& s) {
         return s.after.eip == s.before.eip + InsnAt(s).length;
       }},
      {"decode.segment",
       "The instruction is looked for in its code segment, and has the size "
       "that this gives it.",
       "SDM volume 3, 3.4.5: a segment's base, and its flag D",
       [](const auto& s) {
         return IsSound(s) && Lives(s) && IsEmulated(s) && !HasFlatCode(s) &&
                Decode(s, s.guest.cs()).fetched;
       },
       [](const auto& s) {
         const auto insn = Decode(s, s.guest.cs());
         return (insn.is_in || insn.is_out || insn.is_cli) &&
                s.after.eip == s.before.eip + insn.length &&
                (!insn.is_in || (s.after.eax & ~OperandBits(s, insn)) ==
                                    (s.before.eax & ~OperandBits(s, insn)));
       }},
      {"decode.string", "INS and OUTS of the guest's kernel are completed.",
       "SDM volume 2, INS, OUTS",
       [](const auto& s) {
         return IsSound(s) && IsKernelGp(s) && HasFlatCode(s) &&
                InsnAt(s).fetched && InsnAt(s).is_string &&
                !RefusesReadInside(s);
       },
       [](const auto& s) { return IsEmulated(s); }},
      {"decode.privileged", "What else only a kernel may execute is completed.",
       "SDM volume 3, 5.9: the guest's kernel takes itself for ring 0",
       [](const auto& s) {
         return IsSound(s) && IsKernelGp(s) && HasFlatCode(s) &&
                InsnAt(s).fetched &&
                (InsnAt(s).is_privileged || InsnAt(s).is_cli) &&
                !RefusesReadInside(s);
       },
       [](const auto& s) { return IsEmulated(s); }},
      {"decode.cli", "CLI turns the guest's interrupts off.",
       "SDM volume 2, CLI; lguest_data.irq_enabled is the guest's IF",
       [](const auto& s) {
         return IsSound(s) && IsEmulated(s) && HasFlatCode(s) &&
                InsnAt(s).fetched && InsnAt(s).is_cli;
       },
       [](const auto& s) { return (s.after.ld_irq_enabled & 0x200) == 0; },
       [](const model::Host& host) { return host.flavor.skips_cli; }},
      {"decode.single_step",
       "With TF set, a trap 1 follows what was stepped over.",
       "SDM volume 3, 17.3.1.4",
       [](const auto& s) {
         return IsSound(s) && IsEmulated(s) && (s.before.eflags & 0x100) != 0;
       },
       [](const auto& s) { return IsHandedOnAs(s, 1); }},
      {"decode.resume", "What was stepped over clears RF.",
       "SDM volume 3, 17.3.1.1: RF is cleared by an instruction that ends well",
       [](const auto& s) {
         return IsSound(s) && IsEmulated(s) && (s.before.eflags & 0x10000) != 0;
       },
       [](const auto& s) { return (s.after.eflags & 0x10000) == 0; }},
  };
  return kClauses;
}

}  // namespace trapline::properties
