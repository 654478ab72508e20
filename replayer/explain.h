// SPDX-License-Identifier: Apache-2.0

// What exactly a recorded trap and the model disagree on.

#ifndef TRAPLINE_REPLAYER_EXPLAIN_H_
#define TRAPLINE_REPLAYER_EXPLAIN_H_

#include <string>
#include <vector>

#include "proto/trap.h"
#include "replayer/replay_trap.h"
#include "replayer/scripted_world.h"

namespace trapline::replay {

// One thing that differs. `field` is "post." and a word; "returned" (the
// handler as a whole); "mem[i]." and address, bytes, kind, length, order,
// missing or extra; "mem[i]" from where on the accesses have nothing to do with
// the model's; "calls[i]." and vaddr, errcode, num, returned, message, order,
// missing or extra. i is the index in the recording; .order tells of i and
// i + 1. The other three are for people; "-" where there is nothing.
struct Difference {
  std::string field;
  std::string before;
  std::string recorded;
  std::string model;
};

// All differences, in the order memory, calls, state; none where the trap
// agrees. A memory log that does not match is explained by the one edit (an
// access changed, too many, too few or out of order) that leaves the fewest
// other differences: `fault`, where one is asked for.
std::vector<Difference> Explain(const Setting& setting, const trace::Trap& trap,
                                LogFault* fault = nullptr);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_EXPLAIN_H_
