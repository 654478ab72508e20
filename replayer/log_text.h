// SPDX-License-Identifier: Apache-2.0

// A trap's accesses and calls as text, the same wherever they are shown.

#ifndef TRAPLINE_REPLAYER_LOG_TEXT_H_
#define TRAPLINE_REPLAYER_LOG_TEXT_H_

#include <string>

#include "proto/trap.h"

namespace trapline::replay {

// "read 02ea6000 07a0e902": guest-physical address, bytes in memory order.
std::string AccessText(const trace::Access& access);

// "demand_page(002c0000, 00000002) = 1".
std::string CallText(const trace::Call& call);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_LOG_TEXT_H_
