// SPDX-License-Identifier: Apache-2.0

// What Z3 proves of emulate_insn for every state and all bytes, and what each
// proof finds when the model is mutated.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "model/flavor.h"
#include "properties/emulate_insn_claims.h"
#include "properties/insn_forms.h"
#include "properties/outcome.h"
#include "properties/prove.h"
#include "properties/witness.h"

namespace trapline::properties {

void PrintTo(Verdict verdict, std::ostream* out) {
  *out << (verdict == Verdict::kProved    ? "proved"
           : verdict == Verdict::kRefuted ? "refuted"
                                          : "unproved");
}

namespace {

using ::testing::IsSubstring;

// Every host that a kernel of this flavor can be.
std::vector<model::Host> Hosts(const model::Flavor& flavor) {
  std::vector<model::Host> hosts;
  for (const auto ok : {model::AddressOk::kOld, model::AddressOk::kNew}) {
    for (const bool pae : {false, true}) {
      if (!pae || flavor.has_pae) hosts.push_back({flavor, ok, pae});
    }
  }
  return hosts;
}

std::vector<model::Host> Hosts(const char* flavor) {
  return Hosts(*model::FindFlavor(flavor));
}

std::string Describe(const Proof& proof) {
  return proof.why + (proof.witness ? ToString(*proof.witness) : "");
}

// All that F10 accepts: IN and OUT with 66 and without, and CLI without.
std::vector<Encoding> AcceptedByF10() {
  std::vector<Encoding> accepted = AllEncodings();
  accepted.erase(std::remove_if(accepted.begin(), accepted.end(),
                                [](const Encoding& encoding) {
                                  return encoding.form.mnemonic == "cli" &&
                                         encoding.prefixed;
                                }),
                 accepted.end());
  return accepted;
}

std::vector<Encoding> ByteIns() {
  std::vector<Encoding> ins = AllEncodings();
  ins.erase(std::remove_if(ins.begin(), ins.end(),
                           [](const Encoding& encoding) {
                             return encoding.form.mnemonic != "in" ||
                                    !encoding.form.byte_operand;
                           }),
            ins.end());
  return ins;
}

TEST(EmulateInsnProof, F10MovesEipByTheLengthOfWhatItAccepted) {
  const auto accepted = AcceptedByF10();
  ASSERT_EQ(accepted.size(), 17u);
  for (const model::Host& host : Hosts("F10")) {
    const Proof proof = Prove(host, EmulateInsn(),
                              MovesEipByTheLengthOfWhatItAccepted(accepted));
    EXPECT_EQ(proof.verdict, Verdict::kProved) << Describe(proof);
    EXPECT_GT(proof.paths, accepted.size());
  }
}

TEST(EmulateInsnProof, F10ByteInWritesOnlyAl) {
  const auto ins = ByteIns();
  ASSERT_EQ(ins.size(), 4u);
  for (const model::Host& host : Hosts("F10")) {
    const Proof proof = Prove(host, EmulateInsn(), ByteInWritesOnlyAl(ins));
    EXPECT_EQ(proof.verdict, Verdict::kProved) << Describe(proof);
  }
}

// A claim about those guests only that live on.
template <class Claim>
struct OfTheLiving {
  Claim claim;

  std::vector<std::string> case_names() const { return claim.case_names(); }

