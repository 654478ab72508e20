// SPDX-License-Identifier: Apache-2.0

#include "traces/historic/flavor_prediction.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "model/arch.h"
#include "model/state.h"
#include "traces/historic/flavor_prediction_observation.h"

namespace trapline::traces {
namespace {

using model::AbsentEntry;
using model::BadEntry;
using model::Flavor;
using model::kStateIndex;

// The switcher's, up to F8.
constexpr uint32_t kLastDirectory = 0xFFC00000;
constexpr uint32_t kPaeLastDirectory = 0xFFE00000;
constexpr uint32_t kClearedFlags =
    model::kEflagsTf | model::kEflagsVm | model::kEflagsRf | model::kEflagsNt;

// The bits that one form of IN sets and the other does not.
uint32_t ContestedBits(uint8_t opcode, bool prefixed) {
  if (opcode == 0xE4 || opcode == 0xEC) return prefixed ? 0xFFFF00FF : 0xFF00;
  if (opcode == 0xE5 || opcode == 0xED) return prefixed ? 0xFFFF0000 : 0;
  return 0;
}

// Goes through the log in the order of the handler's steps, `at_` being where
// the next begins, and stops minding at the first access that the other flavor
// does not make.
class Predictor {
 public:
  Predictor(const replay::Setting& recorded, const Flavor& other,
            const trace::Trap& trap)
      : setting_(recorded),
        own_(recorded.host.flavor),
        other_(other),
        seen_(trap, recorded.host.pae) {}

  Prediction Predict() {
    const uint32_t trapnum = seen_.Before(kStateIndex.trapnum);
    if (trapnum == model::kPageFault) {
      DemandPage(seen_.Before(kStateIndex.last_pagefault));
    } else if (trapnum == model::kGeneralProtection ||
               trapnum == model::kInvalidOpcode) {
      bool emulated = false;
      if (trapnum == model::kGeneralProtection &&
          seen_.Before(kStateIndex.errcode) == 0) {
        emulated = EmulateInsn();
      }
      if (!emulated && seen_.InKernel()) IsHypercall();
    }
    if (seen_.Delivers() && seen_.HasGate()) {
      GuestPa(seen_.StackTop());
      if (own_.clears_eflags != other_.clears_eflags) {
        eflags_ = (seen_.Before(kStateIndex.eflags) & kClearedFlags) != 0;
      }
    }
    return Sum();
  }

 private:
  static constexpr size_t kNowhere = SIZE_MAX;

  // demand_page: has_linear_pages, spares_switcher, bad_entry, allows_pwt.
  void DemandPage(uint32_t va) {
    const bool own_spares = Spares(own_, va);
    const bool other_spares = Spares(other_, va);
    if (other_spares && !own_spares) PartToDeliver();
    if (own_spares && !other_spares) PartToMap(seen_.Follow(at_, va).end);
    if (own_spares) return;
    if (Linear(own_) != Linear(other_)) PartToAccess(0);

    uint64_t gpte =
        (va & model::kPageMask) | model::kPageRw | model::kPagePresent;
    if (!Linear(own_)) {
      while (at_ + 1 < seen_.levels()) {
        const uint64_t directory = seen_.EntryAt(at_);
        const bool top = at_++ == 0;
        if ((directory & model::kPagePresent) == 0) return;
        if (!BadDirectory(directory, top)) continue;
        if (own_.bad_entry != other_.bad_entry) {
          if (Returns(other_)) PartToDeliver();
          PartToAccess(at_);
        }
        if (Returns(own_)) return;
      }
      gpte = seen_.EntryAt(at_++);
    }
    own_kills_ = !own_.spares_switcher && va >= LastDirectory();
    other_kills_ = !other_.spares_switcher && va >= LastDirectory();

    const uint32_t errcode = seen_.Before(kStateIndex.errcode);
    if ((gpte & model::kPagePresent) == 0) return;
    if ((errcode & model::kFaultWrite) && !(gpte & model::kPageRw)) return;
    if ((errcode & model::kFaultUser) && !(gpte & model::kPageUser)) return;
    const bool own_refuses = Refuses(own_, gpte);
    const bool other_refuses = Refuses(other_, gpte);
    own_kills_ |= own_refuses;
    other_kills_ |= other_refuses;
    const bool own_maps = !(own_refuses && Returns(own_));
    const bool other_maps = !(other_refuses && Returns(other_));
    if (own_maps && !other_maps) PartToDeliver();
    if (other_maps && !own_maps) PartToMap(at_);
  }

  // emulate_insn: in_form, skips_cli. Whether it absorbed the trap.
  bool EmulateInsn() {
    GuestPa(seen_.Before(kStateIndex.eip), /*fetches=*/true);
    const bool emulated = seen_.Emulated();
    if (!seen_.InKernel()) return emulated;
    const std::vector<uint8_t> insn = seen_.BytesFrom(at_);
    at_ += insn.size();
    if (insn.empty()) return emulated;
    if (insn[0] == 0xFA && own_.skips_cli != other_.skips_cli) {
      if (other_.skips_cli) {
        PartToReturn();
      } else if (other_.rewrites_vmcall) {
        PartToAccess(at_);
      } else {
        PartToDeliver();
      }
    }
    if (emulated && own_.in_form != other_.in_form) {
      eax_ = (ContestedBits(insn.back(), insn.size() > 1) &
              ~seen_.Before(kStateIndex.eax)) != 0;
    }
    return emulated;
  }

