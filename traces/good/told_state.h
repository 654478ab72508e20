// SPDX-License-Identifier: Apache-2.0

// What the recorded hypercalls make of a guest's state, for tests: each trap
// must begin with it, for the handler changes none of it.

#ifndef TRAPLINE_TRACES_GOOD_TOLD_STATE_H_
#define TRAPLINE_TRACES_GOOD_TOLD_STATE_H_

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/trace.pb.h"
#include "proto/trap.h"

namespace trapline::traces {

// As in the kernel's lguest_hcall.h.
enum HypercallNumber : uint32_t {
  kNewPgtable = 4,
  kLoadIdtEntry = 6,
  kSetStack = 7,
  kTs = 8,
};

class ToldState {
 public:
  explicit ToldState(const trace::Header& header);

  // The records in their order. Each adds what disagrees to `surprises`.
  void Add(const trace::Event& event);
  void Add(const trace::Trap& trap);

  const std::vector<std::string>& surprises() const { return surprises_; }
  // How many times each thing was compared: a word by its name, "gate",
  // "effect" for what a hypercall was seen to load.
  const std::map<std::string, uint64_t>& compared() const { return compared_; }

 private:
  using Gate = std::pair<uint32_t, uint32_t>;  // lo, hi
  // A load as it was asked for, and as the host was seen to do it.
  struct Effect {
    trace::Event::WhatCase what;
    std::array<uint32_t, 3> args;
    bool operator==(const Effect& other) const {
      return what == other.what && args == other.args;
    }
  };
  struct Guest {
    std::map<int, uint32_t> words;  // by index, those that are known
    std::map<uint32_t, Gate> gates;
    bool from_start = false;  // gates not in `gates` are empty
    std::deque<Effect> asked;
  };

  void AddStart(const trace::GuestStart& start, Guest* guest);
  void AddHypercall(const trace::Hypercall& call, Guest* guest);
  void AddEffect(const Effect& effect, Guest* guest);
  void Compare(const char* what, uint32_t recorded, uint32_t told);
  void CompareWord(const Guest& guest, int word, uint32_t recorded);

  const bool old_arguments_;
  std::map<std::pair<uint32_t, uint32_t>, Guest> guests_;  // by guest, vcpu
  std::string where_;
  std::vector<std::string> surprises_;
  std::map<std::string, uint64_t> compared_;
};

}  // namespace trapline::traces

#endif  // TRAPLINE_TRACES_GOOD_TOLD_STATE_H_
