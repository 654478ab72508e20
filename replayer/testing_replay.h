// SPDX-License-Identifier: Apache-2.0

// A recording to plant faults and losses in, for tests of whole replays.

#ifndef TRAPLINE_REPLAYER_TESTING_REPLAY_H_
#define TRAPLINE_REPLAYER_TESTING_REPLAY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "model/state.h"
#include "replayer/replay.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {

// A real recording in blocks of 16 traps, with faults and losses planted.
class ReplayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Load(
        "v3.12-kill4", [](const trace::Trap&) { return true; }, &recording_);
    ASSERT_EQ(recording_.traps.size(), 198u);
    for (size_t i = 0; i < recording_.traps.size(); ++i) {
      recording_.traps[i].number = kFirst + i;
    }
  }

  // Plants a wrong register in trap `number`.
  void Plant(uint64_t number, int word = model::kStateIndex.ebx) {
    recording_.traps[number - kFirst].after[word] ^= 4;
  }
  // Plants a loss before trap `number`.
  void Lose(uint64_t number, uint64_t records) {
    trace::Event event;
    event.mutable_loss()->set_records(records);
    event.set_traps(static_cast<uint32_t>(number - kFirst));
    auto& events = recording_.events;
    auto place = events.begin();
    while (place != events.end() && place->traps() <= event.traps()) ++place;
    events.insert(place, event);
  }
  std::string Write(absl::string_view name = "planted.trace") const {
    const std::string path = TestPath(name);
    WriteTrace(path, recording_.header, recording_.traps, recording_.events,
               {1, 16});
    return path;
  }
  FileResult ReplayIt(const ReplayOptions& options = {}) const {
    return Replay({Write()}, options).at(0);
  }
  static std::vector<uint64_t> Diverged(const FileResult& file) {
    std::vector<uint64_t> traps;
    for (const Divergence& divergence : file.divergences) {
      traps.push_back(divergence.trap);
    }
    return traps;
  }

  static constexpr uint64_t kFirst = 1000;
  Recording recording_;
};

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_TESTING_REPLAY_H_
