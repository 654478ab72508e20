// SPDX-License-Identifier: Apache-2.0

#include "replayer/clauses/kill_reason.h"

#include <algorithm>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/kill_message.h"

namespace trapline::replay {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

TEST(KillReason, OfEveryMessageIsFoundWithItsArguments) {
  for (int i = 0; i <= static_cast<int>(model::KillReason::kUnhandledTrap);
       ++i) {
    const auto reason = static_cast<model::KillReason>(i);
    const std::string format = model::KillFormat(reason);
    const auto arguments = std::count(format.begin(), format.end(), '%');
    std::array<uint32_t, 3> args = {14, 0xC0100004, 0xBFFFF000};
    for (size_t j = arguments; j < args.size(); ++j) args[j] = 0;
    const std::string message =
        model::KillMessage(reason, args[0], args[1], args[2]);
    const auto told = ParseKillMessage(message);
    ASSERT_TRUE(told.has_value()) << message;
    EXPECT_EQ(told->reason, reason) << message;
    EXPECT_THAT(told->args, ElementsAreArray(args)) << message;
  }
}

TEST(KillReason, MayHaveZeroForAnAddress) {
  const auto told = ParseKillMessage("unhandled trap 0 at 0x0 (0x0)");
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->reason, model::KillReason::kUnhandledTrap);
  EXPECT_THAT(told->args, ElementsAre(0, 0, 0));
}

TEST(KillReason, OfAnotherMessageIsNone) {
  for (const char* message :
       {"", "bad", "bad page table entry!", "Bad address ", "Bad address x",
        "Bad address 0x", "bad read address 0x10 len", "failed to get page -1",
        "unhandled trap 6 at 0x10 (0x0) again", "Bad address 0x123456789"}) {
    EXPECT_FALSE(ParseKillMessage(message).has_value()) << message;
  }
}

}  // namespace
}  // namespace trapline::replay
