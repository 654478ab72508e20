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
  guest.memory = path_->memory().Bytes(assignment);
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

z3::model SymbolicGuest::Assignment(const Guest& guest) const {
  z3::model assignment(context());
  const auto set_word = [&](const Word& symbol, uint32_t value) {
    if (symbol.Known()) return;  // of the host, not of the guest
    z3::func_decl name = symbol.Lift(context()).decl();
    z3::expr number = Word(value).Lift(context());
    assignment.add_const_interp(name, number);
  };
  const auto set = [&](const Bool& symbol, bool value) {
    z3::func_decl name = symbol.Lift(context()).decl();
    z3::expr truth = context().bool_val(value);
    assignment.add_const_interp(name, truth);
  };
  set_word(switcher_addr(), guest.host.switcher_addr);
  const model::State<Word> words = state();
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    set_word(words.*model::kStateWords<Word>[i],
             guest.state.*model::kStateWords<uint32_t>[i]);
  }
  set_word(gate().lo, guest.gate.lo);
  set_word(gate().hi, guest.gate.hi);
  set(lguest_data_accessible(), guest.lguest_data_accessible);
  for (size_t i = 0; i < kShadows; ++i) {
    set(shadow_absent(i),
        i < guest.shadow_absent.size() && guest.shadow_absent[i]);
  }
  for (size_t i = 0; i < kPages; ++i) {
    set(page_unavailable(i),
        i < guest.page_unavailable.size() && guest.page_unavailable[i]);
  }
  set_word(cs().base, guest.cs.base);
  set(cs().is_32_bit, guest.cs.is_32_bit);
  set_word(ss().base, guest.ss.base);
  set(ss().is_32_bit, guest.ss.is_32_bit);
  path_->memory().Assign(guest.memory, &assignment);
  return assignment;
}

}  // namespace trapline::properties
