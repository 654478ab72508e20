// SPDX-License-Identifier: Apache-2.0

// Inputs of the harnesses in properties/fuzz, made of recorded traps.

#ifndef TRAPLINE_REPLAYER_SEEDS_SEEDS_H_
#define TRAPLINE_REPLAYER_SEEDS_SEEDS_H_

#include <map>
#include <set>
#include <string>

#include "proto/trap.h"
#include "replayer/clauses/recorded_guest.h"
#include "replayer/coverage/taken_paths.h"
#include "replayer/replay_trap.h"

namespace trapline::replay {

// Inputs by the path that the handler takes of each.
using Seeds = std::map<std::string, std::string>;

// Makes one seed for each path that the traps of a host take, of the first that
// takes it. Traps that diverge have none.
class SeedMaker {
 public:
  explicit SeedMaker(const Setting& setting)
      : setting_(setting), recorded_(setting_.host) {}

  void Add(const trace::Trap& trap);

  // Guests as they were recorded, with what is known of their memory.
  const Seeds& handle_trap() const { return handle_trap_; }
  // Instructions that were not for the guest, in the plain guest of that
  // harness, which has paths of its own: what is around them was not recorded
  // there.
  const Seeds& emulate_insn() const { return emulate_insn_; }
  // Paths that a trap took and no seed of handle_trap does.
  const std::set<std::string>& without() const { return without_; }

 private:
  void AddGuest(const trace::Trap& trap, const TrapPath& path);
  void AddInsn(const trace::Trap& trap);

  const Setting setting_;
  RecordedGuest recorded_;
  std::set<std::string> insns_;  // inputs that were looked at
  Seeds handle_trap_;
  Seeds emulate_insn_;
  std::set<std::string> without_;
};

// The path that the model takes of a guest.
std::string PathOfGuest(const properties::Guest& guest);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_SEEDS_SEEDS_H_
