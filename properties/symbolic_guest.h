// SPDX-License-Identifier: Apache-2.0

// Every guest at once: each word of the state, each byte of guest memory and
// each answer of the host is a symbol.

#ifndef TRAPLINE_PROPERTIES_SYMBOLIC_GUEST_H_
#define TRAPLINE_PROPERTIES_SYMBOLIC_GUEST_H_

#include <z3++.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "model/flavor.h"
#include "model/state.h"
#include "properties/guest.h"
#include "properties/paths.h"
#include "properties/symbolic_value.h"

namespace trapline::properties {

class SymbolicGuest {
 public:
  using Word = SymbolicWord;
  using Byte = SymbolicByte;
  using Bool = SymbolicBool;
  static constexpr bool kIsAllGuests = true;

  // Guests of one context have the same symbols. Both must outlive this.
  SymbolicGuest(const model::Host& host, Path* path)
      : host_(host), path_(path) {}

  const model::Host& host() const { return host_; }
  model::State<Word> state() const {
    model::State<Word> state;
    for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
      state.*model::kStateWords<Word>[i] = Any(model::kStateWordNames[i]);
    }
    return state;
  }
  model::Gate<Word> gate() const { return {Any("gate.lo"), Any("gate.hi")}; }
  // Where the flavor lets the host choose it.
  Word switcher_addr() const {
    return host_.flavor.spares_switcher ? Any("switcher_addr")
                                        : Word(host_.switcher_addr);
  }
  Segment<Word, Bool> cs() const { return {Any("cs.base"), Is("cs.D")}; }
  Segment<Word, Bool> ss() const { return {Any("ss.base"), Is("ss.B")}; }
  // The same answer throughout: the Launcher maps nothing during a trap.
  Bool lguest_data_accessible() const { return Is("lguest_data_accessible"); }
  Bool shadow_absent(size_t i) const {
    return Is(absl::StrCat("shadow_absent.", i));
  }
  Bool page_unavailable(size_t i) const {
    return Is(absl::StrCat("page_unavailable.", i));
  }
  Byte InitialByte(const Word& pa) const {
    return Byte(path_->Read(pa.Lift(context()), Byte::kBits));
  }
  Word InitialWord(const Word& pa) const {
    return Word(path_->Read(pa.Lift(context()), Word::kBits));
  }
  // What is computed at length has a name, so that a solver computes it once.
  Word Name(const Word& word) const {
    return word.Known() ? word : Word(path_->Name(word.Lift(context())));
  }
  Bool Name(const Bool& truth) const {
    if (truth.Known()) return truth;
    const z3::expr name = path_->Name(truth.Lift(context()));
    if (name.is_true() || name.is_false()) return name.is_true();
    return Bool(name);
  }

  // The guest that `assignment` tells of. It has the memory that was asked for
  // so far.
  Guest Instance(const z3::model& assignment) const;
  // The other way round: what every symbol is for `guest`, one of this host.
  z3::model Assignment(const Guest& guest) const;

  bool Decide(const Bool& condition) const {
    const auto known = condition.Known();
    return known ? *known : path_->Decide(condition.Lift(context()));
  }
  // Whether it is false of all guests, as far as can be told without a solver.
  bool IsFalse(const Bool& condition) const {
    return Known(condition) == false;
  }
  Word Select(const Bool& condition, const Word& yes, const Word& no) const {
    const auto known = Known(condition);
    if (known) return *known ? yes : no;
    return Word(z3::ite(condition.Lift(context()), yes.Lift(context()),
                        no.Lift(context())));
  }
  Byte SelectByte(const Bool& condition, const Byte& yes,
                  const Byte& no) const {
    const auto known = Known(condition);
    if (known) return *known ? yes : no;
    return Byte(z3::ite(condition.Lift(context()), yes.Lift(context()),
                        no.Lift(context())));
  }
  Word Widen(const Byte& byte) const {
    return Word(z3::zext(byte.Lift(context()), Word::kBits - Byte::kBits));
  }
  Byte Narrow(const Word& word) const {
    return Byte(word.Lift(context()).extract(Byte::kBits - 1, 0));
  }

 private:
  // The truth, where it is known on this path.
  std::optional<bool> Known(const Bool& condition) const {
    if (condition.Known()) return condition.Known();
    const z3::expr truth = path_->Reduce(condition.Lift(context()));
    if (truth.is_true() || truth.is_false()) return truth.is_true();
    return std::nullopt;
  }
  z3::context& context() const { return path_->context(); }
  Word Any(const std::string& name) const {
    return Word(context().bv_const(name.c_str(), Word::kBits));
  }
  Bool Is(const std::string& name) const {
    return Bool(context().bool_const(name.c_str()));
  }

  const model::Host& host_;
  Path* const path_;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_SYMBOLIC_GUEST_H_
