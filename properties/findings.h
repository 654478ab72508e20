// SPDX-License-Identifier: Apache-2.0

// What clauses find out about a step, kept so that none has to do it again.

#ifndef TRAPLINE_PROPERTIES_FINDINGS_H_
#define TRAPLINE_PROPERTIES_FINDINGS_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace trapline::properties {

// How the CPU translates one linear address: WalkTo of architecture.h.
template <class Guest>
struct Walk {
  using Word = typename Guest::Word;
  using Bool = typename Guest::Bool;

  Word pointer_pa;  // PAE: of the page-directory-pointer entry
  Word pointer;
  Word directory_pa;  // of the page-directory entry
  Word directory;
  Word gpte_pa;
  Word gpte;
  Word gpte_hi;            // PAE
  Bool tables;             // every entry lies in the guest's memory
  Bool present;            // at every level
  Bool directory_present;  // above the last level
  Bool writable;           // at every level that can say so
  Bool user;
  Bool no_execute;
  Word pa;  // of the address itself
};

// An instruction: Decode of clauses/insn.h.
template <class Guest>
struct Insn {
  using Word = typename Guest::Word;
  using Bool = typename Guest::Bool;

  Word prefixes;    // how many
  Bool operand_16;  // 66 is among them
  Word opcode;      // its first byte; 0 where there are too many prefixes
  Word length;      // of an IN or OUT, with prefixes
  Bool fetched;     // all of that; false where there are too many prefixes
  Bool is_in;       // SDM volume 2, IN
  Bool is_out;      // OUT
  Bool is_byte;     // the operand is AL
  Bool is_string;   // INS, OUTS
  Bool is_cli;
  // Another that only ring 0 may execute, or STI: HLT, CLTS, INVD, WBINVD, MOV
  // of CR and DR, RDMSR, WRMSR. SDM volume 3, section 5.9.
  Bool is_privileged;
};

template <class Guest>
class Findings {
 public:
  // Keeps its buffers.
  void Clear() {
    insn_.reset();
    walks_.clear();
    changed_words_.reset();
  }

  // The instruction at eip, which `decode` gives.
  template <class Decode>
  const Insn<Guest>& InsnAt(const Guest& guest, Decode decode) {
    if (!insn_.has_value()) insn_ = Find(guest, decode);
    return Tell(guest, *insn_);
  }

  // The words of the state that changed, a bit for each, which `compare` gives.
  template <class Compare>
  uint64_t ChangedWords(Compare compare) {
    if (!changed_words_.has_value()) changed_words_ = compare();
    return *changed_words_;
  }

  // The walk to `va`, which `walk` gives.
  template <class MakeWalk>
  Walk<Guest> WalkTo(const Guest& guest, const typename Guest::Word& va,
                     MakeWalk walk) {
    // Of all guests, whether two addresses are equal is not plain.
    if constexpr (Guest::kIsAllGuests) {
      return walk();
    } else {
      for (const auto& [to, found] : walks_) {
        if (to == va) return Tell(guest, found);
      }
      walks_.emplace_back(va, Find(guest, walk));
      return Tell(guest, walks_.back().second);
    }
  }

 private:
  // Whoever is told it has asked for what it took.
  template <class Value>
  struct Found {
    Value value;
    bool asked_unknown;
  };

  template <class Make>
  static auto Find(const Guest& guest, Make make) {
    using Value = decltype(make());
    if constexpr (Guest::kIsAllGuests) {
      return Found<Value>{make(), false};
    } else {
      const bool before = guest.TakeUnknown();
      const Value value = make();
      const Found<Value> found = {value, guest.TakeUnknown()};
      if (before) guest.AskUnknown();
      return found;
    }
  }
  template <class Value>
  static const Value& Tell(const Guest& guest, const Found<Value>& found) {
    if constexpr (!Guest::kIsAllGuests) {
      if (found.asked_unknown) guest.AskUnknown();
    }
    return found.value;
  }

  std::optional<Found<Insn<Guest>>> insn_;
  std::optional<uint64_t> changed_words_;
  std::vector<std::pair<typename Guest::Word, Found<Walk<Guest>>>> walks_;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_FINDINGS_H_
