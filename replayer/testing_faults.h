// SPDX-License-Identifier: Apache-2.0

// Faults planted in recorded traps, one at a time, and what a replay has to
// say of each.

#ifndef TRAPLINE_REPLAYER_TESTING_FAULTS_H_
#define TRAPLINE_REPLAYER_TESTING_FAULTS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/trap.h"
#include "replayer/replay_trap.h"

namespace trapline::replay {

struct Fault {
  std::string what;
  // A copy that still points to the bytes of the original, but for `bytes`.
  trace::Trap trap;
  std::shared_ptr<const std::string> bytes;

  // Why it cannot matter; empty where it does.
  std::string because;
  // The names that are right for it. None: it may show anywhere, because the
  // model goes another way.
  std::vector<std::string> fields;
  bool alone = true;  // nothing else differs
};

using Faults = std::vector<Fault>;

// What follows plants every fault of a kind, bits one at a time.

// Words after the call, whether it returned.
Faults StateFaults(const Setting& setting, const trace::Trap& trap);
Faults GateFaults(const Setting& setting, const trace::Trap& trap);
Faults CallFaults(const Setting& setting, const trace::Trap& trap);
// The memory log, but for what it read.
Faults AccessFaults(const Setting& setting, const trace::Trap& trap);
// What the memory log read, which the model takes as given.
Faults ReadFaults(const Setting& setting, const trace::Trap& trap);

using FaultMaker = Faults (*)(const Setting&, const trace::Trap&);

// Fails the test unless Agrees and Explain say of the fault what they should.
void ExpectNamed(const Setting& setting, const Fault& fault);

// ExpectNamed for all faults in traps of all kernels: one of every shape, and
// some more. Returns how many matter, under "", and how many do not for each
// reason.
std::map<std::string, int> PlantEverywhere(FaultMaker make);

// A fault to be planted in `trap`, of which `field` is the right name.
Fault FaultIn(const trace::Trap& trap, std::string field);

// `bytes` in place of those of access `index`.
void SetBytes(size_t index, std::string bytes, Fault* fault);

// The neighbours of `list[i]` that are like it, first and last: which of them
// is missing or too many nobody can tell.
template <class List, class Same>
std::pair<size_t, size_t> Alike(const List& list, size_t i, Same same) {
  size_t first = i, last = i;
  while (first > 0 && same(list[first - 1], list[i])) --first;
  while (last + 1 < list.size() && same(list[last + 1], list[i])) ++last;
  return {first, last};
}

// "mem[i].part" for each i of the range.
std::vector<std::string> Names(absl::string_view list, size_t first,
                               size_t last, absl::string_view part);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_TESTING_FAULTS_H_
