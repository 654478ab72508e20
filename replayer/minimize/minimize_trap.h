// SPDX-License-Identifier: Apache-2.0

// The smallest trap that still diverges as another does.

#ifndef TRAPLINE_REPLAYER_MINIMIZE_MINIMIZE_TRAP_H_
#define TRAPLINE_REPLAYER_MINIMIZE_MINIMIZE_TRAP_H_

#include <deque>
#include <string>

#include "proto/trap.h"
#include "replayer/replay_trap.h"

namespace trapline::replay {

// A trap and the bytes that it points to.
struct MinimizedTrap {
  trace::Trap trap;
  std::deque<std::string> bytes;
};

// `trap` diverges. Leaves out the accesses and the calls that the divergence
// can do without, then makes zero what can be zero, and what agrees with the
// model follows it: an access goes to where the smaller state sends it. A
// divergence is the same where its first field is (whatever the index), it has
// no field that it had not, and it breaks the same clauses. Of the instruction
// no more stays than its own bytes. The time goes; the number stays.
MinimizedTrap MinimizeTrap(const Setting& setting, const trace::Trap& trap);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_MINIMIZE_MINIMIZE_TRAP_H_
