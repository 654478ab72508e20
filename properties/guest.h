// SPDX-License-Identifier: Apache-2.0

// One guest at the moment of a trap: all that the handler's course depends on,
// and what the architecture has beside that the handler never looks at.

#ifndef TRAPLINE_PROPERTIES_GUEST_H_
#define TRAPLINE_PROPERTIES_GUEST_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/concrete.h"
#include "model/flavor.h"
#include "model/state.h"
#include "properties/memory.h"

namespace trapline::properties {

// What the descriptor of cs or of ss says, in the guest's GDT.
template <class Word, class Bool>
struct Segment {
  Word base;
  Bool is_32_bit;  // the D or B flag: SDM volume 3, section 3.4.5
};

struct Guest {
  model::Host host;
  model::State<uint32_t> state = {};
  model::Gate<uint32_t> gate = {};
  Memory memory;
  // Whether what is not told of memory is zero, and of the host's answers no;
  // else nobody knows it.
  bool is_whole = true;
  bool lguest_data_accessible = true;
  // What the host answers, in the order it is asked.
  std::vector<bool> shadow_absent;
  std::vector<bool> page_unavailable;
  Segment<uint32_t, bool> cs = {0, true};
  Segment<uint32_t, bool> ss = {0, true};

  void PutWord(uint32_t pa, uint32_t word) { memory.put_word(pa, word); }
};

// A guest as LoggingWorld and Step take one.
class ConcreteGuest : public model::ConcreteValues {
 public:
  static constexpr bool kIsAllGuests = false;

  // `guest` must outlive this.
  explicit ConcreteGuest(const Guest& guest) : guest_(guest) {}

  const model::Host& host() const { return guest_.host; }
  model::State<uint32_t> state() const { return guest_.state; }
  model::Gate<uint32_t> gate() const { return guest_.gate; }
  uint32_t switcher_addr() const { return guest_.host.switcher_addr; }
  Segment<uint32_t, bool> cs() const { return guest_.cs; }
  Segment<uint32_t, bool> ss() const { return guest_.ss; }
  bool lguest_data_accessible() const { return guest_.lguest_data_accessible; }
  bool shadow_absent(size_t i) const { return Answer(guest_.shadow_absent, i); }
  bool page_unavailable(size_t i) const {
    return Answer(guest_.page_unavailable, i);
  }

  uint8_t InitialByte(uint32_t pa) const {
    if (!guest_.is_whole && !guest_.memory.contains(pa)) AskUnknown();
    return guest_.memory.at(pa);
  }
  uint32_t InitialWord(uint32_t pa) const {
    const Memory::Word word = guest_.memory.word_at(pa);
    if (!guest_.is_whole && !word.is_known) AskUnknown();
    return word.value;
  }
  // Something is asked for that nobody knows.
  void AskUnknown() const { unknown_ = true; }
  // Whether something was.
  bool asked_unknown() const { return unknown_; }
  // Likewise; forgets it.
  bool TakeUnknown() const {
    const bool unknown = unknown_;
    unknown_ = false;
    return unknown;
  }

  static bool Decide(bool condition) { return condition; }
  static bool IsFalse(bool condition) { return !condition; }
  static uint8_t SelectByte(bool condition, uint8_t yes, uint8_t no) {
    return condition ? yes : no;
  }
  static uint32_t Widen(uint8_t byte) { return byte; }
  static uint8_t Narrow(uint32_t word) { return static_cast<uint8_t>(word); }

 private:
  bool Answer(const std::vector<bool>& answers, size_t i) const {
    if (i < answers.size()) return answers[i];
    if (!guest_.is_whole) AskUnknown();
    return false;
  }

  const Guest& guest_;
  mutable bool unknown_ = false;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_GUEST_H_
