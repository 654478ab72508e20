// SPDX-License-Identifier: Apache-2.0

// What a recording of the stand-in's script is to hold, event by event.

#ifndef TRAPLINE_RECORDER_QEMU_EXPECTED_H_
#define TRAPLINE_RECORDER_QEMU_EXPECTED_H_

#include <cstdint>
#include <string>
#include <vector>

#include "proto/trap.h"
#include "recorder/kernel/standin/script.h"

namespace trapline::qemu {

// A record as text, without what no script can tell: times, CPUs, the numbers
// of guests and traps, addresses in the Launcher.
struct Line {
  std::string text;  // empty: a loss
  uint64_t lost = 0;
  uint32_t guest = 0;
};

Line LineOf(trace::Trap trap);
Line LineOf(trace::Event event);

// The whole life of a guest with this order.
std::vector<Line> Expected(const script_order& order);

// The records of the trace.
std::vector<Line> Recorded(const std::string& trace);

}  // namespace trapline::qemu

#endif  // TRAPLINE_RECORDER_QEMU_EXPECTED_H_
