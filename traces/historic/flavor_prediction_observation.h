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
  Observation(const trace::Trap& trap, bool pae) : trap_(trap), pae_(pae) {}

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
  // Whether an entry points beyond the guest's memory: as directories are
  // looked at, and as the kernel cuts the frame number of the last level.
  bool DirectoryOutOfRange(uint64_t entry) const {
    return (entry >> 12) >= Before(model::kStateIndex.pfn_limit);
  }
  bool OutOfRange(uint64_t entry) const {
    return static_cast<uint32_t>(entry >> 12) >=
           Before(model::kStateIndex.pfn_limit);
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
  // The page table entry read at `at`; 0, an absent one, where none was.
  uint64_t EntryAt(size_t at) const {
    uint64_t entry = 0;
    if (at < accesses() && trap_.accesses[at].length == entry_size()) {
      std::memcpy(&entry, trap_.accesses[at].data, entry_size());
    }
    return entry;
  }

  // How many entries a page walk reads.
  size_t levels() const { return pae_ ? 3 : 2; }
  // How far a page walk for `va` goes along with the log from `at` on.
  struct Walk {
    size_t end;
    bool absent_pde;
    bool absent_pmd;
  };
  Walk Follow(size_t at, uint32_t va) const {
    uint32_t table = Before(model::kStateIndex.gpgdir);
    for (size_t level = 0; level < levels(); ++level, ++at) {
      if (!IsEntryRead(at, table + IndexAt(level, va) * entry_size())) break;
      const bool last = level + 1 == levels();
      if (!last && (EntryAt(at) & model::kPagePresent) == 0) {
        return {at + 1, level == 0, level == 1};
      }
      table = static_cast<uint32_t>(EntryAt(at)) & model::kPageMask;
    }
    return {at, false, false};
  }

 private:
  uint32_t entry_size() const { return pae_ ? 8 : 4; }  // bytes
  // Which entry of the table of that level, the topmost being 0.
  uint32_t IndexAt(size_t level, uint32_t va) const {
    if (!pae_) return level == 0 ? va >> 22 : va >> 12 & 1023;
    return level == 0 ? va >> 30 : (level == 1 ? va >> 21 : va >> 12) & 511;
  }
  bool IsEntryRead(size_t at, uint32_t address) const {
    if (at >= accesses()) return false;
    const trace::Access& access = trap_.accesses[at];
    return !access.write && access.length == entry_size() &&
           access.address == address;
  }

  const trace::Trap& trap_;
  const bool pae_;
};

}  // namespace trapline::traces

#endif  // TRAPLINE_TRACES_HISTORIC_FLAVOR_PREDICTION_OBSERVATION_H_
