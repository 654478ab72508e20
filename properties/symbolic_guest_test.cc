// SPDX-License-Identifier: Apache-2.0

#include "properties/symbolic_guest.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/flavor.h"
#include "properties/testing_truth.h"

namespace trapline::properties {
namespace {

class SymbolicGuestTest : public TruthTest {
 protected:
  Guest Found(const z3::expr& condition) {
    const auto found = path_.Find(condition);
    EXPECT_TRUE(found.ok() && found->has_value());
    return guest_.Instance(**found);
  }
};

TEST_F(SymbolicGuestTest, EveryWordIsASymbolOfItsOwn) {
  const auto words = guest_.state();
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    const auto& word = words.*model::kStateWords<SymbolicWord>[i];
    EXPECT_EQ(Truth(word == 0x12345678), "some") << model::kStateWordNames[i];
    if (i == 0) continue;
    EXPECT_EQ(Truth(word == words.eax), "some") << model::kStateWordNames[i];
  }
  EXPECT_EQ(Truth(guest_.gate().lo == guest_.gate().hi), "some");
  EXPECT_EQ(Truth(guest_.cs().base == guest_.ss().base), "some");
}

TEST_F(SymbolicGuestTest, AllThatItSaysItSaysAgain) {
  EXPECT_EQ(Truth(guest_.state().eip == guest_.state().eip), "always");
  const SymbolicGuest other(host_, &path_);
  EXPECT_EQ(Truth(guest_.InitialByte(eip_) == other.InitialByte(eip_)),
            "always");
  EXPECT_EQ(
      Truth(guest_.lguest_data_accessible() && !other.lguest_data_accessible()),
      "never");
  EXPECT_EQ(Truth(guest_.shadow_absent(1) && !other.shadow_absent(1)), "never");
  EXPECT_EQ(Truth(guest_.shadow_absent(1) && !guest_.shadow_absent(0)), "some");
  EXPECT_EQ(Truth(guest_.page_unavailable(1) && !guest_.page_unavailable(0)),
            "some");
}

TEST_F(SymbolicGuestTest, MemoryIsAFunctionOfItsAddress) {
  const auto other = guest_.state().esi;
  const auto same = guest_.InitialByte(eip_) == guest_.InitialByte(other);
  EXPECT_EQ(Truth(same), "some");
  EXPECT_EQ(Truth(eip_ != other || same), "always");
}

TEST_F(SymbolicGuestTest, OnlySomeHostsChooseWhereTheSwitcherIs) {
  EXPECT_EQ(guest_.switcher_addr().Known(), std::nullopt);
  const model::Host old = {*model::FindFlavor("F8")};
  EXPECT_EQ(SymbolicGuest(old, &path_).switcher_addr().Known(), 0xFFC00000);
}

TEST_F(SymbolicGuestTest, BytesAndWordsBecomeEachOther) {
  const SymbolicByte byte = guest_.InitialByte(eip_);
  EXPECT_EQ(Truth(guest_.Widen(byte) < 0x100), "always");
  EXPECT_EQ(Truth(guest_.Widen(byte) == 0x80), "some");
  EXPECT_EQ(Truth(guest_.Narrow(guest_.Widen(byte)) == byte), "always");
  EXPECT_EQ(Truth(guest_.Widen(guest_.Narrow(eip_)) == (eip_ & 0xFF)),
            "always");
}

TEST_F(SymbolicGuestTest, SelectsByWhatHolds) {
  const SymbolicWord esi = guest_.state().esi;
  const SymbolicBool any = eip_ == 0;
  const SymbolicWord word = guest_.Select(any, esi, 7);
  EXPECT_EQ(Truth(!any || word == esi), "always");
  EXPECT_EQ(Truth(any || word == 7), "always");
  EXPECT_EQ(guest_.Select(true, 1, esi).Known(), 1u);
  EXPECT_EQ(guest_.Select(false, esi, 2).Known(), 2u);
  const SymbolicByte byte = guest_.SelectByte(any, 1, 2);
  EXPECT_EQ(Truth(!any || byte == 1), "always");
  EXPECT_EQ(Truth(any || byte == 2), "always");
}

TEST_F(SymbolicGuestTest, FalseIsToldWithoutASolver) {
  EXPECT_TRUE(guest_.IsFalse(false));
  EXPECT_FALSE(guest_.IsFalse(true));
  EXPECT_FALSE(guest_.IsFalse(eip_ == 0));
}

TEST_F(SymbolicGuestTest, GoesBothWays) {
  std::vector<bool> ways;
  const auto paths = ExplorePaths(&symbols_, {}, [&](Path& path) {
    const SymbolicGuest guest(host_, &path);
    EXPECT_TRUE(guest.Decide(true));
    ways.push_back(guest.Decide(guest.state().eax == 5));
    return true;
  });
  EXPECT_TRUE(paths.ok()) << paths.status();
  EXPECT_EQ(ways, (std::vector<bool>{true, false}));
}

TEST_F(SymbolicGuestTest, InstanceIsTheGuestThatWasFound) {
  const Guest guest =
      Found((guest_.state().eax == 5 && guest_.gate().hi == 6 &&
             guest_.state().gpgdir == 0x3000 &&
             guest_.switcher_addr() == 0xFE000000 &&
             guest_.InitialByte(guest_.state().gpgdir + 2) == 0x80 &&
             !guest_.lguest_data_accessible() && guest_.shadow_absent(3) &&
             guest_.page_unavailable(2) && guest_.cs().base == 7 &&
             !guest_.ss().is_32_bit)
                .Lift(context_));
  EXPECT_EQ(guest.host.flavor.name, host_.flavor.name);
  EXPECT_EQ(guest.state.eax, 5u);
  EXPECT_EQ(guest.gate.hi, 6u);
  EXPECT_EQ(guest.host.switcher_addr, 0xFE000000);
  EXPECT_EQ(guest.memory.at(0x3002), 0x80);
  EXPECT_FALSE(guest.lguest_data_accessible);
  EXPECT_TRUE(guest.shadow_absent[3]);
  EXPECT_TRUE(guest.page_unavailable[2]);
  EXPECT_EQ(guest.cs.base, 7u);
  EXPECT_FALSE(guest.ss.is_32_bit);
}

TEST_F(SymbolicGuestTest, AssignmentTellsOfOneGuest) {
  Guest guest;
  guest.host = host_;
  guest.host.switcher_addr = 0xFD000000;
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    guest.state.*model::kStateWords<uint32_t>[i] = static_cast<uint32_t>(i + 1);
  }
  guest.gate = {100, 101};
  guest.memory = {{7, 8}, {0xFFFFFFFF, 9}};
  guest.lguest_data_accessible = false;
  guest.shadow_absent = {true, false, true};
  guest.page_unavailable = {false, true};
  guest.cs = {102, false};
  guest.ss = {103, true};
  for (const uint32_t pa : {7u, 8u, 0xFFFFFFFFu}) guest_.InitialByte(pa);
  const z3::model assignment = guest_.Assignment(guest);
  const Guest again = guest_.Instance(assignment);
  EXPECT_EQ(again.host.switcher_addr, guest.host.switcher_addr);
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    const auto word = model::kStateWords<uint32_t>[i];
    EXPECT_EQ(again.state.*word, guest.state.*word);
  }
  EXPECT_EQ(again.gate.lo, 100u);
  EXPECT_EQ(again.gate.hi, 101u);
  EXPECT_EQ(again.memory.at(7), 8);
  EXPECT_EQ(again.memory.at(8), 0);
  EXPECT_EQ(again.memory.at(0xFFFFFFFF), 9);
  EXPECT_FALSE(again.lguest_data_accessible);
  EXPECT_TRUE(again.shadow_absent[0]);
  EXPECT_FALSE(again.shadow_absent[1]);
  EXPECT_TRUE(again.shadow_absent[2]);
  EXPECT_FALSE(again.page_unavailable[0]);
  EXPECT_TRUE(again.page_unavailable[1]);
  EXPECT_EQ(again.cs.base, 102u);
  EXPECT_FALSE(again.cs.is_32_bit);
  EXPECT_EQ(again.ss.base, 103u);
  EXPECT_TRUE(again.ss.is_32_bit);
}

}  // namespace
}  // namespace trapline::properties
