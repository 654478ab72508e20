// SPDX-License-Identifier: Apache-2.0

// A host that hits a BUG inside the handler (D8 of the ledger): the recording
// is whole up to that trap, and says that it never returned.

#include "gtest/gtest.h"
#include "proto/reader.h"

namespace trapline {
namespace {

TEST(HostBug, IsTheOnlyTrapWithoutAReturnAndTheLast) {
  auto reader = trace::Reader::Open("traces/good/recorded-2.6.24-bug.trace");
  ASSERT_EQ(reader.status(), absl::OkStatus());
  trace::BlockDecoder decoder;
  uint64_t traps = 0;
  bool returned = true;
  for (;;) {
    const auto block = (*reader)->Next();
    ASSERT_EQ(block.status(), absl::OkStatus());
    if (!block->has_value()) break;
    EXPECT_EQ((*block)->block.lost(), 0u);
    ASSERT_EQ(decoder.Start(**block, trace::kReplayColumns), absl::OkStatus());
    trace::Trap trap;
    while (decoder.Next(&trap)) {
      EXPECT_TRUE(returned) << "trap " << trap.number << " came after it";
      EXPECT_EQ(trap.number, ++traps);
      returned = trap.returned;
    }
  }
  EXPECT_FALSE(returned);
  EXPECT_GT(traps, 200u);
}

}  // namespace
}  // namespace trapline
