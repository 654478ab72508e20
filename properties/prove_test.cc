// SPDX-License-Identifier: Apache-2.0

#include "properties/prove.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "model/flavor.h"
#include "model/handle_trap.h"

namespace trapline::properties {
namespace {

using ::testing::HasSubstr;

const model::Host kHost = {*model::FindFlavor("F10")};

// Handlers that break something, so that there is something to find.
template <class Guest>
using World = LoggingWorld<Guest>;

template <class Guest>
void DoNothing(model::Cpu<World<Guest>>&) {}

// ebx grows where ecx is 7 or 9, on different paths.
template <class Guest>
void GrowEbx(model::Cpu<World<Guest>>& cpu) {
  auto& state = cpu.state;
  if (cpu.world.Take(model::Branch::kHypercall, state.ecx == 7)) {
    state.ebx = state.ebx + 1;
  } else if (cpu.world.Take(model::Branch::kPageFault, state.ecx < 10)) {
    state.ebx = cpu.world.Select(state.ecx == 9, state.ebx + 1, state.ebx);
  }
}

ProveOptions With(Handler<SymbolicGuest> symbolic,
                  Handler<ConcreteGuest> concrete) {
  ProveOptions options;
  options.symbolic = symbolic;
  options.concrete = concrete;
  return options;
}

ProveOptions Nothing() {
  return With(DoNothing<SymbolicGuest>, DoNothing<ConcreteGuest>);
}

ProveOptions Growing() {
  return With(GrowEbx<SymbolicGuest>, GrowEbx<ConcreteGuest>);
}

const Predicate kAlways = [](const auto& s) {
  return s.before.eax == s.before.eax;
};
const Predicate kNever = [](const auto&) { return false; };
const Predicate kEbxStays = [](const auto& s) {
  return s.after.ebx == s.before.ebx;
};

Clause EbxStays(Predicate premise = kAlways, HostPredicate applies = nullptr) {
  return {"ebx.stays", "ebx stays.", "here", premise, kEbxStays, applies};
}

Deviation Where(std::string_view id, Predicate when) {
  return {id, "ebx.stays", "F10", "It grows.", when};
}

HostProof Prove1(const Clause& clause, const ProveOptions& options,
                 std::vector<Deviation> deviations = {}) {
  return Prove(kHost, {clause}, deviations, options);
}

TEST(Prove, ProvesWhatHolds) {
  const HostProof proof = Prove1(EbxStays(), Nothing());
  EXPECT_EQ(proof.clauses[0].answer, Answer::kProved) << proof.clauses[0].why;
  EXPECT_FALSE(proof.clauses[0].guest.has_value());
  EXPECT_EQ(proof.paths, 1u);
}

TEST(Prove, RefutesByAGuest) {
  const HostProof proof = Prove1(EbxStays(), Growing());
  ASSERT_EQ(proof.clauses[0].answer, Answer::kRefuted) << proof.clauses[0].why;
  const ConcreteGuest guest(*proof.clauses[0].guest);
  const auto step = TakeTrap(guest, GrowEbx<ConcreteGuest>);
  EXPECT_EQ(step.after.ebx, step.before.ebx + 1);
}

TEST(Prove, KeepsClausesApart) {
  const Clause ecx = {
      "ecx.stays", "ecx stays.", "here", kAlways,
      [](const auto& s) { return s.after.ecx == s.before.ecx; }};
  const HostProof proof = Prove(kHost, {ecx, EbxStays()}, {}, Growing());
  EXPECT_EQ(proof.clauses[0].answer, Answer::kProved);
  EXPECT_EQ(proof.clauses[1].answer, Answer::kRefuted);
  EXPECT_EQ(proof.paths, 3u);
}

TEST(Prove, APremiseThatNoGuestMeetsIsVacuous) {
  const HostProof proof =
      Prove1(EbxStays([](const auto& s) {
               return s.before.eax == 1 && s.before.eax == 2;
             }),
             Growing());
  EXPECT_EQ(proof.clauses[0].answer, Answer::kVacuous);
}

TEST(Prove, APremiseThatIsMetOnOnePathIsNotVacuous) {
  const HostProof proof = Prove1(
      EbxStays([](const auto& s) { return s.before.ecx == 8; }), Growing());
  EXPECT_EQ(proof.clauses[0].answer, Answer::kProved);
}

TEST(Prove, SaysNothingOfAHostThatAClauseIsNotAbout) {
  const Clause clause =
      EbxStays(kAlways, [](const model::Host& host) { return host.pae; });
  EXPECT_EQ(Prove1(clause, Growing()).clauses[0].answer,
            Answer::kNotApplicable);
}

TEST(Prove, DeviatesWhereTheLedgerCoversEveryGuest) {
  const HostProof proof =
      Prove1(EbxStays(), Growing(),
             {Where("D1", [](const auto& s) { return s.before.ecx == 7; }),
              Where("D2", [](const auto& s) { return s.before.ecx == 9; })});
  EXPECT_EQ(proof.clauses[0].answer, Answer::kDeviates);
  ASSERT_EQ(proof.deviations.size(), 2u);
  ASSERT_TRUE(proof.deviations[0].guest.has_value());
  ASSERT_TRUE(proof.deviations[1].guest.has_value());
  EXPECT_EQ(proof.deviations[0].guest->state.ecx, 7u);
  EXPECT_EQ(proof.deviations[1].guest->state.ecx, 9u);
}

TEST(Prove, RefutesByAGuestThatTheLedgerLeavesOut) {
  const HostProof proof =
      Prove1(EbxStays(), Growing(),
             {Where("D1", [](const auto& s) { return s.before.ecx == 7; })});
  ASSERT_EQ(proof.clauses[0].answer, Answer::kRefuted);
  EXPECT_EQ(proof.clauses[0].guest->state.ecx, 9u);
  EXPECT_TRUE(proof.deviations[0].guest.has_value());
}

TEST(Prove, ADeviationThatNoLongerShowsHasNoGuest) {
  const HostProof proof =
      Prove1(EbxStays(), Growing(),
             {Where("D1", kAlways),
              Where("D2", [](const auto& s) { return s.before.ecx == 8; })});
  EXPECT_TRUE(proof.deviations[0].guest.has_value());
  EXPECT_FALSE(proof.deviations[1].guest.has_value());
}

TEST(Prove, ADeviationOfAnotherFlavorExcusesNothing) {
  Deviation deviation = Where("D1", kAlways);
  deviation.flavors = "F1 F100";
  const HostProof proof = Prove1(EbxStays(), Growing(), {deviation});
  EXPECT_EQ(proof.clauses[0].answer, Answer::kRefuted);
  EXPECT_TRUE(proof.deviations.empty());
}

// As if the World of symbols were wrong of some guests.
TEST(Prove, BelievesNoGuestThatKeepsTheClauseWhenItIsRun) {
  const ProveOptions options =
      With(GrowEbx<SymbolicGuest>, DoNothing<ConcreteGuest>);
  const HostProof proof = Prove1(EbxStays(), options);
  EXPECT_EQ(proof.clauses[0].answer, Answer::kUnknown);
  EXPECT_THAT(proof.clauses[0].why,
              HasSubstr("keeps the clause when it is run"));
  const HostProof deviation =
      Prove1(EbxStays(), options, {Where("D1", kAlways)});
  EXPECT_EQ(deviation.clauses[0].answer, Answer::kUnknown);
  EXPECT_FALSE(deviation.deviations[0].guest.has_value());
}

// Not so only where ebx and ecx are the factors of a product of two primes,
// which take a solver hours to find.
const Predicate kHasNoSuchFactors = [](const auto& s) {
  using Word = std::decay_t<decltype(s.before.eax)>;
  const Word x = s.before.ebx & 0xFFFF;
  const Word y = s.before.ecx;
  Word product = 0;
  Word high = 0;
  for (uint32_t i = 0; i < 16; ++i) {
    const Word bit = Word{0} - ((x >> i) & 1);
    const Word before = product;
    product = product + ((y << i) & bit);
    const Word carry = s.guest.Select(product < before, 1, 0);
    high = high + (i == 0 ? Word{0} : ((y >> (32 - i)) & bit)) + carry;
  }
  return product != 0xBE5E3B73 || high != 0xBF1C || x < 2;
};

TEST(Prove, WhereZ3GivesUpNothingIsProved) {
  ProveOptions options = Nothing();
  options.limits.milliseconds = 20;
  const Clause clause = {"hard", "Hard.", "here", kAlways, kHasNoSuchFactors};
  const HostProof proof = Prove(kHost, {clause}, {}, options);
  EXPECT_EQ(proof.clauses[0].answer, Answer::kUnknown);
  EXPECT_THAT(proof.clauses[0].why, HasSubstr("Z3 gave up"));
  EXPECT_FALSE(proof.clauses[0].guest.has_value());
}

TEST(Prove, WhereThePathsAreTooManyNothingIsProved) {
  const Clause clause =
      EbxStays([](const auto& s) { return s.before.ecx == 8; });
  ProveOptions options = Growing();
  options.limits.paths = 3;
  EXPECT_EQ(Prove1(clause, options).clauses[0].answer, Answer::kProved);
  options.limits.paths = 2;
  const HostProof proof = Prove1(clause, options);
  EXPECT_EQ(proof.clauses[0].answer, Answer::kUnknown);
  EXPECT_THAT(proof.clauses[0].why, HasSubstr("more than 2 paths"));
}

TEST(Prove, AGuestFoundInOneHostIsNotTakenForOneOfAnother) {
  const auto host = [](const char* flavor) {
    return model::Host{*model::FindFlavor(flavor)};
  };
  const Predicate elsewhere = [](const auto& s) {
    return s.guest.switcher_addr() != 0xFFC00000;
  };
  const Clause clause = {"c", "", "", elsewhere, kNever};
  Prover prover;
  const auto chosen = prover.Prove(host("F9"), {clause}, {}, Nothing());
  EXPECT_EQ(chosen.clauses[0].answer, Answer::kRefuted);
  const auto fixed = prover.Prove(host("F8"), {clause}, {}, Nothing());
  EXPECT_EQ(fixed.clauses[0].answer, Answer::kVacuous);
}

TEST(Prove, EndsWithTheFirstRefutationWhereAskedTo) {
  ProveOptions options = Nothing();
  options.stop_at_first = true;
  const Clause clauses[] = {{"a", "", "", kAlways, kAlways},
                            {"b", "", "", kAlways, kNever},
                            {"c", "", "", kAlways, kNever}};
  const HostProof proof = Prove(kHost, clauses, {}, options);
  EXPECT_EQ(proof.clauses[0].answer, Answer::kUnknown);
  EXPECT_EQ(proof.clauses[1].answer, Answer::kRefuted);
}

TEST(Prove, CountsAndObservesItsQueries) {
  ProveOptions options = Growing();
  size_t observed = 0;
  options.on_query = [&](const Query&) { ++observed; };
  const HostProof proof = Prove1(EbxStays(), options);
  EXPECT_EQ(proof.queries, observed);
  EXPECT_GT(observed, proof.paths);
  EXPECT_GT(proof.slowest, 0);
}

TEST(Prove, HostsAreEveryWayAKernelOfTheFlavorCanBeBuilt) {
  EXPECT_EQ(HostsOf(*model::FindFlavor("F2")).size(), 2u);
  const auto hosts = HostsOf(*model::FindFlavor("F10"));
  ASSERT_EQ(hosts.size(), 4u);
  EXPECT_NE(hosts[0].address_ok, hosts[1].address_ok);
  EXPECT_FALSE(hosts[1].pae);
  EXPECT_TRUE(hosts[2].pae);
}

// The handler that is replayed is the one that is proved: each of these finds a
// guest with which the concrete handler does as the symbolic one did.
TEST(Prove, TheWholeHandlerIsRefutedByGuestsThatRun) {
  std::vector<Clause> clauses;
  static constexpr std::string_view kIds[] = {"stays.6", "stays.7", "stays.13",
                                              "stays.14", "lives"};
  const Predicate stays = [](const auto& s) {
    return s.after.eip == s.before.eip;
  };
  clauses.push_back({kIds[0], "", "",
                     [](const auto& s) { return s.before.trapnum == 6; },
                     stays});
  clauses.push_back({kIds[1], "", "",
                     [](const auto& s) { return s.before.trapnum == 7; },
                     stays});
  clauses.push_back({kIds[2], "", "",
                     [](const auto& s) { return s.before.trapnum == 13; },
                     stays});
  clauses.push_back({kIds[3], "", "",
                     [](const auto& s) { return s.before.trapnum == 14; },
                     stays});
  clauses.push_back({kIds[4], "", "", kAlways, [](const auto& s) {
                       return s.after.dead == s.before.dead;
                     }});
  for (const char* flavor : {"F2", "F7", "F10"}) {
    model::Host host = {*model::FindFlavor(flavor)};
    host.pae = host.flavor.has_pae;
    for (const ClauseProof& proof : Prove(host, clauses, {}).clauses) {
      EXPECT_EQ(proof.answer, Answer::kRefuted)
          << flavor << " " << proof.clause->id << ": " << proof.why;
    }
  }
}

}  // namespace
}  // namespace trapline::properties
