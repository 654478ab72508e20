// SPDX-License-Identifier: Apache-2.0

#include "replayer/mutants/difference.h"

#include <gtest/gtest.h>

#include <optional>

#include "model/flavor.h"
#include "model/handle_trap.h"

namespace trapline::mutants {
namespace {

using World = properties::LoggingWorld<properties::SymbolicGuest>;
using Cpu = model::Cpu<World>;

std::optional<Difference> Find(HandleTrap<World> handle_trap,
                               bool pae = false) {
  Mutant mutant = {};
  mutant.symbolic = handle_trap;
  const model::Host host = {*model::FindFlavor("F7"), model::AddressOk::kNew,
                            pae, pae ? 0xFFE00000 : 0xFFC00000};
  properties::Symbols symbols;
  const auto difference = FindDifference(host, mutant, &symbols);
  EXPECT_TRUE(difference.ok()) << difference.status();
  return difference.ok() ? *difference : std::nullopt;
}

TEST(Difference, TheModelDoesWhatItDoes) {
  EXPECT_FALSE(Find(model::handle_trap).has_value());
}

TEST(Difference, OfOneWordOfOneGuestIsFound) {
  const auto difference = Find([](Cpu& cpu) {
    const auto odd = cpu.state.trapnum == 5 && cpu.state.edi == 0x12345678;
    model::handle_trap(cpu);
    cpu.state.ebx = cpu.world.Select(odd, 7, cpu.state.ebx);
  });
  ASSERT_TRUE(difference.has_value());
  EXPECT_EQ(difference->what, "ebx");
  EXPECT_EQ(difference->guest.state.trapnum, 5u);
  EXPECT_EQ(difference->guest.state.edi, 0x12345678u);
}

TEST(Difference, OfAReadThatIsOfNoUseIsFound) {
  const auto difference = Find([](Cpu& cpu) {
    model::handle_trap(cpu);
    cpu.world.ReadByte(0, true);
  });
  ASSERT_TRUE(difference.has_value());
  EXPECT_EQ(difference->what, "the number of accesses");
}

TEST(Difference, OfASecondKillIsFound) {
  const auto difference = Find([](Cpu& cpu) {
    const auto alive = cpu.state.dead == 0;
    model::handle_trap(cpu);
    cpu.world.KillGuest(alive && cpu.state.dead != 0,
                        model::KillReason::kUnhandledTrap, 0, 0, 0);
  });
  ASSERT_TRUE(difference.has_value());
  EXPECT_EQ(difference->what, "the kill");
}

TEST(Difference, OfWhetherTheHostReturnsIsFound) {
  const auto difference = Find(
      [](Cpu& cpu) {
        model::handle_trap(cpu);
        cpu.bug = false;
      },
      true);
  ASSERT_TRUE(difference.has_value());
  EXPECT_EQ(difference->what, "returned");
}

}  // namespace
}  // namespace trapline::mutants
