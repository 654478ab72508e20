// SPDX-License-Identifier: Apache-2.0

// Which of the handler's feasible paths a recording takes.

#ifndef TRAPLINE_REPLAYER_COVERAGE_TAKEN_PATHS_H_
#define TRAPLINE_REPLAYER_COVERAGE_TAKEN_PATHS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "properties/coverage/feasible_paths.h"
#include "properties/logging_world.h"
#include "proto/trap.h"
#include "replayer/replay_trap.h"

namespace trapline::replay {

// The path of one trap.
struct TrapPath {
  std::vector<properties::Taken> path;
  bool bug = false;  // it ends where the host ran into BUG_ON
  // What the host answered, in the order it was asked.
  std::vector<bool> shadow_absent;
  std::vector<bool> page_unavailable;

  std::string Text() const { return properties::PathText(path, bug); }
};

// Nullopt where the model does not do what the host did, or where words are
// missing that it reads.
std::optional<TrapPath> PathOf(const Setting& setting, const trace::Trap& trap);

struct Coverage {
  // Paths and how many traps took each, both lists sorted.
  std::vector<std::pair<std::string_view, uint64_t>> taken;
  std::vector<std::string_view> never;
  // Traps without a path: the model does not do what the host did.
  uint64_t diverged = 0;

  size_t feasible() const { return taken.size() + never.size(); }
};

// Counts the traps of one recording. The path of a trap is that of the model,
// which is the host's where both agree.
class PathCounter {
 public:
  explicit PathCounter(const Setting& setting) : setting_(setting) {}

  void Add(const trace::Trap& trap);

  // InternalError where a trap took a path that is not known to be feasible:
  // the list is out of date, or the proof is wrong.
  absl::StatusOr<Coverage> Finish() const;

 private:
  struct Trail {
    uint64_t traps = 0;
    uint64_t first = 0;  // number of the first of them
    std::string text;
  };

  const Setting setting_;
  // By the decisions, a byte each.
  absl::flat_hash_map<std::string, Trail> trails_;
  uint64_t diverged_ = 0;
};

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_COVERAGE_TAKEN_PATHS_H_