  template <class World>
  Finding<World> operator()(const Outcome<World>& outcome) const {
    Finding<World> finding = claim(outcome);
    finding.holds = finding.holds || outcome.after.dead != 0;
    return finding;
  }
};

template <class Claim>
OfTheLiving(Claim) -> OfTheLiving<Claim>;

// Prove has run the witness through the concrete model; what is looked at here
// is that it shows the deviation in question.
TEST(EmulateInsnProof, F2ByteInWritesMoreThanAl) {
  for (const model::Host& host : Hosts("F2")) {
    for (const Encoding& in : ByteIns()) {
      const Proof proof =
          Prove(host, EmulateInsn(), OfTheLiving{ByteInWritesOnlyAl({in})});
      ASSERT_EQ(proof.verdict, Verdict::kRefuted) << Describe(proof);
      const Witness& witness = *proof.witness;
      const uint32_t written = witness.before.eax ^ witness.after.eax;
      EXPECT_NE(written & 0xFFFFFF00, 0u) << ToString(witness);
      EXPECT_EQ(written & (in.prefixed ? 0x0000FFFF : 0xFFFF0000), 0u)
          << ToString(witness);
      EXPECT_EQ(witness.after.eip, witness.before.eip + in.length());
      EXPECT_EQ(witness.before.cs & 3, 1u);
    }
  }
}

TEST(EmulateInsnProof, F2WithTheWidthsOfF10WritesOnlyAl) {
  model::Flavor mutant = *model::FindFlavor("F2");
  mutant.in_form = model::InForm::kSmallOperand;
  for (const model::Host& host : Hosts(mutant)) {
    const Proof proof =
        Prove(host, EmulateInsn(), ByteInWritesOnlyAl(ByteIns()));
    EXPECT_EQ(proof.verdict, Verdict::kProved) << Describe(proof);
  }
}

TEST(EmulateInsnProof, F10WithTheWidthsOfF2IsRefuted) {
  model::Flavor mutant = *model::FindFlavor("F10");
  mutant.in_form = model::InForm::kShift;
  for (const model::Host& host : Hosts(mutant)) {
    const Proof proof =
        Prove(host, EmulateInsn(), ByteInWritesOnlyAl(ByteIns()));
    EXPECT_EQ(proof.verdict, Verdict::kRefuted) << Describe(proof);
  }
}

struct PrefixIsNotCounted {
  template <class World>
  bool operator()(model::Cpu<World>& cpu) const {
    const bool accepted = model::emulate_insn(cpu);
    if (accepted && cpu.world.insn_bytes().size() == 2) {
      cpu.state.eip = cpu.state.eip - 1;
    }
    return accepted;
  }
};

// One eip out of 2^32, which no random test would meet.
struct OneEipIsWrong {
  template <class World>
  bool operator()(model::Cpu<World>& cpu) const {
    const auto eip = cpu.state.eip;
    if (!model::emulate_insn(cpu)) return false;
    if (eip == 0xC1234567) cpu.state.eip = cpu.state.eip + 1;
    return true;
  }
};

struct AcceptsWhatever {
  template <class World>
  bool operator()(model::Cpu<World>& cpu) const {
    if (!model::emulate_insn(cpu)) cpu.state.eip = cpu.state.eip + 1;
    return true;
  }
};

template <class Mutant>
class WrongLength : public ::testing::Test {};

using WrongLengths =
    ::testing::Types<PrefixIsNotCounted, OneEipIsWrong, AcceptsWhatever>;
TYPED_TEST_SUITE(WrongLength, WrongLengths);

TYPED_TEST(WrongLength, IsRefuted) {
  for (const model::Host& host : Hosts("F10")) {
    const Proof proof =
        Prove(host, TypeParam(),
              MovesEipByTheLengthOfWhatItAccepted(AcceptedByF10()));
    EXPECT_EQ(proof.verdict, Verdict::kRefuted) << Describe(proof);
  }
}

struct AcceptsNothing {
  template <class World>
  bool operator()(model::Cpu<World>& cpu) const {
    const auto before = cpu.state;
    model::emulate_insn(cpu);
    cpu.state = before;
    return false;
  }
};

TEST(EmulateInsnProof, WhatAcceptsNothingIsUnproved) {
  const model::Host host = Hosts("F10").front();
  for (const Proof& proof :
       {Prove(host, AcceptsNothing(),
              MovesEipByTheLengthOfWhatItAccepted(AcceptedByF10())),
        Prove(host, AcceptsNothing(), ByteInWritesOnlyAl(ByteIns()))}) {
    EXPECT_EQ(proof.verdict, Verdict::kUnproved);
    EXPECT_PRED_FORMAT2(IsSubstring, "vacuous: 66 ec", proof.why);
  }
}

TEST(EmulateInsnProof, OneEncodingThatIsNeverAcceptedIsUnproved) {
  model::Flavor mutant = *model::FindFlavor("F10");
  mutant.skips_cli = false;
  const Proof proof =
      Prove(Hosts(mutant).front(), EmulateInsn(),
            MovesEipByTheLengthOfWhatItAccepted(AcceptedByF10()));
  EXPECT_EQ(proof.verdict, Verdict::kUnproved);
  EXPECT_EQ(proof.why, "vacuous: fa\n");
}

}  // namespace
}  // namespace trapline::properties
