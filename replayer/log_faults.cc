// SPDX-License-Identifier: Apache-2.0

#include "replayer/log_faults.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "model/arch.h"

namespace trapline::replay {
namespace {

constexpr size_t kMaxValues = 8;  // looked at, of one place in memory

uint64_t ValueOf(const trace::Access& access) {
  uint64_t value = 0;
  std::memcpy(&value, access.data,
              std::min<size_t>(access.length, sizeof(value)));
  return value;
}

// What else the log knows of `length` bytes at `address`.
std::vector<uint64_t> ValuesAt(const trace::Trap& trap, uint32_t address,
                               uint32_t length) {
  std::vector<uint64_t> values;
  for (const trace::Access& access : trap.accesses) {
    if (access.address != address || access.length != length) continue;
    values.push_back(ValueOf(access));
    if (values.size() == kMaxValues) break;
  }
  return values;
}

// The page that an entry must name to lead to `access`, which may be a push
// from the page's very top.
std::array<uint32_t, 2> PagesOf(const trace::Access& access) {
  return {access.address & model::kPageMask,
          (access.address + access.length) & model::kPageMask};
}

// What this read of the model's may have given, where the access at `next`
// follows it.
std::vector<uint64_t> Guesses(const trace::Trap& trap, const ModelAccess& read,
                              size_t next) {
  std::vector<uint64_t> guesses = ValuesAt(trap, read.address, read.length);
  guesses.push_back(0);
  if (read.length == 1) {
    for (int byte = 1; byte < 256; ++byte) guesses.push_back(byte);
  } else if (read.length == 3) {
    guesses.push_back(0xC1010F);  // VMCALL
  } else if (next < trap.accesses.size()) {
    for (uint32_t page : PagesOf(trap.accesses[next])) {
      guesses.push_back(page | model::kPageTable);
    }
  }
  return guesses;
}

// A page table entry that was read as naming another page than the one that was
// gone on with at once.
void AddWrongPages(const trace::Trap& trap, size_t index,
                   std::vector<LogFault>* faults) {
  const size_t end = std::min(index + 1, trap.accesses.size());
  for (size_t i = 0; i + 1 < end; ++i) {
    const trace::Access& access = trap.accesses[i];
    if (access.write || (access.length != 4 && access.length != 8)) continue;
    const uint64_t value = ValueOf(access);
    for (uint32_t page : PagesOf(trap.accesses[i + 1])) {
      faults->push_back(
          {LogFault::kRead, i, (value & ~uint64_t{model::kPageMask}) | page});
    }
    for (uint64_t other : ValuesAt(trap, access.address, access.length)) {
      faults->push_back(
          {LogFault::kRead, i,
           (value & ~uint64_t{model::kPageMask}) | (other & model::kPageMask)});
    }
  }
}

}  // namespace

std::vector<LogFault> PossibleFaults(const trace::Trap& trap, size_t i,
                                     const std::optional<ModelAccess>& wanted) {
  const size_t size = trap.accesses.size();
  const bool is_read = wanted && !wanted->write && !wanted->refused;
  std::vector<LogFault> faults;
  if (is_read) {
    for (uint64_t guess : Guesses(trap, *wanted, i)) {
      faults.push_back({LogFault::kMissing, i, guess});
    }
  } else if (wanted) {
    faults.push_back({LogFault::kMissing, i});
  }
  if (i + 1 < size) faults.push_back({LogFault::kOrder, i});
  if (i < size) {
    faults.push_back({LogFault::kExtra, i});
    faults.push_back({LogFault::kChanged, i, ValueOf(trap.accesses[i])});
    if (is_read && trap.accesses[i].length != wanted->length) {
      for (uint64_t guess : Guesses(trap, *wanted, i + 1)) {
        faults.push_back({LogFault::kChanged, i, guess});
      }
    }
  }
  AddWrongPages(trap, i, &faults);
  return faults;
}

}  // namespace trapline::replay
