// SPDX-License-Identifier: Apache-2.0

// Faults planted in whole traces: the replay says which trap of which file, and
// what of it.

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "replayer/replay.h"
#include "replayer/testing_faults.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

constexpr FaultMaker kMakers[] = {StateFaults, GateFaults, CallFaults,
                                  AccessFaults, ReadFaults};

// The verdict on a recording of three traps of which the middle one, of number
// 8, has the fault.
void ExpectDiverged(const trace::Header& header, const trace::Trap& trap,
                    const Fault& fault) {
  SCOPED_TRACE(absl::StrCat(fault.what, ", ", Shape(trap)));
  const std::string path = TestPath("planted.trace");
  std::vector<trace::Trap> traps = {trap, fault.trap, trap};
  for (size_t i = 0; i < traps.size(); ++i) traps[i].number = 7 + i;
  WriteTrace(path, header, traps, {}, {1, 8, 1 << 20});
  const std::vector<FileResult> files = Replay({path}, {});
  ASSERT_EQ(files.size(), 1u);
  const FileResult& file = files[0];
  EXPECT_TRUE(file.status.ok()) << file.status;
  EXPECT_EQ(file.traps, 3u);
  if (!fault.because.empty()) {
    EXPECT_EQ(VerdictOf(file), Verdict::kVerified) << fault.because;
    return;
  }
  EXPECT_EQ(VerdictOf(file), Verdict::kDiverged);
  EXPECT_EQ(file.diverged, 1u);
  ASSERT_EQ(file.divergences.size(), 1u);
  const Divergence& divergence = file.divergences[0];
  EXPECT_EQ(divergence.trap, 8u);
  EXPECT_EQ(divergence.seq, 1u);
  EXPECT_EQ(divergence.insn, std::string(fault.trap.insn));
  ASSERT_FALSE(divergence.differences.empty());
  const std::string& field = divergence.differences[0].field;
  EXPECT_EQ(file.by_field, (std::map<std::string, uint64_t>{{field, 1}}));
  if (fault.alone && !fault.fields.empty()) {
    EXPECT_EQ(std::count(fault.fields.begin(), fault.fields.end(), field), 1)
        << field;
  }
}

void ExpectDivergedEverywhere(absl::string_view name) {
  Recording recording;
  LoadShapes(name, 1, &recording);
  std::mt19937 random(2);
  for (const trace::Trap& trap : recording.traps) {
    for (FaultMaker make : kMakers) {
      const Faults faults = make(recording.setting, trap);
      for (int i = 0; i < 2 && !faults.empty(); ++i) {
        ExpectDiverged(recording.header, trap,
                       faults[random() % faults.size()]);
      }
    }
  }
}

TEST(PlantedTrace, Of2624IsDiverged) {
  ExpectDivergedEverywhere("v2.6.24-boot");
  ExpectDivergedEverywhere("v2.6.24-tiny");
}

TEST(PlantedTrace, Of2632IsDiverged) {
  ExpectDivergedEverywhere("v2.6.32-boot");
}

TEST(PlantedTrace, Of312IsDiverged) {
  ExpectDivergedEverywhere("v3.12-boot");
  ExpectDivergedEverywhere("v3.12-kill1");
  ExpectDivergedEverywhere("v3.12-kill4");
}

}  // namespace
}  // namespace trapline::replay
