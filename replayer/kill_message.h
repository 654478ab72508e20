// SPDX-License-Identifier: Apache-2.0

// The text that the kernel's kasprintf makes of a kill.

#ifndef TRAPLINE_REPLAYER_KILL_MESSAGE_H_
#define TRAPLINE_REPLAYER_KILL_MESSAGE_H_

#include <cstdint>
#include <string>

#include "model/kill.h"

namespace trapline::replay {

std::string KillMessage(model::KillReason reason, uint32_t arg0, uint32_t arg1,
                        uint32_t arg2);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_KILL_MESSAGE_H_
