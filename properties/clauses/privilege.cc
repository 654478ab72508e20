// SPDX-License-Identifier: Apache-2.0

// What a trap of the guest's programs may do: be told to the guest's kernel.

#include "properties/clauses/frame.h"
#include "properties/clauses/topics.h"
#include "properties/clauses/vocabulary.h"

namespace trapline::properties {

absl::Span<const Clause> PrivilegeClauses() {
  static const Clause kClauses[] = {
      {"privilege.user",
       "No instruction of the guest's programs is stepped over.",
       "SDM volume 3, 5.9; volume 1, 19.5: IN and OUT want CPL <= IOPL",
       [](const auto& s) { return IsSound(s) && IsTrap(s, 13) && FromUser(s); },
       [](const auto& s) { return WasHandedOn(s); }},
      {"privilege.errcode",
       "No instruction is stepped over where the #GP has an error code.",
       "SDM volume 2, IN, OUT: #GP(0)",
       [](const auto& s) {
         return IsSound(s) && IsTrap(s, 13) && s.before.errcode != 0;
       },
       [](const auto& s) { return !IsEmulated(s); }},
      {"privilege.looks",
       "For a trap of the guest's programs nothing is read but what its "
       "delivery needs.",
       "SDM volume 3, 6.12.1",
       [](const auto& s) {
         return IsSound(s) && FromUser(s) && SelectorsAgree(s) &&
                !IsTrap(s, 14) && HasAlignedGpgdir(s);
       },
       [](const auto& s) { return ReadsOnlyTablesOf(s, StackAddresses(s)); }},
      {"privilege.lives",
       "A trap of the guest's programs kills no guest that could be told.",
       "SDM volume 3, 6.12.1",
       [](const auto& s) {
         return s.before.dead == 0 && FromUser(s) && SelectorsAgree(s) &&
                (IsTrap(s, 13) || IsTrap(s, 6)) && IsTellable(s) &&
                !RefusesInside(s);
       },
       [](const auto& s) { return !s.bug && Lives(s); }},
      {"privilege.changes",
       "A trap of the guest's programs changes nothing but what delivery "
       "changes.",
       "SDM volume 3, 6.12.1",
       [](const auto& s) {
         return IsSound(s) && FromUser(s) && s.before.trapnum < 31 &&
                !IsTrap(s, 14);
       },
       [](const auto& s) {
         return KeepsAllBut(s, {kWord.eip, kWord.cs, kWord.eflags, kWord.esp,
                                kWord.ss, kWord.dead, kWord.ld_irq_enabled});
       }},
  };
  return kClauses;
}

}  // namespace trapline::properties
