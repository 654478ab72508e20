// SPDX-License-Identifier: Apache-2.0

// Predictions are not vacuous: each trait by itself, turned over in the flavor
// of every recording, is told apart at the predicted traps or by none.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/arch.h"
#include "model/flavor.h"
#include "proto/words.h"
#include "replayer/explain.h"
#include "replayer/replay_trap.h"
#include "traces/historic/flavor_prediction.h"
#include "traces/historic/flavor_prediction_traces.h"

namespace trapline::traces {
namespace {

using model::AbsentEntry;
using model::BadEntry;
using model::Flavor;
using model::InForm;
using ::testing::IsEmpty;

struct Trait {
  const char* name;
  void (*turn_over)(Flavor* flavor);
  bool reached;  // by a recording
};

AbsentEntry Other(AbsentEntry form) {
  return form == AbsentEntry::kHostBug ? AbsentEntry::kMinusOne
                                       : AbsentEntry::kHostBug;
}

const Trait kTraits[] = {
    {"in_form",
     [](Flavor* flavor) {
       flavor->in_form = flavor->in_form == InForm::kShift
                             ? InForm::kSmallOperand
                             : InForm::kShift;
     },
     true},
    {"skips_cli",
     [](Flavor* flavor) { flavor->skips_cli = !flavor->skips_cli; }, false},
    {"rewrites_vmcall",
     [](Flavor* flavor) { flavor->rewrites_vmcall = !flavor->rewrites_vmcall; },
     true},
    {"absent_pde",
     [](Flavor* flavor) { flavor->absent_pde = Other(flavor->absent_pde); },
     true},
    {"absent_pmd",
     [](Flavor* flavor) { flavor->absent_pmd = Other(flavor->absent_pmd); },
     false},
    {"allows_pwt",
     [](Flavor* flavor) { flavor->allows_pwt = !flavor->allows_pwt; }, false},
    {"has_linear_pages",
     [](Flavor* flavor) {
       flavor->has_linear_pages = !flavor->has_linear_pages;
     },
     true},
    {"spares_switcher",
     [](Flavor* flavor) { flavor->spares_switcher = !flavor->spares_switcher; },
     true},
    {"bad_entry",
     [](Flavor* flavor) {
       flavor->bad_entry = flavor->bad_entry == BadEntry::kKillAndGoOn
                               ? BadEntry::kKillAndReturn
                               : BadEntry::kKillAndGoOn;
     },
     false},
    {"clears_eflags",
     [](Flavor* flavor) { flavor->clears_eflags = !flavor->clears_eflags; },
     true},
};

replay::Setting OwnSetting(const trace::Header& header) {
  auto setting = replay::MakeSetting(header, "");
  EXPECT_TRUE(setting.ok()) << setting.status();
  return setting.ok() ? *setting : replay::Setting();
}

std::vector<std::string> FieldsUnder(const Flavor& flavor,
                                     const replay::Setting& own,
                                     const trace::Trap& trap) {
  replay::Setting other = own;
  other.host.flavor = flavor;
  if (replay::Agrees(other, trap)) return {};
  return Fields(replay::Explain(other, trap));
}

// Puts right what a broken kernel left in the state; false where it broke more
// than that.
bool Mend(const replay::Divergence& divergence, trace::Trap* trap) {
  for (const replay::Difference& difference : divergence.differences) {
    absl::string_view name = difference.field;
    if (!absl::ConsumePrefix(&name, "post.")) return false;
    const auto index = trace::WordIndex(name);
    uint32_t word = 0;
    if (!index || !absl::SimpleHexAtoi(difference.model, &word)) return false;
    trap->after[*index] = word;
  }
  return true;
}

class TraitByItself : public ::testing::TestWithParam<Trait> {};

TEST_P(TraitByItself, IsToldApartExactlyAsPredicted) {
  int predicted = 0;
  std::vector<std::string> surprises;
  for (const std::string& path : TracePaths()) {
    const auto broken = Diverging(path, "");
    int here = 0;
    ForEachTrap(
        path, [&](const trace::Header& header, const trace::Trap& recorded) {
          trace::Trap mended;
          const trace::Trap* trap = &recorded;
          const auto fault = broken.find(recorded.number);
          if (fault != broken.end()) {
            mended = recorded;
            trap = &mended;
            if (!Mend(fault->second, &mended)) return;
          }
          const replay::Setting own = OwnSetting(header);
          Flavor flavor = own.host.flavor;
          GetParam().turn_over(&flavor);
          const Prediction prediction = Predict(own, flavor, *trap);
          const auto fields = FieldsUnder(flavor, own, *trap);
          if (!prediction.fields.empty()) ++here;
          if (Foretells(prediction, fields)) return;
          surprises.push_back(path + " " + Surprise(*trap, prediction, fields));
        });
    if (here != 0) RecordProperty(TestName(path), here);
    predicted += here;
  }
  EXPECT_THAT(surprises, IsEmpty());
  EXPECT_EQ(predicted != 0, GetParam().reached) << predicted << " predicted";
}

INSTANTIATE_TEST_SUITE_P(FlavorTable, TraitByItself,
                         ::testing::ValuesIn(kTraits), [](const auto& info) {
                           return std::string(info.param.name);
                         });

// The kernel was broken to keep NT. That it dropped TF shows what it clears.
TEST(KeptNt, IsTheOnlyFaultUnderTheFlavorThatClears) {
  const std::string path = "traces/historic/3.12.9-flags-nt-kept.trace";
  const auto wrong_bits = [&path](const std::string& flavor) {
    uint32_t wrong = 0;
    for (const auto& [number, divergence] : Diverging(path, flavor)) {
      for (const replay::Difference& difference : divergence.differences) {
        if (difference.field != "post.eflags") continue;
        uint32_t recorded = 0;
        uint32_t model = 0;
        EXPECT_TRUE(absl::SimpleHexAtoi(difference.recorded, &recorded));
        EXPECT_TRUE(absl::SimpleHexAtoi(difference.model, &model));
        wrong |= recorded ^ model;
      }
    }
    return wrong;
  };
  EXPECT_EQ(wrong_bits("F10"), model::kEflagsNt);
  EXPECT_EQ(wrong_bits("F9"), model::kEflagsTf);
  EXPECT_EQ(wrong_bits("F8"), model::kEflagsTf);
}

}  // namespace
}  // namespace trapline::traces
