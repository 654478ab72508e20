// SPDX-License-Identifier: Apache-2.0

#include "properties/prove.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "model/flavor.h"
#include "model/handle_trap.h"
#include "properties/outcome.h"
#include "properties/witness.h"

namespace trapline::properties {
namespace {

using ::testing::IsSubstring;

const model::Host kHost = {*model::FindFlavor("F10")};

struct Nothing {
  template <class World>
  bool operator()(model::Cpu<World>&) const {
    return true;
  }
};

// A claim with one case, which is every outcome.
template <class Body>
struct Always {
  Body body;

  std::vector<std::string> case_names() const { return {"any"}; }

  template <class World>
  Finding<World> operator()(const Outcome<World>& outcome) const {
    return {body(outcome), {true}};
  }
};

template <class Body>
Always(Body) -> Always<Body>;

const Always kEbxStays{[](const auto& outcome) {
  return outcome.after.ebx == outcome.before.ebx;
}};

TEST(Prove, ProvesWhatHolds) {
  const Proof proof = Prove(kHost, Nothing(), kEbxStays);
  EXPECT_EQ(proof.verdict, Verdict::kProved) << proof.why;
  EXPECT_EQ(proof.paths, 1u);
  EXPECT_FALSE(proof.witness.has_value());
}

TEST(Prove, RefutesByAWitness) {
  const auto subject = [](auto& cpu) {
    if (cpu.state.ecx == 0x12345678) cpu.state.ebx = cpu.state.ebx + 1;
    return true;
  };
  const Proof proof = Prove(kHost, subject, kEbxStays);
  ASSERT_EQ(proof.verdict, Verdict::kRefuted) << proof.why;
  EXPECT_EQ(proof.witness->before.ecx, 0x12345678u);
  EXPECT_EQ(proof.witness->after.ebx, proof.witness->before.ebx + 1);
  EXPECT_PRED_FORMAT2(IsSubstring, "ecx 0x12345678\n",
                      ToString(*proof.witness));
}

// As if the symbolic world were wrong in one state.
TEST(Prove, BelievesNoWitnessThatDoesNotReplay) {
  const auto subject = [](auto& cpu) {
    using World = std::remove_reference_t<decltype(cpu.world)>;
    if constexpr (std::is_same_v<World, SymbolicWorld>) {
      if (cpu.state.ecx == 7) cpu.state.ebx = cpu.state.ebx + 1;
    }
    return true;
  };
  const Proof proof = Prove(kHost, subject, kEbxStays);
  EXPECT_EQ(proof.verdict, Verdict::kUnproved);
  EXPECT_PRED_FORMAT2(IsSubstring, "the worlds disagree: ebx", proof.why);
}

TEST(Prove, ClaimWithoutCasesIsVacuous) {
  struct Empty {
    std::vector<std::string> case_names() const { return {}; }
    Finding<SymbolicWorld> operator()(const Outcome<SymbolicWorld>&) const {
      return {true, {}};
    }
    Finding<MemoryWorld> operator()(const Outcome<MemoryWorld>&) const {
      return {true, {}};
    }
  };
  const Proof proof = Prove(kHost, Nothing(), Empty());
  EXPECT_EQ(proof.verdict, Verdict::kUnproved);
  EXPECT_PRED_FORMAT2(IsSubstring, "vacuous", proof.why);
}

// False only of 65519 * 65521, both prime, which takes a solver long to find.
const Always kHasNoSuchFactors{[](const auto& outcome) {
  using Word = std::decay_t<decltype(outcome.before.eax)>;
  const Word x = outcome.before.eax & 0xFFFF;
  const Word y = outcome.before.ebx & 0xFFFF;
  Word product = 0;
  for (uint32_t i = 0; i < 16; ++i) {
    product = product + ((x << i) & (Word{0} - ((y >> i) & 1)));
  }
  return product != 65519u * 65521u;
}};

TEST(Prove, WhereZ3GivesUpNothingIsProved) {
  const Limits limits = {10, 10, 100'000};
  const Proof proof = Prove(kHost, Nothing(), kHasNoSuchFactors, limits);
  EXPECT_EQ(proof.verdict, Verdict::kUnproved);
  EXPECT_PRED_FORMAT2(IsSubstring, "Z3 gave up", proof.why);
  EXPECT_FALSE(proof.witness.has_value());
}

TEST(Prove, WhereThePathsAreTooManyNothingIsProved) {
  const auto subject = [](auto& cpu) { return bool{cpu.state.ecx == 0}; };
  EXPECT_EQ(Prove(kHost, subject, kEbxStays, {2}).verdict, Verdict::kProved);
  const Proof proof = Prove(kHost, subject, kEbxStays, {1});
  EXPECT_EQ(proof.verdict, Verdict::kUnproved);
  EXPECT_PRED_FORMAT2(IsSubstring, "more than 1 paths", proof.why);
}

// The handler that is replayed is the one that is proved: each of these finds a
// guest, and the concrete handler does with it as the symbolic one did.
TEST(Prove, TheWholeHandlerRunsInBothWorlds) {
  const Always eip_stays{[](const auto& outcome) {
    return outcome.after.eip == outcome.before.eip;
  }};
  const Always guest_lives{[](const auto& outcome) {
    return outcome.after.dead == outcome.before.dead;
  }};
  for (const char* flavor : {"F2", "F7", "F10"}) {
    model::Host host = {*model::FindFlavor(flavor)};
    host.pae = host.flavor.has_pae;
    for (const uint32_t trapnum : {6u, 7u, 13u, 14u}) {
      const auto handler = [trapnum](auto& cpu) {
        cpu.state.trapnum = trapnum;
        model::handle_trap(cpu);
        return true;
      };
      const Proof moved = Prove(host, handler, eip_stays);
      EXPECT_EQ(moved.verdict, Verdict::kRefuted) << moved.why;
      const Proof killed = Prove(host, handler, guest_lives);
      EXPECT_EQ(killed.verdict, Verdict::kRefuted) << killed.why;
    }
  }
}

TEST(Prove, AWholeHandlerThatKeepsEipIsProvedTo) {
  const auto handler = [](auto& cpu) {
    cpu.state.trapnum = model::kLguestTrapEntry;
    model::handle_trap(cpu);
    return true;
  };
  const Proof proof = Prove(kHost, handler, Always{[](const auto& outcome) {
                              return outcome.after.eip == outcome.before.eip &&
                                     outcome.after.hcall_pending == 1;
                            }});
  EXPECT_EQ(proof.verdict, Verdict::kProved) << proof.why;
}

}  // namespace
}  // namespace trapline::properties
