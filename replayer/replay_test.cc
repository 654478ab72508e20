// SPDX-License-Identifier: Apache-2.0

#include "replayer/replay.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "replayer/report/machine.h"
#include "replayer/testing_replay.h"

namespace trapline::replay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(ReplayTest, ThreadsGiveTheResultOfOneThread) {
  for (uint64_t trap = kFirst + 2; trap < kFirst + 198; trap += 11) {
    Plant(trap,
          trap % 2 == 0 ? model::kStateIndex.eip : model::kStateIndex.ecx);
  }
  Lose(kFirst, 1);
  Lose(kFirst + 77, 2);
  Lose(kFirst + 198, 3);
  const std::vector<std::string> paths = {Write(), TracePath("v3.12-boot"),
                                          TracePath("v3.12-kill1")};
  for (const size_t most : {20, 3, 0}) {
    ReplayOptions options;
    options.max_divergences = most;
    const std::string one = ReportJson(Replay(paths, options));
    EXPECT_THAT(one, HasSubstr("\"diverged\": 18"));
    EXPECT_THAT(one, HasSubstr("\"traps\": 60000"));
    for (const int jobs : {2, 4, 7}) {
      options.jobs = jobs;
      EXPECT_EQ(ReportJson(Replay(paths, options)), one) << jobs << " threads";
    }
  }
}

TEST_F(ReplayTest, ShardsPartitionATrace) {
  std::set<uint64_t> planted;
  for (uint64_t trap = kFirst; trap < kFirst + 198; trap += 5) {
    Plant(trap);
    planted.insert(trap);
  }
  Lose(kFirst + 20, 7);
  Lose(kFirst + 120, 8);
  const std::string path = Write();
  const FileResult whole = Replay({path}, {}).at(0);
  for (const uint64_t shards : {1, 2, 3, 5, 40}) {
    ReplayOptions options;
    options.shards = shards;
    options.max_divergences = 1000;
    uint64_t traps = 0, blocks = 0, events = 0, lost = 0;
    std::multiset<uint64_t> diverged;
    for (options.shard = 0; options.shard < shards; ++options.shard) {
      options.jobs = 1 + static_cast<int>(options.shard % 2);
      const FileResult file = Replay({path}, options).at(0);
      EXPECT_TRUE(file.status.ok()) << file.status;
      traps += file.traps;
      blocks += file.blocks;
      events += file.events;
      lost += file.lost;
      for (uint64_t trap : Diverged(file)) diverged.insert(trap);
    }
    EXPECT_EQ(traps, 198u) << shards;
    EXPECT_EQ(blocks, whole.blocks) << shards;
    EXPECT_EQ(events, whole.events) << shards;
    EXPECT_EQ(lost, 15u) << shards;
    EXPECT_EQ(diverged,
              std::multiset<uint64_t>(planted.begin(), planted.end()));
  }
}

TEST_F(ReplayTest, ARangeIsOfTrapNumbersAndItsEndIsNotIncluded) {
  for (const uint64_t trap : {1015, 1016, 1047, 1048}) Plant(trap);
  struct Case {
    uint64_t begin, end, traps;
    std::vector<uint64_t> diverged;
  };
  for (const Case& it :
       std::vector<Case>{{1016, 1048, 32, {1016, 1047}},  // two whole blocks
                         {1015, 1049, 34, {1015, 1016, 1047, 1048}},
                         {1017, 1047, 30, {}},
                         {1047, 1048, 1, {1047}},
                         {0, 1016, 16, {1015}},
                         {1190, UINT64_MAX, 8, {}}}) {
    for (const int jobs : {1, 3}) {
      ReplayOptions options;
      options.begin = it.begin;
      options.end = it.end;
      options.jobs = jobs;
      const FileResult file = ReplayIt(options);
      EXPECT_EQ(file.traps, it.traps) << it.begin << ":" << it.end;
      EXPECT_EQ(Diverged(file), it.diverged) << it.begin << ":" << it.end;
      EXPECT_EQ(VerdictOf(file),
                it.diverged.empty() ? Verdict::kVerified : Verdict::kDiverged);
    }
  }
}

TEST_F(ReplayTest, ARangeOfNoTrapVerifiesNothing) {
  for (const auto& [begin, end] : std::map<uint64_t, uint64_t>{
           {1198, UINT64_MAX}, {0, 1000}, {1010, 1010}, {1020, 1010}}) {
    ReplayOptions options;
    options.begin = begin;
    options.end = end;
    const FileResult file = ReplayIt(options);
    EXPECT_EQ(VerdictOf(file), Verdict::kBadData);
    EXPECT_THAT(std::string(file.status.message()),
                HasSubstr("holds no trap of the range, so there is nothing to "
                          "verify"));
  }
}

TEST_F(ReplayTest, ATraceOfNoTrapVerifiesNothing) {
  recording_.traps.clear();
  recording_.events.resize(2);
  for (trace::Event& event : recording_.events) event.set_traps(0);
  const FileResult file = ReplayIt();
  EXPECT_EQ(VerdictOf(file), Verdict::kBadData);
  EXPECT_THAT(std::string(file.status.message()),
              HasSubstr("holds no trap, so there is nothing to verify"));
}

TEST_F(ReplayTest, StopFirstStopsAtTheFirstDivergenceOfAllTraces) {
  const std::string good = Write("good.trace");
  Plant(1030);
  Plant(1031);
  Plant(1100);
  ReplayOptions options;
  options.stop_first = true;
  options.jobs = 4;
  const std::vector<FileResult> files =
      Replay({good, Write(), TracePath("v3.12-kill1")}, options);
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(VerdictOf(files[0]), Verdict::kVerified);
  EXPECT_EQ(files[0].traps, 198u);
  EXPECT_EQ(VerdictOf(files[1]), Verdict::kDiverged);
  EXPECT_THAT(Diverged(files[1]), ElementsAre(1030));
  EXPECT_EQ(files[1].diverged, 1u);
  EXPECT_EQ(files[1].traps, 31u);
}

TEST_F(ReplayTest, OneBadTraceLeavesTheOthersReplayed) {
  for (const int jobs : {1, 3}) {
    ReplayOptions options;
    options.jobs = jobs;
    const std::vector<FileResult> files =
        Replay({"absent.trace", Write(), "BUILD.bazel"}, options);
    ASSERT_EQ(files.size(), 3u);
    EXPECT_TRUE(absl::IsNotFound(files[0].status)) << files[0].status;
    EXPECT_EQ(files[0].path, "absent.trace");
    EXPECT_EQ(VerdictOf(files[1]), Verdict::kVerified);
    EXPECT_EQ(files[1].traps, 198u);
    EXPECT_EQ(VerdictOf(files[2]), Verdict::kBadData);
  }
}

TEST_F(ReplayTest, ProgressGrowsToTheEndOfTheTrace) {
  std::vector<uint64_t> done;
  ReplayOptions options;
  options.progress = [&](uint64_t bytes, uint64_t total, uint64_t traps) {
    EXPECT_LE(bytes, total);
    EXPECT_LE(traps, 198u);
    EXPECT_TRUE(done.empty() || done.back() < bytes);
    done.push_back(bytes);
  };
  EXPECT_EQ(ReplayIt(options).traps, 198u);
  EXPECT_EQ(done.size(), 13u);
}

}  // namespace
}  // namespace trapline::replay
