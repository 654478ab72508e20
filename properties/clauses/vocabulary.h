// SPDX-License-Identifier: Apache-2.0

// The words in which clauses are put.

#ifndef TRAPLINE_PROPERTIES_CLAUSES_VOCABULARY_H_
#define TRAPLINE_PROPERTIES_CLAUSES_VOCABULARY_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "absl/container/inlined_vector.h"
#include "model/kill.h"
#include "model/state.h"
#include "properties/architecture.h"
#include "properties/step.h"

namespace trapline::properties {

template <class Guest>
using BoolOf = typename Guest::Bool;

// The words of the state that a clause lets change.
using WordNames = std::initializer_list<int>;

inline constexpr const auto& kWord = model::kStateIndex;

// lguest runs no dead guest. Where the host ran into BUG_ON nothing comes
// after.
template <class Guest>
BoolOf<Guest> IsSound(const Step<Guest>& s) {
  return s.before.dead == 0 && !s.bug;
}

template <class Guest>
BoolOf<Guest> IsTrap(const Step<Guest>& s, uint32_t num) {
  return s.before.trapnum == num;
}

// The guest's kernel runs in ring 1, its programs in ring 3.
template <class Guest>
BoolOf<Guest> FromKernel(const Step<Guest>& s) {
  return (s.before.cs & 3) == 1;
}

template <class Guest>
BoolOf<Guest> FromUser(const Step<Guest>& s) {
  return (s.before.cs & 3) == 3;
}

template <class Guest>
BoolOf<Guest> Lives(const Step<Guest>& s) {
  return s.after.dead == 0;
}

template <class Guest>
BoolOf<Guest> IsKilledFor(const Step<Guest>& s, model::KillReason reason) {
  BoolOf<Guest> killed = false;
  for (const Kill<Guest>& kill : s.did.kills) {
    if (kill.reason == reason) killed = killed || kill.when;
  }
  return killed;
}

// Likewise, with what the reason tells first.
template <class Guest>
BoolOf<Guest> IsKilledFor(const Step<Guest>& s, model::KillReason reason,
                          const typename Guest::Word& arg) {
  BoolOf<Guest> killed = false;
  for (const Kill<Guest>& kill : s.did.kills) {
    if (kill.reason != reason) continue;
    killed = killed || (kill.when && kill.args[0] == arg);
  }
  return killed;
}

template <class Guest>
BoolOf<Guest> IsKilledForAnother(const Step<Guest>& s,
                                 model::KillReason reason) {
  BoolOf<Guest> killed = false;
  for (const Kill<Guest>& kill : s.did.kills) {
    if (kill.reason != reason) killed = killed || kill.when;
  }
  return killed;
}

template <class Guest>
BoolOf<Guest> IsKilled(const Step<Guest>& s) {
  BoolOf<Guest> killed = false;
  for (const Kill<Guest>& kill : s.did.kills) killed = killed || kill.when;
  return killed;
}

// Whether deliver_trap was called, and whether it found a handler.
template <class Guest>
bool WasHandedOn(const Step<Guest>& s) {
  for (const Call<Guest>& call : s.did.calls) {
    if (call.kind == Call<Guest>::kDeliverTrap) return true;
  }
  return false;
}

// Whether deliver_trap was called once, and what for.
template <class Guest>
BoolOf<Guest> IsHandedOnAs(const Step<Guest>& s,
                           const typename Guest::Word& num) {
  const Call<Guest>* handed = nullptr;
  for (const Call<Guest>& call : s.did.calls) {
    if (call.kind != Call<Guest>::kDeliverTrap) continue;
    if (handed != nullptr) return false;
    handed = &call;
  }
  if (handed == nullptr) return false;
  return handed->arg == num;
}

template <class Guest>
bool IsDelivered(const Step<Guest>& s) {
  for (const Call<Guest>& call : s.did.calls) {
    if (call.kind == Call<Guest>::kDeliverTrap) return call.result;
  }
  return false;
}

// Whether a VMCALL was rewritten: every shadow entry is dropped then.
template <class Guest>
bool WasRewritten(const Step<Guest>& s) {
  for (const Call<Guest>& call : s.did.calls) {
    if (call.kind == Call<Guest>::kPagetableClearAll) return true;
  }
  return false;
}

// Whether an instruction was stepped over.
template <class Guest>
BoolOf<Guest> IsEmulated(const Step<Guest>& s) {
  return IsTrap(s, 13) && !WasHandedOn(s) && !WasRewritten(s);
}

// Whether a page fault was cured, so that the guest never hears of it.
template <class Guest>
BoolOf<Guest> IsCured(const Step<Guest>& s) {
  return IsTrap(s, 14) && !WasHandedOn(s);
}

// What a privileged instruction of the guest's kernel raises.
template <class Guest>
BoolOf<Guest> IsKernelGp(const Step<Guest>& s) {
  return IsTrap(s, 13) && s.before.errcode == 0 && FromKernel(s);
}

// Few: no more than a delivery makes.
template <class Guest>
using AccessList = absl::InlinedVector<const Access<Guest>*, 8>;

template <class Guest>
AccessList<Guest> Writes(const Step<Guest>& s) {
  AccessList<Guest> writes;
  for (const Access<Guest>& access : s.did.accesses) {
    if (access.write) writes.push_back(&access);
  }
  return writes;
}

template <class Guest>
bool HasWritten(const Step<Guest>& s) {
  for (const Access<Guest>& access : s.did.accesses) {
    if (access.write) return true;
  }
  return false;
}

// Whether an access was refused although the guest has that memory.
template <class Guest>
BoolOf<Guest> RefusesInside(const Step<Guest>& s) {
  BoolOf<Guest> refuses = false;
  for (const Access<Guest>& access : s.did.accesses) {
    refuses = refuses || (!access.ok && Inside(s, access.pa, access.length));
  }
  return refuses;
}

// Likewise, of what was read before anything was written.
template <class Guest>
BoolOf<Guest> RefusesReadInside(const Step<Guest>& s) {
  BoolOf<Guest> refuses = false;
  for (const Access<Guest>& access : s.did.accesses) {
    if (access.write) break;
    refuses = refuses || (!access.ok && Inside(s, access.pa, access.length));
  }
  return refuses;
}

// Whether the guest's own tables say that there is no page.
template <class Guest>
BoolOf<Guest> IsAbsent(const Step<Guest>& s, const typename Guest::Word& va) {
  const auto paging = HasPaging(s);
  if (s.guest.IsFalse(paging)) return false;
  const auto walk = WalkTo(s, va);
  return paging && walk.tables && !walk.present;
}

// The words of the state that changed, a bit for each.
inline uint64_t ChangedWords(const Step<ConcreteGuest>& s) {
  return s.findings.ChangedWords([&] {
    uint64_t changed = 0;
    for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
      const auto word = model::kStateWords<uint32_t>[i];
      changed |= uint64_t{s.after.*word != s.before.*word} << i;
    }
    return changed;
  });
}

// Whether every word of the state is as it was, but for those named.
template <class Guest>
BoolOf<Guest> KeepsAllBut(const Step<Guest>& s, WordNames names) {
  if constexpr (!Guest::kIsAllGuests) {
    uint64_t named = 0;
    for (const int name : names) named |= uint64_t{1} << name;
    return (ChangedWords(s) & ~named) == 0;
  }
  using Word = typename Guest::Word;
  BoolOf<Guest> kept = true;
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    bool named = false;
    for (const int name : names) named = named || name == static_cast<int>(i);
    const auto word = model::kStateWords<Word>[i];
    if (!named) kept = kept && s.after.*word == s.before.*word;
  }
  return kept;
}

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_CLAUSES_VOCABULARY_H_
