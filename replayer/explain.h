// SPDX-License-Identifier: Apache-2.0

// What exactly a recorded trap and the model disagree on.

#ifndef TRAPLINE_REPLAYER_EXPLAIN_H_
#define TRAPLINE_REPLAYER_EXPLAIN_H_

#include <string>
#include <vector>

#include "proto/trap.h"
#include "replayer/replay_trap.h"

namespace trapline::replay {

// One thing that differs. `field` is "post.eax", "mem[2].address", "mem[2]"
// (an access that only one side has), "calls[0].returned", ... The other three
// are for people; "-" where there is nothing.
struct Difference {
  std::string field;
  std::string before;
  std::string recorded;
  std::string model;
};

// All differences, in the order memory, calls, state; none where the trap
// agrees. A memory log that does not match is explained by the one edit (an
// address, an access too many, too few or out of order) that leaves the fewest
// other differences.
std::vector<Difference> Explain(const Setting& setting,
                                const trace::Trap& trap);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_EXPLAIN_H_
