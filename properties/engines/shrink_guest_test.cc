// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/shrink_guest.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "properties/engines/plain_guest.h"
#include "properties/engines/random.h"
#include "properties/engines/show_guest.h"
#include "properties/engines/testing_hosts.h"

namespace trapline::properties {
namespace {

Guest SomeGuest(uint64_t seed) {
  return AnyGuest(AllHosts().front())(rc::Random(seed)).value();
}

TEST(ShrinkGuest, EndsAtNothing) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Guest guest =
        ShrinkGuest(SomeGuest(seed), [](const Guest&) { return true; });
    EXPECT_EQ(ShowGuest(guest), "  a guest of F2_old\n");
  }
}

TEST(ShrinkGuest, KeepsWhatMatters) {
  Guest guest = PlainGuest(AllHosts().front());
  guest.ss = {0x1000, false};
  guest.lguest_data_accessible = false;
  guest.shadow_absent = {true, false, true};
  guest.page_unavailable = {true, true};
  const auto matters = [](const Guest& guest) {
    return guest.state.eax >= 0x1000 && (guest.gate.hi & 0x8000) != 0 &&
           guest.memory.at(0x2000) != 0 && !guest.ss.is_32_bit &&
           guest.shadow_absent.size() >= 2 && !guest.lguest_data_accessible;
  };
  EXPECT_EQ(ShowGuest(ShrinkGuest(guest, matters)),
            "  a guest of F2_old\n"
            "  eax            0x00001000\n"
            "  gate.hi        0x00008000\n"
            "  ss is of 16 bits\n"
            "  lguest_data is not accessible\n"
            "  shadow absent  no no\n"
            "  [0x00002000]   01\n");
}

}  // namespace
}  // namespace trapline::properties
