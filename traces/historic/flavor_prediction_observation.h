// SPDX-License-Identifier: Apache-2.0

// What a recorded trap shows, as predictions ask for it.

#ifndef TRAPLINE_TRACES_HISTORIC_FLAVOR_PREDICTION_OBSERVATION_H_
#define TRAPLINE_TRACES_HISTORIC_FLAVOR_PREDICTION_OBSERVATION_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "model/arch.h"
#include "model/state.h"
#include "proto/trap.h"

namespace trapline::traces {

class Observation {
 public:
  explicit Observation(const trace::Trap& trap) : trap_(trap) {}

  // A word at entry, by its index.
  uint32_t Before(int word) const { return trap_.before[word]; }
  bool InKernel() const {
    return (Before(model::kStateIndex.cs) & 3) == model::kGuestPl;
  }
  bool HasGate() const { return (trap_.gate_hi & model::kGatePresent) != 0; }
  // Where a frame would be pushed.
  uint32_t StackTop() const {
    const auto& index = model::kStateIndex;
    const bool kernel = (Before(index.ss) & 3) == model::kGuestPl;
    return Before(kernel ? index.esp : index.esp1);
  }
  bool OutOfRange(uint32_t entry) const {
    return (entry >> 12) >= Before(model::kStateIndex.pfn_limit);
  }

  // The index of the first call of that kind; calls.size() without.
  size_t FindCall(trace::CallKind kind) const {
    const auto found = std::find_if(
        trap_.calls.begin(), trap_.calls.end(),
        [kind](const trace::Call& call) { return call.kind == kind; });
    return found - trap_.calls.begin();
  }
  bool Called(trace::CallKind kind) const {
    return FindCall(kind) < trap_.calls.size();
  }
  bool Returned() const { return trap_.returned; }
  // A handler that a host BUG stops in deliver_trap does not return from it.
  bool Delivers() const {
    return Called(trace::DELIVER_TRAP) || !trap_.returned;
  }
  // The instruction was stepped over.
  bool Emulated() const {
    return trap_.returned && !Called(trace::DELIVER_TRAP) &&
           !Called(trace::GUEST_PAGETABLE_CLEAR_ALL);
  }

  size_t accesses() const { return trap_.accesses.size(); }
  // Bytes that were read one by one from `at` on.
  std::vector<uint8_t> BytesFrom(size_t at) const {
    std::vector<uint8_t> bytes;
    for (; at < accesses() && trap_.accesses[at].length == 1; ++at) {
      bytes.push_back(*trap_.accesses[at].data);
    }
    return bytes;
  }
  // The word read at `at`; 0, an absent entry, where none was.
  uint32_t WordAt(size_t at) const {
    uint32_t word = 0;
    if (at < accesses() && trap_.accesses[at].length == sizeof(word)) {
      std::memcpy(&word, trap_.accesses[at].data, sizeof(word));
    }
    return word;
  }

  // How far a page walk for `va` goes along with the log from `at` on.
  struct Walk {
    size_t end;
    bool absent_pde;
  };
  Walk Follow(size_t at, uint32_t va) const {
    const uint32_t gpgdir = Before(model::kStateIndex.gpgdir);
    if (!IsEntryRead(at, gpgdir + (va >> 22) * 4)) return {at, false};
    const uint32_t pde = WordAt(at);
    if ((pde & model::kPagePresent) == 0) return {at + 1, true};
    const uint32_t gpte = (pde & model::kPageMask) + ((va >> 12) & 1023) * 4;
    return {at + (IsEntryRead(at + 1, gpte) ? 2 : 1), false};
  }

 private:
  bool IsEntryRead(size_t at, uint32_t address) const {
    if (at >= accesses()) return false;
    const trace::Access& access = trap_.accesses[at];
    return !access.write && access.length == 4 && access.address == address;
  }

  const trace::Trap& trap_;
};

}  // namespace trapline::traces

#endif  // TRAPLINE_TRACES_HISTORIC_FLAVOR_PREDICTION_OBSERVATION_H_
