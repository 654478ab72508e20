// SPDX-License-Identifier: Apache-2.0

#include "properties/symbolic_guest.h"

#include <cstddef>
#include <cstdint>

namespace trapline::properties {
namespace {

// How often the host can be asked in one trap: once for each level of the
// tables, for the fault and for each page of the stack.
constexpr size_t kShadows = 6;
constexpr size_t kPages = 3;

}  // namespace

Guest SymbolicGuest::Instance(const z3::model& assignment) const {
  const auto word = [&](const Word& value) {
    return static_cast<uint32_t>(
        assignment.eval(value.Lift(context()), true).get_numeral_uint64());
  };
  const auto is = [&](const Bool& value) {
    return assignment.eval(value.Lift(context()), true).is_true();
  };
  Guest guest;
  guest.host = host_;
  guest.host.switcher_addr = word(switcher_addr());
  const model::State<Word> words = state();
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    guest.state.*model::kStateWords<uint32_t>[i] =
        word(words.*model::kStateWords<Word>[i]);
  }
  guest.gate = {word(gate().lo), word(gate().hi)};
  for (const Word& pa : std::vector<Word>(read_)) {
    guest.memory[word(pa)] =
        static_cast<uint8_t>(word(Widen(Byte(memory_(pa.Lift(context()))))));
  }
  guest.lguest_data_accessible = is(lguest_data_accessible());
  for (size_t i = 0; i < kShadows; ++i) {
    guest.shadow_absent.push_back(is(shadow_absent(i)));
  }
  for (size_t i = 0; i < kPages; ++i) {
    guest.page_unavailable.push_back(is(page_unavailable(i)));
  }
  guest.cs = {word(cs().base), is(cs().is_32_bit)};
  guest.ss = {word(ss().base), is(ss().is_32_bit)};
  return guest;
}

}  // namespace trapline::properties
