// SPDX-License-Identifier: Apache-2.0

// Every bit of every real trap's record, by shape, planted wrong: the replay
// names it, or cannot care.

#include <map>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/state.h"
#include "proto/trap.h"
#include "replayer/testing_faults.h"

namespace trapline::replay {
namespace {

using ::testing::Gt;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(PlantedFault, OfAnyWordOfTheStateIsNamed) {
  EXPECT_THAT(
      PlantEverywhere(StateFaults),
      UnorderedElementsAre(
          Pair("", Gt(200000)),
          Pair("it tells who ran the handler, not what the handler did", Gt(0)),
          Pair("the word could not be read", Gt(0)),
          Pair("a host timer changes it meanwhile", Gt(0)),
          Pair("the CPU may leave anything above a selector it pushes",
               Gt(0))));
}

TEST(PlantedFault, OfADeliveredTrapsGateIsNamedByItsEffect) {
  EXPECT_THAT(PlantEverywhere(GateFaults),
              UnorderedElementsAre(
                  Pair("", Gt(1000)), Pair("the trap is not delivered", Gt(0)),
                  Pair("an absent gate has no other meaning", Gt(0)),
                  Pair("the selector is taken to be the guest kernel's", Gt(0)),
                  Pair("the host does not look at the DPL", Gt(0)),
                  Pair("the bit is reserved", Gt(0)),
                  Pair("neither type is that of an interrupt gate", Gt(0)),
                  Pair("interrupts were off already", Gt(0))));
}

TEST(PlantedFault, OfAnyCallIsNamed) {
  EXPECT_THAT(
      PlantEverywhere(CallFaults),
      UnorderedElementsAre(Pair("", Gt(10000)),
                           Pair("the function returns nothing", Gt(0))));
}

TEST(PlantedFault, OfAnyMemoryAccessIsNamed) {
  EXPECT_THAT(PlantEverywhere(AccessFaults),
              UnorderedElementsAre(Pair("", Gt(50000))));
}

// A page directory that is its own page table: two reads alike in a row, which
// no recording has.
TEST(PlantedFault, OfOneOfTwoAccessesAlikeIsNamedAsThatOfEither) {
  const auto& index = model::kStateIndex;
  const std::string entry("\x67\x10\0\0", 4);
  const auto* data = reinterpret_cast<const uint8_t*>(entry.data());
  trace::Trap trap;
  trap.before[index.trapnum] = 14;
  trap.before[index.last_pagefault] = 0x00401000;
  trap.before[index.gpgdir] = 0x1000;
  trap.before[index.pfn_limit] = 0x100;
  trap.after = trap.before;
  trap.accesses = {{data, 0x1004, 4, false},
                   {data, 0x1004, 4, false},
                   {data, 0x1004, 4, true}};
  trap.calls.emplace_back();
  trap.calls[0].kind = trace::DEMAND_PAGE;
  trap.calls[0].args[0] = 0x00401000;
  trap.calls[0].has_returned = true;
  trap.calls[0].returned = 1;
  trace::Header header;
  header.set_flavor("F2");
  const auto setting = MakeSetting(header, "");
  ASSERT_TRUE(setting.ok()) << setting.status();
  ASSERT_TRUE(Agrees(*setting, trap));

  int alike = 0;
  for (const Fault& fault : AccessFaults(*setting, trap)) {
    ExpectNamed(*setting, fault);
    if (fault.because == "the two are alike") ++alike;
  }
  EXPECT_EQ(alike, 1);
}

TEST(PlantedFault, OfBytesReadShowsWhereverTheyMatter) {
  EXPECT_THAT(
      PlantEverywhere(ReadFaults),
      UnorderedElementsAre(
          Pair("", Gt(8000)),
          Pair("an absent entry has no other meaning", Gt(0)),
          Pair("guest_pa looks at no permission", Gt(0)),
          Pair("demand_page looks at no permission in a directory", Gt(0)),
          Pair("a bad directory kills only where the shadow tables lack it, "
               "which nothing records",
               Gt(0)),
          Pair("the guest has to hear of the fault either way", Gt(0)),
          Pair("Accessed is set anyway", Gt(0)),
          Pair("a write sets Dirty anyway", Gt(0)),
          Pair("the guest dies anyway, and the recording does not show of what",
               Gt(0)),
          Pair("the ring is found to be the user's, and eip is not read",
               Gt(0)),
          Pair("an OUT of any width is lost", Gt(0)),
          Pair("neither instruction is emulated", Gt(0)),
          Pair("eax has these ones already", Gt(0))));
}

}  // namespace
}  // namespace trapline::replay
