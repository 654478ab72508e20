// SPDX-License-Identifier: Apache-2.0

// Every recording under every flavor: it diverges where the table of flavors
// says that the two kernels differ, and nowhere else.

#include "traces/historic/flavor_prediction.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/flavor.h"
#include "replayer/replay_trap.h"
#include "traces/historic/flavor_prediction_traces.h"

namespace trapline::traces {
namespace {

using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

using PathAndFlavor = std::pair<std::string, std::string>;

std::vector<PathAndFlavor> PathsAndFlavors() {
  std::vector<PathAndFlavor> all;
  for (const std::string& path : TracePaths()) {
    for (const std::string& flavor : FlavorNames(path)) {
      all.emplace_back(path, flavor);
    }
  }
  return all;
}

TEST(TracePaths, NameGoodAndHistoricRecordings) {
  EXPECT_THAT(TracePaths(),
              IsSupersetOf({"traces/good/v2.6.24-boot.trace",
                            "traces/good/recorded-3.12-pae.trace",
                            "traces/historic/3.12.9-flags-nt-kept.trace"}));
}

bool IsGood(const std::string& path) {
  return absl::StartsWith(path, "traces/good/");
}

using Counts = std::pair<const std::string, std::vector<size_t>>;

class ReplayUnderFlavor : public ::testing::TestWithParam<PathAndFlavor> {};

TEST_P(ReplayUnderFlavor, DivergesExactlyWhereTheTraitsDo) {
  const auto& [path, name] = GetParam();
  const model::Flavor& flavor = *model::FindFlavor(name);
  const auto found = Diverging(path, name);
  const auto broken = Diverging(path, "");
  EXPECT_TRUE(broken.empty() || !IsGood(path));
  std::vector<std::string> surprises;
  int traps = 0;
  int predicted = 0;
  ForEachTrap(path, [&](const trace::Header& header, const trace::Trap& trap) {
    ++traps;
    if (broken.count(trap.number) != 0) return;
    const auto own = replay::MakeSetting(header, "");
    ASSERT_TRUE(own.ok()) << own.status();
    const Prediction prediction = Predict(*own, flavor, trap);
    if (!prediction.fields.empty()) ++predicted;
    const auto at = found.find(trap.number);
    const std::vector<std::string> fields =
        at == found.end() ? std::vector<std::string>()
                          : Fields(at->second.differences);
    if (Foretells(prediction, fields)) return;
    surprises.push_back(Surprise(trap, prediction, fields));
  });
  EXPECT_THAT(surprises, IsEmpty());
  EXPECT_GT(traps, 0);
  RecordProperty("traps", traps);
  RecordProperty("predicted", predicted);
}

INSTANTIATE_TEST_SUITE_P(Recordings, ReplayUnderFlavor,
                         ::testing::ValuesIn(PathsAndFlavors()),
                         [](const auto& info) {
                           return absl::StrCat(TestName(info.param.first), "_",
                                               info.param.second);
                         });

// A table gone wrong misleads predictions and replays alike, but not these
// numbers.
TEST(GoodRecordings, TellFlavorsApartByAKnownNumberOfTraps) {
  std::map<std::string, std::vector<size_t>> divergent;
  for (const std::string& path : TracePaths()) {
    if (!IsGood(path)) continue;
    for (const std::string& flavor : FlavorNames(path)) {
      divergent[TestName(path)].push_back(Diverging(path, flavor).size());
    }
  }
  EXPECT_THAT(
      divergent,
      IsSupersetOf<Counts>(
          {{"V2_6_24Boot", {0, 0, 0, 0, 0, 0, 0, 1, 1}},
           {"V2_6_24Tiny", {0, 0, 0, 7, 7, 7, 4, 4, 4}},
           {"V2_6_32Boot", {26, 26, 26, 0, 0, 0, 94, 94, 94}},
           {"V3_12Boot", {1533, 1533, 1533, 1533, 1533, 1533, 19, 0, 0}},
           {"V3_12Kill1", {0, 0, 0, 1, 1, 1, 0, 0, 0}},
           {"V3_12Kill4", {1, 1, 1, 1, 1, 1, 0, 0, 0}}}));
}

}  // namespace
}  // namespace trapline::traces
