// SPDX-License-Identifier: Apache-2.0

// Which memory a trap may touch.

#include "properties/clauses/topics.h"
#include "properties/clauses/vocabulary.h"

namespace trapline::properties {
namespace {

template <class Guest>
BoolOf<Guest> StaysInside(const Step<Guest>& s, bool write) {
  BoolOf<Guest> inside = true;
  for (const Access<Guest>& access : s.did.accesses) {
    if (access.write != write) continue;
    inside = inside && (!access.ok || Inside(s, access.pa, access.length));
  }
  return inside;
}

}  // namespace

absl::Span<const Clause> MemoryClauses() {
  static const Clause kClauses[] = {
      {"memory.reads", "Nothing is read that is not the guest's.",
       "lguest: the guest's memory ends at pfn_limit",
       [](const auto& s) { return IsSound(s) && !s.did.accesses.empty(); },
       [](const auto& s) { return StaysInside(s, false); }},
      {"memory.writes", "Nothing is written that is not the guest's.",
       "lguest: the guest's memory ends at pfn_limit",
       [](const auto& s) { return IsSound(s) && HasWritten(s); },
       [](const auto& s) { return StaysInside(s, true); }},
      {"memory.own", "No access to the guest's own memory is refused.",
       "lguest: the guest's memory ends at pfn_limit, and not before",
       [](const auto& s) {
         return IsSound(s) && !s.did.accesses.empty() &&
                s.before.pfn_limit < 0x100001;
       },
       [](const auto& s) { return !RefusesInside(s); }},
      {"memory.named",
       "Memory is written by a cure, by the frame of a delivery and over a "
       "VMCALL, and by nothing else.",
       "lguest: these are all that a trap is for",
       [](const auto& s) { return IsSound(s) && HasWritten(s); },
       [](const auto& s) {
         return IsCured(s) || IsDelivered(s) || WasRewritten(s);
       }},
  };
  return kClauses;
}

}  // namespace trapline::properties
