// SPDX-License-Identifier: Apache-2.0

#include "properties/symbolic_world.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "model/kill.h"
#include "properties/memory_world.h"
#include "properties/symbolic_value.h"

namespace trapline::properties {
namespace {

// Everything here is to be answered without deciding.
class NoDecider : public Decider {
 public:
  bool Decide(const z3::expr& condition) override {
    ADD_FAILURE() << condition;
    return false;
  }
};

class SymbolicWorldTest : public ::testing::Test {
 protected:
  // Whether `a` is true of all symbols, of some, or of none.
  std::string Truth(const SymbolicBool& a) {
    z3::solver solver(context_);
    solver.add(a.Lift(context_));
    const bool can_hold = solver.check() == z3::sat;
    solver.reset();
    solver.add((!a).Lift(context_));
    return !can_hold ? "never" : solver.check() == z3::sat ? "some" : "always";
  }

  z3::context context_;
  NoDecider decider_;
  SymbolicWorld world_{&context_, &decider_};
  model::State<SymbolicWord> state_ = world_.AnyState();
};

// All operations of a Word, on numbers or on symbols; truth values are 0 or 1.
constexpr size_t kOperations = 13;

std::array<uint32_t, kOperations> OfNumbers(uint32_t x, uint32_t y) {
  return {x + y,  x - y,          x & y,         x | y,  ~x,
          x << 5, x >> 5,         x == y,        x != y, x < y,
          x >= y, x < y && x < 9, x < y || x < 9};
}

template <class Truth>
std::array<SymbolicWord, kOperations> OfSymbols(const SymbolicWord& x,
                                                const SymbolicWord& y,
                                                const Truth& truth) {
  return {x + y,
          x - y,
          x & y,
          x | y,
          ~x,
          x << 5,
          x >> 5,
          truth(x == y),
          truth(x != y),
          truth(x < y),
          truth(x >= y),
          truth(x < y && x < 9),
          truth(x < y || x < 9)};
}

TEST_F(SymbolicWorldTest, WordsDoAsNumbersDo) {
  const auto truth = [&](const SymbolicBool& a) {
    return SymbolicWord(&decider_,
                        z3::ite(a.Lift(context_), context_.bv_val(1, 32),
                                context_.bv_val(0, 32)));
  };
  const auto symbols = OfSymbols(state_.eax, state_.ebx, truth);
  for (const uint32_t x : {0u, 1u, 7u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu}) {
    for (const uint32_t y : {0u, 1u, 8u, 0x7FFFFFFFu, 0x80000000u}) {
      const auto expected = OfNumbers(x, y);
      const auto numbers = OfSymbols(x, y, truth);
      z3::expr_vector from(context_);
      from.push_back(state_.eax.Lift(context_));
      from.push_back(state_.ebx.Lift(context_));
      z3::expr_vector to(context_);
      to.push_back(SymbolicWord(x).Lift(context_));
      to.push_back(SymbolicWord(y).Lift(context_));
      for (size_t i = 0; i < kOperations; ++i) {
        SCOPED_TRACE(testing::Message() << i << " of " << x << ", " << y);
        EXPECT_EQ(numbers[i].Known(), expected[i]);
        const SymbolicWord there(
            &decider_, symbols[i].Lift(context_).substitute(from, to));
        EXPECT_EQ(there.Known(), expected[i]);
      }
    }
  }
}

TEST_F(SymbolicWorldTest, TruthValuesMixWithBool) {
  const SymbolicBool any = state_.eax == 0;
  EXPECT_EQ(Truth(any), "some");
  EXPECT_EQ(Truth(true || any), "always");
  EXPECT_EQ(Truth(any || true), "always");
  EXPECT_EQ(Truth(false || any), "some");
  EXPECT_EQ(Truth(false && any), "never");
  EXPECT_EQ(Truth(any && false), "never");
  EXPECT_EQ(Truth(any && true), "some");
  EXPECT_EQ(Truth(any && !any), "never");
  EXPECT_EQ(Truth(any || !any), "always");
}

TEST_F(SymbolicWorldTest, BytesAreEightBits) {
  const SymbolicByte byte = world_.ReadByte(state_.eip, true);
  EXPECT_EQ(Truth(byte == 0xE4), "some");
  EXPECT_EQ(Truth((byte & 0xFE) == 0xE5), "never");
  EXPECT_EQ(Truth(world_.Widen(byte) < 0x100), "always");
  EXPECT_EQ(Truth(world_.Widen(byte) == 0x80), "some");
  EXPECT_EQ(SymbolicByte(0xFF).Known(), 0xFF);
}

TEST_F(SymbolicWorldTest, ReadsAgreeAndAreLittleEndian) {
  const SymbolicWord pa = state_.esi;
  const auto bytes = world_.ReadBytes3(pa, true);
  const SymbolicWord word = world_.ReadWord(pa, true);
  const auto pair = world_.ReadPair(pa - 4, true);
  EXPECT_EQ(Truth((word & 0xFF) == world_.Widen(bytes[0])), "always");
  EXPECT_EQ(Truth(((word >> 16) & 0xFF) == world_.Widen(bytes[2])), "always");
  EXPECT_EQ(Truth(pair.hi == word), "always");
  EXPECT_EQ(Truth(pair.lo == word), "some");
  // At another address something else may stand, at the same not.
  const SymbolicWord other = world_.ReadWord(state_.edi, true);
  EXPECT_EQ(Truth(other == word), "some");
  EXPECT_EQ(Truth(state_.esi != state_.edi || other == word), "always");
}

TEST_F(SymbolicWorldTest, RefusedReadsAreZero) {
  EXPECT_EQ(world_.ReadByte(state_.esi, false).Known(), 0);
  EXPECT_EQ(world_.ReadBytes3(state_.esi, false)[2].Known(), 0);
  EXPECT_EQ(world_.ReadWord(state_.esi, false).Known(), 0u);
  EXPECT_EQ(world_.ReadPair(state_.esi, false).hi.Known(), 0u);
  EXPECT_TRUE(world_.read_addresses().empty());
  EXPECT_EQ(world_.insn_bytes().size(), 4u);
}

TEST_F(SymbolicWorldTest, WritesAreReadBack) {
  const SymbolicWord pa = state_.esi;
  world_.WriteWord(pa, state_.eax, true);
  EXPECT_EQ(Truth(world_.ReadWord(pa, true) == state_.eax), "always");
  world_.WritePair(pa + 4, {state_.ebx, state_.ecx}, true);
  EXPECT_EQ(Truth(world_.ReadWord(pa, true) == state_.eax), "always");
  EXPECT_EQ(Truth(world_.ReadWord(pa + 8, true) == state_.ecx), "always");
  world_.WriteBytes3(pa + 1, {0xCD, 0x1F, 0x90}, true);
  EXPECT_EQ(
      Truth(world_.ReadWord(pa, true) == ((state_.eax & 0xFF) | 0x901FCD00)),
      "always");
  EXPECT_EQ(Truth(world_.InitialByte(pa + 1) == 0xCD), "some");
  EXPECT_EQ(Truth(world_.FinalByte(pa + 1) == 0xCD), "always");
}

TEST_F(SymbolicWorldTest, RefusedWritesChangeNothing) {
  const SymbolicWord pa = state_.esi;
  const SymbolicWord word = world_.ReadWord(pa, true);
  world_.WriteWord(pa, 1, false);
  world_.WritePair(pa, {1, 2}, false);
  world_.WriteBytes3(pa, {1, 2, 3}, false);
  EXPECT_EQ(Truth(world_.ReadWord(pa, true) == word), "always");
  EXPECT_TRUE(world_.written_addresses().empty());
}

TEST_F(SymbolicWorldTest, ChoicesAreFreeButLguestDataStaysAsItIs) {
  const SymbolicBool accessible = world_.LguestDataAccessible();
  EXPECT_EQ(Truth(accessible), "some");
  EXPECT_EQ(Truth(accessible && !world_.LguestDataAccessible()), "never");
  const SymbolicBool absent = world_.ShadowAbsent(0);
  EXPECT_EQ(Truth(absent && !world_.ShadowAbsent(0)), "some");
  const SymbolicBool unavailable = world_.PageUnavailable(0);
  EXPECT_EQ(Truth(unavailable && !world_.PageUnavailable(0)), "some");
  EXPECT_EQ(world_.choices().size(), 6u);
}

TEST_F(SymbolicWorldTest, EffectsAreLogged) {
  world_.KillGuest(model::KillReason::kBadAddress, state_.eip, 0, 0);
  world_.DemandPage(state_.last_pagefault, 2, true);
  world_.DeliverTrap(14, false);
  world_.PagetableClearAll();
  ASSERT_EQ(world_.kills().size(), 1u);
  EXPECT_EQ(world_.kills()[0].reason, model::KillReason::kBadAddress);
  EXPECT_EQ(Truth(world_.kills()[0].args[0] == state_.eip), "always");
  ASSERT_EQ(world_.demand_pages().size(), 1u);
  EXPECT_EQ(world_.demand_pages()[0].errcode.Known(), 2u);
  ASSERT_EQ(world_.deliveries().size(), 1u);
  EXPECT_FALSE(world_.deliveries()[0].result);
  EXPECT_EQ(world_.pagetable_clears(), 1);
}

}  // namespace
}  // namespace trapline::properties
