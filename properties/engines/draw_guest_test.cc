// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/draw_guest.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "model/cpu.h"
#include "properties/architecture.h"
#include "properties/engines/guest_tables.h"
#include "properties/engines/plain_guest.h"
#include "properties/engines/testing_hosts.h"

namespace trapline::properties {
namespace {

class DrawnGuest : public EachHost {};
TRAPLINE_EACH_HOST(DrawnGuest);

TEST_P(DrawnGuest, IsAnInOfTheKernelWhereAllChoicesAreThePlainest) {
  const auto next = [] { return uint8_t{0}; };
  Choices choices(next);
  const Guest guest = DrawGuest(GetParam(), choices);
  const ConcreteGuest concrete(guest);
  const auto step = TakeTrap(concrete);
  EXPECT_EQ(step.before.trapnum, 13u);
  EXPECT_EQ(step.before.eax, 0u);
  EXPECT_EQ(step.after.eip, step.before.eip + 2);
  EXPECT_EQ(step.after.dead, 0u);
}

TEST_P(DrawnGuest, HasTheTablesThatAnArchitectureWalks) {
  const Guest guest = PlainGuest(GetParam());
  const ConcreteGuest concrete(guest);
  const auto step = TakeTrap(concrete);
  for (uint32_t page = 0; page < 4; ++page) {
    const uint32_t va = kText + (page << 12) + 0x123;
    const auto walk = WalkTo(step, va);
    EXPECT_TRUE(walk.tables && walk.present && walk.writable && walk.user);
    EXPECT_EQ(walk.pa, kTextPa + (page << 12) + 0x123);
    EXPECT_EQ(walk.gpte_pa, EntryAddress(guest, va, Level::kPage));
    EXPECT_EQ(walk.directory_pa, EntryAddress(guest, va, Level::kDirectory));
  }
}

TEST_P(DrawnGuest, MapLeavesTheEntriesThatAreThere) {
  Guest guest = PlainGuest(GetParam());
  const auto none = [](Level) -> model::PageEntry<uint32_t> {
    ADD_FAILURE();
    return {0, 0};
  };
  EXPECT_EQ(Map(&guest, guest.state.gpgdir, kStack + 4, none),
            kTextPa + 0x1004);
}

}  // namespace
}  // namespace trapline::properties
