// SPDX-License-Identifier: Apache-2.0

// What the model does with a recorded trap, and how a recording is made to
// follow it where the trap is changed.

#ifndef TRAPLINE_REPLAYER_MINIMIZE_COURSE_H_
#define TRAPLINE_REPLAYER_MINIMIZE_COURSE_H_

#include <deque>
#include <string>
#include <vector>

#include "proto/trap.h"
#include "replayer/replay_trap.h"
#include "replayer/scripted_world.h"

namespace trapline::replay {

// The model's accesses, calls and state. Each read gives what the access that
// goes with it in the log gave, wherever that went.
struct Course {
  LogFault fault;  // that the log has
  std::vector<ModelAccess> accesses;
  std::vector<trace::Call> calls;
  std::vector<std::string> messages;  // of each call
  trace::WordArray after;
};

Course Follow(const Setting& setting, const trace::Trap& trap,
              const LogFault& fault);

// `trap` is `was` with another state before or other bytes read. What the
// recording `was` shares with its course `from` is made what `trap`'s own
// course is. New bytes go to `bytes`.
void Fit(const Setting& setting, const trace::Trap& was, const Course& from,
         trace::Trap* trap, std::deque<std::string>* bytes);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_MINIMIZE_COURSE_H_