  // is_hypercall and what follows it: rewrites_vmcall.
  void IsHypercall() {
    const uint32_t eip = seen_.Before(kStateIndex.eip);
    if (other_.rewrites_vmcall && !own_.rewrites_vmcall) {
      PartToAccess(seen_.Follow(at_, eip).end);
    } else if (own_.rewrites_vmcall && !other_.rewrites_vmcall) {
      PartToDeliver();
    } else if (own_.rewrites_vmcall) {
      GuestPa(eip, /*fetches=*/true);
      ++at_;  // the three bytes
    }
  }

  // guest_pa, which both flavors call here: has_linear_pages, absent_pde,
  // absent_pmd.
  // `fetches`: what it finds is read in the guest kernel only.
  void GuestPa(uint32_t va, bool fetches = false) {
    if (Linear(own_) != Linear(other_)) PartToAccess(at_);
    if (Linear(own_)) return;
    const Observation::Walk walk = seen_.Follow(at_, va);
    at_ = walk.end;
    if (!walk.absent_pde && !walk.absent_pmd) return;
    const auto form = [&walk](const Flavor& flavor) {
      return walk.absent_pde ? flavor.absent_pde : flavor.absent_pmd;
    };
    if (form(own_) == form(other_)) return;
    if (form(other_) == AbsentEntry::kHostBug) {
      if (place_.empty()) bug_at_ = at_;
      PartToAccess(at_);
    } else if (fetches && !seen_.InKernel()) {
      PartToDeliver();
    } else {
      PartToAccess(at_);
    }
  }

  // The other flavor goes on with an access that is not in the log at `at`, ...
  void PartToAccess(size_t at) {
    if (place_.empty()) place_ = absl::StrCat("mem[", at, "]");
  }
  // ... or from `at_` on with no access at all, ...
  void PartToReturn() {
    if (at_ < seen_.accesses()) PartToAccess(at_);
    if (place_.empty()) place_ = "calls[0]";
  }
  // ... or with deliver_trap, ...
  void PartToDeliver() {
    if (seen_.HasGate()) {
      const size_t walked = seen_.Follow(at_, seen_.StackTop()).end;
      PartToAccess(Linear(other_) ? at_ : walked);
    }
    PartToReturn();
  }
  // ... or by mapping the page of a fault.
  void PartToMap(size_t at) {
    if (!Linear(other_)) PartToAccess(at);
    PartToReturn();
  }

  Prediction Sum() const {
    Prediction sum;
    const auto add = [&](bool differs, const std::string& field) {
      if (differs) sum.fields.push_back(field);
    };
    if (bug_at_ != kNowhere) {
      add(bug_at_ < seen_.accesses(), place_ + ".extra");
      add(true, absl::StrCat("calls[", seen_.FindCall(trace::DELIVER_TRAP),
                             "].extra"));
      add(true, "returned");
    } else if (!place_.empty()) {
      sum = {{place_}, true};
    } else if (seen_.Returned()) {
      // A guest dies once, of the first reason.
      const bool kill_differs =
          seen_.Before(kStateIndex.dead) == 0 && own_kills_ != other_kills_;
      const bool unhandled =
          seen_.Called(trace::DELIVER_TRAP) && !seen_.HasGate();
      if (kill_differs && setting_.kill_messages) {
        if (unhandled) return {{"calls[0]"}, true};
        add(true, own_kills_ ? "calls[0].extra" : "calls[0].missing");
      }
      add(eax_, "post.eax");
      add(eflags_, "post.eflags");
      add(kill_differs && !unhandled, "post.dead");
    }
    return sum;
  }

  bool Linear(const Flavor& flavor) const {
    return flavor.has_linear_pages &&
           seen_.Before(kStateIndex.linear_pages) != 0;
  }
  bool Spares(const Flavor& flavor, uint32_t va) const {
    return flavor.spares_switcher && va >= setting_.host.switcher_addr;
  }
  static bool Returns(const Flavor& flavor) {
    return flavor.bad_entry == BadEntry::kKillAndReturn;
  }
  uint32_t LastDirectory() const {
    return setting_.host.pae ? kPaeLastDirectory : kLastDirectory;
  }
  // With PAE the topmost has no flags but Present.
  bool BadDirectory(uint64_t entry, bool top) const {
    const uint32_t allowed =
        setting_.host.pae && top ? model::kPagePresent : model::kPageTable;
    return (entry & ~model::kPageMask & ~allowed) != 0 ||
           seen_.DirectoryOutOfRange(entry);
  }
  bool Refuses(const Flavor& flavor, uint64_t gpte) const {
    return (gpte & model::kPagePse) != 0 || seen_.OutOfRange(gpte) ||
           (!flavor.allows_pwt && (gpte & model::kPagePwt) != 0);
  }

  const replay::Setting& setting_;
  const Flavor& own_;
  const Flavor& other_;
  const Observation seen_;
  size_t at_ = 0;
  std::string place_;         // where the two part; empty: they do not
  size_t bug_at_ = kNowhere;  // there the other meets a host BUG
  bool own_kills_ = false;
  bool other_kills_ = false;
  bool eax_ = false;
  bool eflags_ = false;
};

}  // namespace

Prediction Predict(const replay::Setting& recorded, const Flavor& other,
                   const trace::Trap& trap) {
  return Predictor(recorded, other, trap).Predict();
}

bool Foretells(const Prediction& prediction,
               const std::vector<std::string>& fields) {
  if (!prediction.part) return prediction.fields == fields;
  const std::string& place = prediction.fields[0];
  return !fields.empty() &&
         (fields[0] == place || absl::StartsWith(fields[0], place + "."));
}

std::string Surprise(const trace::Trap& trap, const Prediction& prediction,
                     const std::vector<std::string>& fields) {
  return absl::StrCat("trap ", trap.number, ": predicted [",
                      absl::StrJoin(prediction.fields, " "), "], found [",
                      absl::StrJoin(fields, " "), "]");
}

}  // namespace trapline::traces
