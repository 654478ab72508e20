// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "model/state.h"
#include "replayer/testing_faults.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

bool SameAccess(const trace::Access& a, const trace::Access& b) {
  return a.write == b.write && a.address == b.address &&
         BytesOf(a) == BytesOf(b);
}

Fault At(const trace::Trap& trap, size_t index, absl::string_view part) {
  return FaultIn(trap, absl::StrCat("mem[", index, "].", part));
}

// Whether an address with this bit wrong may as well be that of the access
// after a missing one.
bool MayLookMissing(const trace::Trap& trap, size_t i, int bit) {
  const trace::Access& access = trap.accesses[i];
  if (access.write) return false;
  // The byte after a prefix.
  if (access.length == 1) return bit == 0 && access.address % 2 == 0;
  // A page table's entry at the place that the directory's has in its page.
  const uint32_t va = trap.before[model::kStateIndex.last_pagefault];
  return bit >= 12 && va >> 22 == (va >> 12 & 1023);
}

void AddAddresses(const trace::Trap& trap, size_t i, Faults* faults) {
  for (int bit = 0; bit < 32; ++bit) {
    faults->push_back(At(trap, i, "address"));
    faults->back().trap.accesses[i].address ^= 1u << bit;
    if (MayLookMissing(trap, i, bit)) {
      faults->back().fields.push_back(absl::StrCat("mem[", i, "].missing"));
    }
  }
}

void AddKind(const trace::Trap& trap, size_t i, Faults* faults) {
  faults->push_back(At(trap, i, "kind"));
  faults->back().trap.accesses[i].write ^= true;
}

void AddLengths(const trace::Trap& trap, size_t i, Faults* faults) {
  const std::string bytes = BytesOf(trap.accesses[i]);
  faults->push_back(At(trap, i, "length"));
  SetBytes(i, bytes + std::string(4, '\0'), &faults->back());
  faults->push_back(At(trap, i, "length"));
  SetBytes(i, bytes.substr(0, bytes.size() - 1), &faults->back());
}

void AddWrittenBytes(const trace::Trap& trap, size_t i, Faults* faults) {
  const std::string bytes = BytesOf(trap.accesses[i]);
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string other = bytes;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ 1 << bit % 8);
    faults->push_back(At(trap, i, "bytes"));
    SetBytes(i, std::move(other), &faults->back());
  }
}

// Before access i, or after all.
void AddExtra(const trace::Trap& trap, size_t i, Faults* faults) {
  for (const bool write : {false, true}) {
    faults->push_back(At(trap, i, "extra"));
    Fault& fault = faults->back();
    fault.bytes = std::make_shared<const std::string>("\xA5\xA5\xA5\xA5");
    const auto* data = reinterpret_cast<const uint8_t*>(fault.bytes->data());
    fault.trap.accesses.insert(fault.trap.accesses.begin() + i,
                               {data, 0x00ABCDE0, 4, write});
  }
}

void AddTwice(const trace::Trap& trap, size_t i, Faults* faults) {
  faults->push_back(At(trap, i, "extra"));
  Fault& fault = faults->back();
  fault.trap.accesses.insert(fault.trap.accesses.begin() + i, trap.accesses[i]);
  const auto [first, last] = Alike(fault.trap.accesses, i, SameAccess);
  fault.fields = Names("mem", first, last, "extra");
}

void AddMissing(const trace::Trap& trap, size_t i, Faults* faults) {
  faults->push_back(At(trap, i, "missing"));
  Fault& fault = faults->back();
  fault.trap.accesses.erase(fault.trap.accesses.begin() + i);
  const auto [first, last] = Alike(trap.accesses, i, SameAccess);
  fault.fields = Names("mem", first, last, "missing");
}

void AddOrder(const trace::Trap& trap, size_t i, Faults* faults) {
  faults->push_back(At(trap, i, "order"));
  Fault& fault = faults->back();
  std::swap(fault.trap.accesses[i], fault.trap.accesses[i + 1]);
  if (SameAccess(trap.accesses[i], trap.accesses[i + 1])) {
    fault.because = "the two are alike";
  }
}

}  // namespace

Faults AccessFaults(const Setting&, const trace::Trap& trap) {
  Faults faults;
  for (size_t i = 0; i <= trap.accesses.size(); ++i) {
    AddExtra(trap, i, &faults);
    if (i == trap.accesses.size()) break;
    AddAddresses(trap, i, &faults);
    AddKind(trap, i, &faults);
    AddLengths(trap, i, &faults);
    if (trap.accesses[i].write) AddWrittenBytes(trap, i, &faults);
    AddTwice(trap, i, &faults);
    AddMissing(trap, i, &faults);
    if (i + 1 < trap.accesses.size()) AddOrder(trap, i, &faults);
  }
  return faults;
}

}  // namespace trapline::replay
