// SPDX-License-Identifier: Apache-2.0

#include "replayer/seeds/seeds.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/handle_trap.h"
#include "properties/coverage/feasible_paths.h"
#include "properties/engines/fuzz.h"
#include "properties/fuzz/check_insn.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::SizeIs;

properties::Bytes Bytes(const std::string& input) {
  return {reinterpret_cast<const uint8_t*>(input.data()), input.size()};
}

std::string PathOfStep(const properties::Guest& guest) {
  const properties::ConcreteGuest concrete(guest);
  const auto step = properties::TakeTrap(concrete);
  return properties::PathText(step.did.path, step.bug);
}

// By recording.
class RecordedSeeds : public ::testing::TestWithParam<const char*> {};

TEST_P(RecordedSeeds, TakeEachThePathThatTheRecordingTook) {
  Recording recording;
  LoadShapes(GetParam(), 1, &recording);
  SeedMaker maker(recording.setting);
  PathCounter counter(recording.setting);
  for (const trace::Trap& trap : recording.traps) {
    maker.Add(trap);
    counter.Add(trap);
  }
  EXPECT_THAT(maker.without(), IsEmpty());
  const auto coverage = counter.Finish();
  ASSERT_TRUE(coverage.ok()) << coverage.status();
  std::set<std::string_view> taken, seeds;
  for (const auto& [path, traps] : coverage->taken) taken.insert(path);
  for (const auto& [path, seed] : maker.handle_trap()) {
    seeds.insert(path);
    const properties::Guest guest = properties::GuestOf(Bytes(seed));
    EXPECT_EQ(PathOfStep(guest), path);
    EXPECT_EQ(guest.host.flavor.name, recording.setting.host.flavor.name);
    EXPECT_EQ(guest.host.pae, recording.setting.host.pae);
    EXPECT_THAT(properties::RunBytes(Bytes(seed), model::handle_trap),
                IsEmpty());
  }
  EXPECT_EQ(seeds, taken);
}

TEST_P(RecordedSeeds, OfInstructionsTakeAPathEach) {
  Recording recording;
  LoadShapes(GetParam(), 1, &recording);
  SeedMaker maker(recording.setting);
  for (const trace::Trap& trap : recording.traps) maker.Add(trap);
  std::set<std::string> paths, from_user;
  for (const auto& [path, seed] : maker.emulate_insn()) {
    paths.insert(path);
    if (absl::StrContains(path, "from user")) from_user.insert(path);
  }
  // What is stepped over depends on nothing that the plain guest has otherwise.
  size_t stepped_over = 0, users = 0;
  for (const auto& [path, seed] : maker.handle_trap()) {
    if (!absl::StartsWith(path, "general protection")) continue;
    users += absl::StrContains(path, "from user");
    if (absl::StrContains(path, "delivered")) continue;
    ++stepped_over;
    EXPECT_THAT(paths, Contains(path));
  }
  EXPECT_GT(stepped_over, 0u);
  EXPECT_EQ(from_user.empty(), users == 0);
  const auto feasible = properties::FeasiblePaths(recording.setting.host);
  for (const auto& [path, seed] : maker.emulate_insn()) {
    const properties::Guest guest = properties::InsnGuest(Bytes(seed));
    EXPECT_EQ(PathOfStep(guest), path);
    EXPECT_THAT(feasible, Contains(path));
    EXPECT_EQ(guest.host.flavor.name, recording.setting.host.flavor.name);
    EXPECT_EQ(guest.host.pae, recording.setting.host.pae);
    EXPECT_EQ(properties::CheckInsn(Bytes(seed), model::handle_trap), "");
  }
}

INSTANTIATE_TEST_SUITE_P(, RecordedSeeds,
                         ::testing::Values("v2.6.24-boot", "v2.6.32-boot",
                                           "v3.12-boot", "recorded-3.12-pae"));

// Two of one path.
TEST(SeedMaker, MakesOneOfEachPathAndNoneOfWhatDiverges) {
  Recording recording;
  Load(
      "v3.12-kill4", [](const trace::Trap&) { return true; }, &recording);
  SeedMaker maker(recording.setting);
  for (trace::Trap& trap : recording.traps) {
    if (trap.before[model::kStateIndex.trapnum] == 31) trap.after[0] ^= 1;
    maker.Add(trap);
  }
  EXPECT_THAT(maker.handle_trap(), SizeIs(4));
  EXPECT_EQ(maker.handle_trap().count("hypercall"), 0u);
}

}  // namespace
}  // namespace trapline::replay
