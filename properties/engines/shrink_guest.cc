// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/shrink_guest.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "model/state.h"

namespace trapline::properties {
namespace {

using Reduction = std::function<void(Guest*)>;

// To zero; then a bit less.
template <class Access>
void AddWord(uint32_t word, Access access, std::vector<Reduction>* all) {
  if (word == 0) return;
  all->push_back([access](Guest* guest) { *access(guest) = 0; });
  if ((word & (word - 1)) == 0) return;
  for (uint32_t bit = 0x80000000; bit != 0; bit >>= 1) {
    if ((word & bit) == 0) continue;
    all->push_back([access, bit](Guest* guest) { *access(guest) &= ~bit; });
  }
}

// What is absent is zero.
void AddMemory(const Guest& guest, std::vector<Reduction>* all) {
  const std::vector<uint32_t> addresses = guest.memory.addresses();
  uint32_t last = ~0u;
  for (const uint32_t pa : addresses) {
    if ((pa & ~3u) == (last & ~3u)) continue;
    last = pa;
    all->push_back([pa](Guest* guest) {
      for (uint32_t i = 0; i < 4; ++i) guest->memory.erase((pa & ~3u) + i);
    });
  }
  for (const uint32_t pa : addresses) {
    all->push_back([pa](Guest* guest) { guest->memory.erase(pa); });
    AddWord(
        guest.memory.at(pa), [pa](Guest* guest) { return &guest->memory[pa]; },
        all);
  }
}

void AddAnswers(std::vector<bool> Guest::*answers, const Guest& guest,
                std::vector<Reduction>* all) {
  if ((guest.*answers).empty()) return;
  all->push_back([=](Guest* guest) { (guest->*answers).clear(); });
  all->push_back([=](Guest* guest) { (guest->*answers).pop_back(); });
  for (size_t i = 0; i < (guest.*answers).size(); ++i) {
    if (!(guest.*answers)[i]) continue;
    all->push_back([=](Guest* guest) { (guest->*answers)[i] = false; });
  }
}

void AddSegment(Segment<uint32_t, bool> Guest::*segment, const Guest& guest,
                std::vector<Reduction>* all) {
  AddWord((guest.*segment).base,
          [segment](Guest* guest) { return &(guest->*segment).base; }, all);
  if ((guest.*segment).is_32_bit) return;
  all->push_back(
      [segment](Guest* guest) { (guest->*segment).is_32_bit = true; });
}

std::vector<Reduction> Reductions(const Guest& guest) {
  std::vector<Reduction> all;
  AddAnswers(&Guest::shadow_absent, guest, &all);
  AddAnswers(&Guest::page_unavailable, guest, &all);
  AddSegment(&Guest::cs, guest, &all);
  AddSegment(&Guest::ss, guest, &all);
  if (!guest.lguest_data_accessible) {
    all.push_back([](Guest* guest) { guest->lguest_data_accessible = true; });
  }
  for (const auto word : model::kStateWords<uint32_t>) {
    AddWord(
        guest.state.*word,
        [word](Guest* guest) { return &(guest->state.*word); }, &all);
  }
  AddWord(
      guest.gate.lo, [](Guest* guest) { return &guest->gate.lo; }, &all);
  AddWord(
      guest.gate.hi, [](Guest* guest) { return &guest->gate.hi; }, &all);
  AddMemory(guest, &all);
  return all;
}

rc::Seq<Guest> SmallerGuests(const Guest& guest) {
  return rc::seq::map(rc::seq::fromContainer(Reductions(guest)),
                      [guest](const Reduction& reduce) {
                        Guest smaller = guest;
                        reduce(&smaller);
                        return smaller;
                      });
}

}  // namespace

rc::Shrinkable<Guest> Shrinkable(const Guest& guest) {
  return rc::shrinkable::shrinkRecur(
      guest, [](const Guest& larger) { return SmallerGuests(larger); });
}

Guest ShrinkGuest(const Guest& guest,
                  absl::FunctionRef<bool(const Guest&)> holds) {
  return rc::shrinkable::findLocalMin(Shrinkable(guest), holds).first;
}

}  // namespace trapline::properties
