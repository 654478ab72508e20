// SPDX-License-Identifier: Apache-2.0

// What a replay finds, and what it makes of it.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/reader.h"
#include "replayer/replay.h"
#include "replayer/testing_replay.h"

namespace trapline::replay {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST_F(ReplayTest, ManyDivergencesAreAllCountedAndTheFirstAreTold) {
  for (uint64_t trap = 1010; trap < 1110; ++trap) Plant(trap);
  Plant(1111, model::kStateIndex.eip);
  for (const int jobs : {1, 4}) {
    ReplayOptions options;
    options.max_divergences = 3;
    options.jobs = jobs;
    const FileResult file = ReplayIt(options);
    EXPECT_EQ(file.diverged, 101u);
    EXPECT_THAT(Diverged(file), ElementsAre(1010, 1011, 1012));
    EXPECT_THAT(file.by_field,
                ElementsAre(Pair("post.ebx", 100), Pair("post.eip", 1)));
  }
}

TEST_F(ReplayTest, LossesAreGapsWithTheirPlaceAndCount) {
  Lose(kFirst, 3);
  Lose(1016, 4);  // where a block begins
  Lose(1100, 5);
  recording_.traps.resize(192);  // of which the last fills its block
  std::vector<trace::Event>& events = recording_.events;
  while (events.back().traps() >= 192) events.pop_back();
  Lose(1192, 6);
  const auto gap = [](uint64_t trap, uint64_t records) {
    return AllOf(Field(&Gap::trap, trap), Field(&Gap::records, records));
  };
  for (const int jobs : {1, 4}) {
    ReplayOptions options;
    options.jobs = jobs;
    const FileResult file = ReplayIt(options);
    EXPECT_EQ(VerdictOf(file), Verdict::kVerifiedWithGaps);
    EXPECT_EQ(file.lost, 18u);
    EXPECT_EQ(file.traps, 192u);
    EXPECT_EQ(file.blocks, 13u);
    EXPECT_THAT(file.gaps, ElementsAre(gap(1000, 3), gap(1016, 4), gap(1100, 5),
                                       gap(1192, 6)));
  }
}

TEST_F(ReplayTest, LossesOutsideTheRangeAreNoGapOfIt) {
  Lose(1010, 3);
  Lose(1050, 4);
  Lose(1100, 5);
  ReplayOptions options;
  options.begin = 1010;  // what is lost before its first trap is outside
  options.end = 1100;
  const FileResult file = ReplayIt(options);
  EXPECT_EQ(file.lost, 4u);
  ASSERT_EQ(file.gaps.size(), 1u);
  EXPECT_EQ(file.gaps[0].trap, 1050u);
  options.begin = 1060;
  EXPECT_EQ(VerdictOf(ReplayIt(options)), Verdict::kVerified);
}

TEST_F(ReplayTest, LossesAtAnUnknownPlaceAreAGapToo) {
  recording_.header.set_lost(9);
  const FileResult file = ReplayIt();
  EXPECT_EQ(VerdictOf(file), Verdict::kVerifiedWithGaps);
  EXPECT_EQ(file.lost, 9u);
  EXPECT_THAT(file.gaps, IsEmpty());
}

TEST_F(ReplayTest, ADivergenceTellsWhichTrapOfWhichBlockItIs) {
  Lose(1040, 5);
  Plant(1050);
  const trace::Trap& trap = recording_.traps[50];
  uint64_t records_before = 50 + 5 - 1;
  for (const trace::Event& event : recording_.events) {
    records_before += event.traps() <= 50 ? 1 : 0;
  }
  const std::string path = Write();
  auto reader = trace::Reader::Open(path);
  ASSERT_TRUE(reader.ok());
  uint64_t offset = 0;
  for (int i = 0; i < 4; ++i) offset = (*(*reader)->Next())->offset;

  const FileResult file = Replay({path}, {}).at(0);
  EXPECT_EQ(VerdictOf(file), Verdict::kDiverged);
  EXPECT_EQ(file.lost, 5u);
  ASSERT_EQ(file.divergences.size(), 1u);
  const Divergence& divergence = file.divergences[0];
  EXPECT_EQ(divergence.trap, 1050u);
  EXPECT_EQ(divergence.seq, records_before);
  EXPECT_EQ(divergence.block_offset, offset);
  EXPECT_EQ(divergence.trapnum, trap.before[model::kStateIndex.trapnum]);
  EXPECT_EQ(divergence.errcode, trap.before[model::kStateIndex.errcode]);
  EXPECT_EQ(divergence.cs, trap.before[model::kStateIndex.cs]);
  EXPECT_EQ(divergence.eip, trap.before[model::kStateIndex.eip]);
  EXPECT_EQ(divergence.insn, std::string(trap.insn));
  EXPECT_FALSE(divergence.insn.empty());
}

TEST_F(ReplayTest, ADivergenceNamesTheClausesThatItBreaks) {
  for (const uint64_t number : {1000, 1050}) Plant(number);
  const FileResult file = ReplayIt();
  ASSERT_EQ(file.divergences.size(), 2u);
  for (const Divergence& divergence : file.divergences) {
    EXPECT_FALSE(divergence.broken.empty()) << divergence.trap;
    EXPECT_EQ(FieldOf(divergence), "post.ebx");
  }
  EXPECT_FALSE(file.clauses.has_value());
}

// A selector's upper half is not compared with the model, but changes nowhere.
TEST_F(ReplayTest,
       ATrapThatAgreesButBreaksAClauseDivergesWhereClausesAreAsked) {
  constexpr uint64_t kHypercall = 1002;
  trace::Trap& trap = recording_.traps[kHypercall - kFirst];
  ASSERT_EQ(trap.before[model::kStateIndex.trapnum], 31u);
  trap.after[model::kStateIndex.gs] ^= 0x10000;
  ReplayOptions options;
  options.end = 1100;
  EXPECT_EQ(VerdictOf(ReplayIt(options)), Verdict::kVerified);
  options.clauses = true;
  for (const int jobs : {1, 4}) {
    options.jobs = jobs;
    const FileResult file = ReplayIt(options);
    EXPECT_EQ(VerdictOf(file), Verdict::kDiverged);
    ASSERT_THAT(Diverged(file), ElementsAre(kHypercall));
    const Divergence& divergence = file.divergences[0];
    EXPECT_THAT(divergence.differences, IsEmpty());
    ASSERT_FALSE(divergence.broken.empty());
    const std::string first(divergence.broken[0].clause->id);
    EXPECT_THAT(file.by_field, ElementsAre(Pair(first, 1)));
    ASSERT_TRUE(file.clauses.has_value());
    uint64_t broken = 0;
    for (const uint64_t traps : file.clauses->broken) broken += traps;
    EXPECT_EQ(broken, divergence.broken.size());
  }
}

TEST_F(ReplayTest, OfSeveralTracesTheHeaviestVerdictCounts) {
  const std::string good = Write("good.trace");
  Lose(1050, 1);
  const std::string gaps = Write("gaps.trace");
  Plant(1050);
  const std::string diverged = Write("diverged.trace");
  const auto verdict = [](const std::vector<std::string>& paths) {
    return VerdictOf(Replay(paths, {}));
  };
  EXPECT_EQ(verdict({good, good}), Verdict::kVerified);
  EXPECT_EQ(verdict({gaps, good}), Verdict::kVerifiedWithGaps);
  EXPECT_EQ(verdict({good, diverged, gaps}), Verdict::kDiverged);
  EXPECT_EQ(verdict({diverged, "absent.trace", good}), Verdict::kBadData);
  EXPECT_EQ(verdict({}), Verdict::kBadData);
}

}  // namespace
}  // namespace trapline::replay
