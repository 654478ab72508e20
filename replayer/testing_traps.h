// SPDX-License-Identifier: Apache-2.0

// Traps of real recordings, for tests.

#ifndef TRAPLINE_REPLAYER_TESTING_TRAPS_H_
#define TRAPLINE_REPLAYER_TESTING_TRAPS_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/trace.pb.h"
#include "proto/trap.h"
#include "proto/writer.h"
#include "replayer/replay_trap.h"

namespace trapline::replay {

// Where the test finds the recording of that name, such as "v3.12-boot".
std::string TracePath(absl::string_view name);
// A path for a file of this test.
std::string TestPath(absl::string_view name);

// Traps of a recording, which keep their bytes. An event stands in `events`
// with the number of kept traps before it as its `traps`.
struct Recording {
  trace::Header header;
  Setting setting;
  std::vector<trace::Trap> traps;
  std::vector<trace::Event> events;

  Recording() = default;
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  // Adds `trap` with a copy of what it points to.
  void Add(const trace::Trap& trap);
  absl::string_view Keep(absl::string_view bytes);

  std::deque<std::string> kept;
};

// Reads the traps that `wanted` picks, fully decoded; fails the test where the
// recording cannot be read.
void Load(absl::string_view name,
          const std::function<bool(const trace::Trap&)>& wanted,
          Recording* recording);

// What the handler did, without the values: trap, ring, opcode, accesses,
// calls, words that changed.
std::string Shape(const trace::Trap& trap);

// The first trap of every shape, and about `sample` others at random.
void LoadShapes(absl::string_view name, uint32_t sample, Recording* recording);

std::string BytesOf(const trace::Access& access);

// Writes a trace; fails the test where it cannot.
void WriteTrace(const std::string& path, const trace::Header& header,
                const std::vector<trace::Trap>& traps,
                const std::vector<trace::Event>& events = {},
                const trace::WriterOptions& options = {});

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_TESTING_TRAPS_H_
