// SPDX-License-Identifier: Apache-2.0

// The recorded call that a kill is.

#ifndef TRAPLINE_REPLAYER_KILL_CALL_H_
#define TRAPLINE_REPLAYER_KILL_CALL_H_

#include <cstdint>

#include "model/kill.h"
#include "model/kill_message.h"
#include "proto/trap.h"

namespace trapline::replay {

// Whether a recorded call is the kill for this.
inline bool IsKill(const trace::Call& call, model::KillReason reason,
                   uint32_t arg = 0) {
  return call.kind == trace::KILL_GUEST &&
         call.message == model::KillMessage(reason, arg, 0, 0);
}

// What a bad directory entry kills for, where its shadow is absent: of the
// `asked`th shadow, from 0, that one demand_page asks for.
constexpr model::KillReason ShadowKill(int asked) {
  return asked == 0 ? model::KillReason::kBadPageDirectoryEntry
                    : model::KillReason::kBadPageMiddleDirectoryEntry;
}

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_KILL_CALL_H_
