// SPDX-License-Identifier: Apache-2.0

#include "replayer/prove/report.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/flavor.h"
#include "properties/clause.h"
#include "properties/prove.h"
#include "replayer/prove/findings.h"
#include "replayer/prove/prove_hosts.h"

namespace trapline::replay {
namespace {

using properties::Clause;
using properties::Deviation;
using properties::HostProof;
using properties::LoggingWorld;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A handler that breaks something, so that there is something to tell.
template <class Guest>
void GrowEbx(model::Cpu<LoggingWorld<Guest>>& cpu) {
  model::handle_trap(cpu);
  cpu.state.ebx = cpu.world.Select(cpu.state.trapnum == 40 && cpu.state.ecx < 2,
                                   cpu.state.ebx + 1, cpu.state.ebx);
}

template <class Step>
auto Is40(const Step& s) {
  return s.before.trapnum == 40;
}

const Clause kEaxStays = {
    "eax.stays", "eax stays.", "the source of eax",
    [](const auto& s) { return Is40(s); },
    [](const auto& s) { return s.after.eax == s.before.eax; }};
const Clause kEbxStays = {
    "ebx.stays", "ebx stays.", "the source of ebx",
    [](const auto& s) { return Is40(s); },
    [](const auto& s) { return s.after.ebx == s.before.ebx; }};
const Clause kNever = {
    "never.said", "Nothing.", "the source of nothing",
    [](const auto& s) { return Is40(s) && s.before.trapnum == 41; },
    [](const auto&) { return false; }};
const Clause kPae = {"pae.only",
                     "Of PAE.",
                     "the source of PAE",
                     [](const auto& s) { return Is40(s); },
                     [](const auto&) { return true; },
                     [](const model::Host& host) { return host.pae; }};

Deviation Known(std::string_view id, std::string_view flavors) {
  return {id, "ebx.stays", flavors, "It grows.",
          [](const auto& s) { return s.before.ecx == 0 || s.before.ecx == 1; }};
}

std::vector<HostProof> Proofs(const std::vector<Clause>& clauses,
                              const std::vector<Deviation>& deviations) {
  static auto* const kept =
      new std::vector<std::pair<std::vector<Clause>, std::vector<Deviation>>>;
  kept->reserve(100);
  kept->emplace_back(clauses, deviations);
  HostsOptions options;
  options.prove.symbolic = GrowEbx;
  options.prove.concrete = GrowEbx;
  options.jobs = 2;
  std::vector<model::Host> hosts;
  for (const char* flavor : {"F2", "F3"}) {
    for (const auto& host : properties::HostsOf(*model::FindFlavor(flavor))) {
      hosts.push_back(host);
    }
  }
  return ProveHosts(hosts, kept->back().first, kept->back().second, options);
}

ProofVerdict VerdictOf(const std::vector<HostProof>& proofs) {
  return VerdictOf(Fold(proofs));
}

TEST(ProofReport, TellsWhatIsProvedInATable) {
  const auto proofs = Proofs({kEaxStays, kPae}, {});
  EXPECT_EQ(VerdictOf(proofs), ProofVerdict::kProved);
  EXPECT_EQ(ExitStatus(VerdictOf(proofs)), 0);
  const std::string text = ProofText(proofs, 12.34);
  EXPECT_THAT(text, HasSubstr("           F2  F3\n"
                              "eax.stays  +   +\n"
                              "pae.only   .   .\n"));
  EXPECT_THAT(text, HasSubstr("\nPROVED: 2 clauses in 4 hosts of 2 flavors, "));
  EXPECT_THAT(text, HasSubstr(" s, all 12.3 s\n"));
}

TEST(ProofReport, TellsTheGuestThatRefutes) {
  const auto proofs = Proofs({kEaxStays, kEbxStays}, {});
  EXPECT_EQ(VerdictOf(proofs), ProofVerdict::kRefuted);
  EXPECT_EQ(ExitStatus(VerdictOf(proofs)), 1);
  const std::string text = ProofText(proofs, 1);
  EXPECT_THAT(text, HasSubstr("ebx.stays  REFUTED  REFUTED\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "ebx.stays is REFUTED in F2, old address check; F2, new address "
          "check; F3, old address check; F3, new address check\n"
          "  ebx stays.\n  the source of ebx\n"));
  EXPECT_THAT(text, HasSubstr("trapnum        0x00000028\n"));
  EXPECT_THAT(text, HasSubstr("takes trap 40 (host interrupt) at "));
  EXPECT_THAT(text, HasSubstr("path: interrupt of the host\n"));
  EXPECT_THAT(text, HasSubstr("\nREFUTED: 2 clauses"));
}

TEST(ProofReport, TellsWhatTheLedgerExcuses) {
  Deviation only_zero = Known("E1", "F2");
  only_zero.when = [](const auto& s) { return s.before.ecx == 0; };
  const auto proofs = Proofs({kEbxStays}, {only_zero, Known("E2", "F2 F3")});
  EXPECT_EQ(VerdictOf(proofs), ProofVerdict::kProved);
  EXPECT_THAT(ProofText(proofs, 1), HasSubstr("ebx.stays  E1,E2  E2\n"));
}

TEST(ProofReport, TellsWhichEntryOfTheLedgerNoLongerShows) {
  const auto proofs =
      Proofs({kEaxStays}, {{"E3", "eax.stays", "F3", "It does not.",
                            [](const auto& s) { return s.before.ecx == 0; }}});
  EXPECT_EQ(VerdictOf(proofs), ProofVerdict::kRefuted);
  const std::string text = ProofText(proofs, 1);
  EXPECT_THAT(text, HasSubstr("E3 no longer shows in F3, old address check: "));
  EXPECT_THAT(text, Not(HasSubstr("in F2")));
}

TEST(ProofReport, TellsWhatIsVacuous) {
  const auto proofs = Proofs({kEaxStays, kNever}, {});
  EXPECT_EQ(VerdictOf(proofs), ProofVerdict::kUnproved);
  EXPECT_EQ(ExitStatus(VerdictOf(proofs)), 4);
  const std::string text = ProofText(proofs, 1);
  EXPECT_THAT(text, HasSubstr("never.said  VACUOUS  VACUOUS\n"));
  EXPECT_THAT(text, HasSubstr("No guest meets its premise"));
  EXPECT_THAT(text, HasSubstr("\nUNPROVED: 2 clauses"));
}

TEST(ProofReport, TellsWhyNothingIsKnown) {
  auto proofs = Proofs({kEaxStays}, {Known("E1", "F2")});
  proofs[1].clauses[0].answer = properties::Answer::kUnknown;
  proofs[1].clauses[0].why = "Z3 was tired";
  const std::string text = ProofText(proofs, 1);
  EXPECT_THAT(text, HasSubstr("eax.stays  UNKNOWN  +\n"));
  EXPECT_THAT(text, HasSubstr("eax.stays is UNKNOWN in F2, new address check"));
  EXPECT_THAT(text, HasSubstr("Z3 was tired"));
}

// An entry may be seen by the question that was never answered.
TEST(ProofReport, MissesNoEntryOfAClauseThatIsUnknown) {
  auto proofs = Proofs({kEbxStays}, {Known("E1", "F2")});
  for (HostProof& proof : proofs) {
    proof.clauses[0].answer = properties::Answer::kUnknown;
    for (auto& deviation : proof.deviations) deviation.guest.reset();
  }
  EXPECT_THAT(Fold(proofs).lost, IsEmpty());
  EXPECT_EQ(VerdictOf(proofs), ProofVerdict::kUnproved);
}

TEST(ProofReport, RefutedOutweighsUnproved) {
  EXPECT_EQ(VerdictOf(Proofs({kEbxStays, kNever}, {})), ProofVerdict::kRefuted);
}

TEST(ProofReport, IsADocumentForPrograms) {
  const auto proofs = Proofs({kEaxStays, kEbxStays}, {Known("E1", "F3")});
  const auto json = nlohmann::json::parse(ProofJson(proofs, 2.5));
  EXPECT_EQ(json["verdict"], "REFUTED");
  EXPECT_EQ(json["exit_status"], 1);
  EXPECT_EQ(json["seconds"], 2.5);
  ASSERT_EQ(json["hosts"].size(), 4u);
  const auto& f2 = json["hosts"][0];
  EXPECT_EQ(f2["host"], "F2_old");
  EXPECT_EQ(f2["clauses"][0]["id"], "eax.stays");
  EXPECT_EQ(f2["clauses"][0]["answer"], "proved");
  EXPECT_EQ(f2["clauses"][1]["answer"], "refuted");
  EXPECT_THAT(f2["clauses"][1]["guest"], HasSubstr("trapnum"));
  EXPECT_EQ(f2["paths"], proofs[0].paths);
  EXPECT_THAT(f2["deviations"], IsEmpty());
  const auto& f3 = json["hosts"][3];
  EXPECT_EQ(f3["clauses"][1]["answer"], "deviates");
  EXPECT_EQ(f3["deviations"][0]["id"], "E1");
  EXPECT_EQ(f3["deviations"][0]["seen"], true);
}

TEST(ProofReport, ListsClausesWithTheirDeviations) {
  const Clause clauses[] = {kEaxStays, kEbxStays};
  const Deviation deviations[] = {Known("E1", "F2 F3")};
  EXPECT_EQ(ClauseList(clauses, deviations),
            "eax.stays\n  eax stays.\n  the source of eax\n"
            "ebx.stays\n  ebx stays.\n  the source of ebx\n"
            "  but E1 (F2 F3): It grows.\n"
            "2 clauses, 1 known deviation\n");
}

}  // namespace
}  // namespace trapline::replay
