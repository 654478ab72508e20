// SPDX-License-Identifier: Apache-2.0

// What becomes of each trapnum.

#include "model/arch.h"
#include "properties/clauses/topics.h"
#include "properties/clauses/vocabulary.h"

namespace trapline::properties {

absl::Span<const Clause> DispatchClauses() {
  static const Clause kClauses[] = {
      {"dispatch.hypercall",
       "Trap 31 is noted as a hypercall, and that is all.",
       "lguest: the hypercall is made before the guest runs again",
       [](const auto& s) { return IsSound(s) && IsTrap(s, 31); },
       [](const auto& s) {
         return s.did.accesses.empty() && s.did.calls.empty() &&
                s.after.hcall_pending == 1 &&
                KeepsAllBut(s, {kWord.hcall_pending});
       }},
      {"dispatch.host_interrupt",
       "An interrupt of the host changes nothing of the guest.",
       "lguest: vectors 32 to 255 are the host's, but for the system call's",
       [](const auto& s) {
         return IsSound(s) && s.before.trapnum >= 32 &&
                s.before.trapnum < 256 && s.before.trapnum != 0x80;
       },
       [](const auto& s) {
         return s.did.accesses.empty() && s.did.calls.empty() &&
                KeepsAllBut(s, {});
       }},
      {"dispatch.system_call",
       "A system call that comes to the host is handed to the guest.",
       "SDM volume 3, 6.12.1: a software interrupt enters its gate's handler",
       [](const auto& s) { return IsSound(s) && IsTrap(s, 0x80); },
       [](const auto& s) { return WasHandedOn(s); }},
      {"dispatch.fpu_restored",
       "Trap 7 of a guest that has not set TS changes nothing of it.",
       "lguest: the host has restored the guest's FPU state already",
       [](const auto& s) {
         return IsSound(s) && IsTrap(s, 7) && s.before.ts == 0;
       },
       [](const auto& s) {
         return s.did.accesses.empty() && s.did.calls.empty() &&
                KeepsAllBut(s, {});
       }},
      {"dispatch.fpu_told",
       "Trap 7 of a guest that has set TS is handed to the guest.",
       "SDM volume 3, 2.5: with CR0.TS set an FPU instruction raises #NM",
       [](const auto& s) {
         return IsSound(s) && IsTrap(s, 7) && s.before.ts != 0;
       },
       [](const auto& s) { return WasHandedOn(s); }},
      {"dispatch.machine_check",
       "A machine check of the host is not handed to the guest.",
       "SDM volume 3, 15.1: #MC tells of errors of the machine, the host's",
       [](const auto& s) { return IsSound(s) && IsTrap(s, 18); },
       [](const auto& s) { return !WasHandedOn(s); }},
      {"dispatch.exception",
       "Any other exception is handed to the guest, once and as itself.",
       "SDM volume 3, 6.3.1",
       [](const auto& s) {
         return IsSound(s) && s.before.trapnum < 31 && s.before.trapnum != 6 &&
                s.before.trapnum != 7 && s.before.trapnum != 13 &&
                s.before.trapnum != 14;
       },
       [](const auto& s) { return IsHandedOnAs(s, s.before.trapnum); }},
      {"dispatch.no_vector",
       "A trapnum that is no vector kills the guest and changes nothing else.",
       "lguest: 256 stands for a guest that could not be run",
       [](const auto& s) { return IsSound(s) && s.before.trapnum >= 256; },
       [](const auto& s) {
         return s.did.accesses.empty() && s.after.dead != 0 &&
                KeepsAllBut(s, {kWord.dead});
       }},
      {"dispatch.host_survives", "No trap brings the host down.",
       "lguest: drivers/lguest/core.c, the guest is not trusted",
       [](const auto& s) { return s.before.dead == 0; },
       [](const auto& s) { return !s.bug; }},
      {"dispatch.one_outcome",
       "A trap that is handed on and finds no handler kills the guest.",
       "lguest: the guest has neither been helped nor told",
       [](const auto& s) {
         return IsSound(s) && WasHandedOn(s) && !IsDelivered(s);
       },
       [](const auto& s) { return s.after.dead != 0; }},
  };
  return kClauses;
}

}  // namespace trapline::properties
