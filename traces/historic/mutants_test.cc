// SPDX-License-Identifier: Apache-2.0

// The kernels broken on purpose: the replay finds exactly the traps that the
// recording's header lists as broken, found by another model than ours.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "replayer/replay.h"

namespace trapline {
namespace {

std::vector<std::string> Traces() {
  std::vector<std::string> traces;
  for (const auto& entry :
       std::filesystem::directory_iterator("traces/historic")) {
    if (entry.path().extension() == ".trace") traces.push_back(entry.path());
  }
  std::sort(traces.begin(), traces.end());
  return traces;
}

class MutantTest : public testing::TestWithParam<std::string> {};

TEST_P(MutantTest, DivergesAtTheTrapsItsHeaderListsAndAtNoOther) {
  replay::ReplayOptions options;
  options.max_divergences = SIZE_MAX;
  const std::vector<replay::FileResult> files =
      replay::Replay({GetParam()}, options);
  ASSERT_TRUE(files[0].status.ok()) << files[0].status;
  EXPECT_EQ(VerdictOf(files), replay::Verdict::kDiverged);

  const auto& notes = files[0].header.notes();
  const auto listed =
      nlohmann::json::parse(notes.at("bad_traps")).get<std::vector<uint64_t>>();
  ASSERT_FALSE(listed.empty());
  std::vector<uint64_t> found;
  for (const replay::Divergence& divergence : files[0].divergences) {
    found.push_back(divergence.trap);
  }
  EXPECT_EQ(found, listed);
}

// The header names what differs as "mem", "calls" or "post.WORD".
TEST_P(MutantTest, DivergesInTheFieldsItsHeaderLists) {
  replay::ReplayOptions options;
  options.max_divergences = SIZE_MAX;
  const std::vector<replay::FileResult> files =
      replay::Replay({GetParam()}, options);
  const auto fields =
      nlohmann::json::parse(files[0].header.notes().at("bad_fields"));
  for (const replay::Divergence& divergence : files[0].divergences) {
    for (const auto& field : fields[std::to_string(divergence.trap)]) {
      const std::string name = field.get<std::string>();
      EXPECT_TRUE(std::any_of(divergence.differences.begin(),
                              divergence.differences.end(),
                              [&name](const replay::Difference& difference) {
                                return difference.field.rfind(name, 0) == 0;
                              }))
          << "trap " << divergence.trap << " should differ in " << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Historic, MutantTest, testing::ValuesIn(Traces()),
                         [](const auto& info) {
                           std::string name =
                               std::filesystem::path(info.param).stem();
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return !isalnum(c); }, '_');
                           return name;
                         });

TEST(MutantsTest, ThereAreTwelve) { EXPECT_EQ(Traces().size(), 12); }

}  // namespace
}  // namespace trapline
