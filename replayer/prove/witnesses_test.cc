// SPDX-License-Identifier: Apache-2.0

#include "replayer/prove/witnesses.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "properties/prove.h"
#include "replayer/prove/guest_trap.h"
#include "replayer/replay.h"
#include "replayer/report/text.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

class Witnesses : public ::testing::TestWithParam<model::Flavor> {};

TEST_P(Witnesses, OfEveryPathReplayVerified) {
  for (const model::Host& host : properties::HostsOf(GetParam())) {
    const auto witnesses = PathWitnesses(host);
    ASSERT_TRUE(witnesses.ok()) << witnesses.status();
    const std::string path = TestPath("witnesses.trace");
    const absl::Status status =
        WriteWitnesses(path, host, "every path", *witnesses);
    ASSERT_TRUE(status.ok()) << status;
    const FileResult file = Replay({path}, {}).at(0);
    EXPECT_EQ(VerdictOf(file), Verdict::kVerified) << ReportText({file});
    EXPECT_EQ(file.traps, witnesses->size());
    EXPECT_EQ(file.flavor, GetParam().name);
    std::set<std::string> texts;
    for (const Witness& witness : *witnesses) texts.insert(witness.text);
    EXPECT_EQ(texts.size(), witnesses->size());
  }
}

INSTANTIATE_TEST_SUITE_P(Flavors, Witnesses,
                         ::testing::ValuesIn(model::kFlavors),
                         [](const auto& info) {
                           return std::string(info.param.name);
                         });

}  // namespace
}  // namespace trapline::replay
