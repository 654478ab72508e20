// SPDX-License-Identifier: Apache-2.0

// Which registers an instruction that was stepped over changes, and how.

#include "properties/clauses/insn.h"
#include "properties/clauses/topics.h"
#include "properties/clauses/vocabulary.h"

namespace trapline::properties {
namespace {

// Stepped over, and decoded from the bytes that the CPU would take.
template <class Guest>
BoolOf<Guest> IsEmulatedFaithfully(const Step<Guest>& s) {
  return IsSound(s) && Lives(s) && IsEmulated(s) && HasFlatCode(s) &&
         InsnAt(s).fetched && !CrossesPage(s);
}

}  // namespace

absl::Span<const Clause> RegisterClauses() {
  static const Clause kClauses[] = {
      {"in.byte", "IN of a byte changes no bit of eax but those of AL.",
       "SDM volume 2, IN; volume 1, 3.4.1.1",
       [](const auto& s) {
         return IsEmulatedFaithfully(s) && InsnAt(s).is_in && InsnAt(s).is_byte;
       },
       [](const auto& s) {
         return (s.after.eax & 0xFFFFFF00) == (s.before.eax & 0xFFFFFF00);
       }},
      {"in.word", "IN of 16 bits changes no bit of eax but those of AX.",
       "SDM volume 2, IN; volume 1, 3.4.1.1",
       [](const auto& s) {
         return IsEmulatedFaithfully(s) && InsnAt(s).is_in &&
                !InsnAt(s).is_byte && InsnAt(s).operand_16;
       },
       [](const auto& s) {
         return (s.after.eax & 0xFFFF0000) == (s.before.eax & 0xFFFF0000);
       }},
      {"in.ones", "IN reads ones, in all bits of its operand.",
       "lguest: there is nothing at any port",
       [](const auto& s) { return IsEmulatedFaithfully(s) && InsnAt(s).is_in; },
       [](const auto& s) {
         const auto bits = OperandBits(s, InsnAt(s));
         return (s.after.eax & bits) == bits;
       }},
      {"in.changes", "IN changes eax and eip, and nothing else.",
       "SDM volume 2, IN",
       [](const auto& s) { return IsEmulatedFaithfully(s) && InsnAt(s).is_in; },
       [](const auto& s) {
         return !HasWritten(s) && KeepsAllBut(s, {kWord.eax, kWord.eip});
       }},
      {"out.changes", "OUT changes eip, and nothing else.",
       "SDM volume 2, OUT; lguest: there is nothing at any port",
       [](const auto& s) {
         return IsEmulatedFaithfully(s) && InsnAt(s).is_out;
       },
       [](const auto& s) {
         return !HasWritten(s) && KeepsAllBut(s, {kWord.eip});
       }},
      {"cli.changes", "CLI changes eip and the guest's IF, and nothing else.",
       "SDM volume 2, CLI",
       [](const auto& s) {
         return IsEmulatedFaithfully(s) && InsnAt(s).is_cli;
       },
       [](const auto& s) {
         return !HasWritten(s) &&
                KeepsAllBut(s, {kWord.eip, kWord.ld_irq_enabled});
       },
       [](const model::Host& host) { return host.flavor.skips_cli; }},
      {"emulate.flags", "What is stepped over changes no flag but RF.",
       "SDM volume 1, 3.4.3; volume 2, IN, OUT: flags affected, none",
       [](const auto& s) { return IsSound(s) && IsEmulated(s); },
       [](const auto& s) {
         return ((s.after.eflags ^ s.before.eflags) & ~0x10000u) == 0;
       }},
      {"state.host",
       "No trap changes what is the host's or was the guest's to set.",
       "lguest: these change by hypercalls, or when the guest is left",
       [](const auto& s) { return IsSound(s); },
       [](const auto& s) {
         return KeepsAllBut(
             s, {kWord.eax, kWord.eip, kWord.cs, kWord.eflags, kWord.esp,
                 kWord.ss, kWord.hcall_pending, kWord.dead, kWord.ld_cr2,
                 kWord.ld_irq_enabled});
       }},
  };
  return kClauses;
}

}  // namespace trapline::properties
