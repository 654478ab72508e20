// SPDX-License-Identifier: Apache-2.0

// Traits that no recording reaches, on traps made up from recorded ones: each
// is what the kernel would have left, and another flavor parts where predicted.

#include <cstring>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/arch.h"
#include "model/flavor.h"
#include "model/state.h"
#include "proto/trace.pb.h"
#include "proto/trap.h"
#include "replayer/explain.h"
#include "replayer/replay_trap.h"
#include "traces/historic/flavor_prediction.h"
#include "traces/historic/flavor_prediction_traces.h"

namespace trapline::traces {
namespace {

using model::AbsentEntry;
using model::BadEntry;
using model::Flavor;
using model::kStateIndex;
using ::testing::ElementsAre;

constexpr uint32_t kUsable = model::kPagePresent | model::kPageUser;

// A trap that owns its bytes, and the flavor that has left it.
struct MadeUp {
  replay::Setting own;
  trace::Trap trap;
  std::deque<std::string> bytes;

  uint32_t Word(size_t access) const {
    uint32_t word = 0;
    std::memcpy(&word, bytes[access].data(), sizeof(word));
    return word;
  }
  void SetBits(size_t access, uint32_t bits) {
    const uint32_t word = Word(access) | bits;
    std::memcpy(bytes[access].data(), &word, sizeof(word));
  }
  void Die(absl::string_view message) {
    trap.after[kStateIndex.dead] = 1;
    if (!own.kill_messages) return;
    trace::Call kill;
    kill.kind = trace::KILL_GUEST;
    kill.message = message;
    trap.calls.insert(trap.calls.begin(), kill);
  }
};

// A recorded trap that `fits`, as `flavor` would have left it too.
MadeUp Take(const std::string& path, const std::string& flavor,
            const std::function<bool(const MadeUp&)>& fits) {
  std::optional<MadeUp> found;
  ForEachTrap(path, [&](const trace::Header& header, const trace::Trap& trap) {
    if (found) return;
    const auto setting = replay::MakeSetting(header, flavor);
    ASSERT_TRUE(setting.ok()) << setting.status();
    MadeUp taken = {*setting, trap, {}};
    for (trace::Access& access : taken.trap.accesses) {
      const char* data = reinterpret_cast<const char*>(access.data);
      taken.bytes.emplace_back(data, access.length);
    }
    for (trace::Call& call : taken.trap.calls) {
      if (!call.message.empty()) return;
    }
    if (!fits(taken) || !replay::Agrees(taken.own, taken.trap)) return;
    found = std::move(taken);
    for (size_t i = 0; i < found->bytes.size(); ++i) {
      found->trap.accesses[i].data =
          reinterpret_cast<const uint8_t*>(found->bytes[i].data());
    }
  });
  EXPECT_TRUE(found) << path << " holds none";
  return found ? *std::move(found) : MadeUp();
}

bool IsOut(const MadeUp& made) {
  return made.bytes.size() == 3 && made.bytes[2] == "\xEE";
}

// A page fault of a page that is there.
bool Maps(const MadeUp& made) {
  return made.trap.before[kStateIndex.trapnum] == model::kPageFault &&
         made.bytes.size() == 3;
}

// A page fault whose entry is absent, at `level`, that the guest hears of.
std::function<bool(const MadeUp&)> Misses(size_t level) {
  return [level](const MadeUp& made) {
    const auto& before = made.trap.before;
    if (before[kStateIndex.trapnum] != model::kPageFault) return false;
    if (before[kStateIndex.linear_pages] != 0) return false;
    if (before[kStateIndex.last_pagefault] >= 0xFFC00000) return false;
    if (made.bytes.size() < level + 4) return false;
    return (made.Word(level) & model::kPagePresent) == 0 &&
           (level == 0 || (made.Word(0) & model::kPagePresent) != 0);
  };
}

// What is predicted for the flavor with that change, once the trap is found to
// be its own flavor's and the replay to give what is predicted.
std::vector<std::string> Predicted(const MadeUp& made,
                                   const std::function<void(Flavor*)>& change) {
  EXPECT_TRUE(replay::Agrees(made.own, made.trap)) << "not left by its flavor";
  replay::Setting other = made.own;
  change(&other.host.flavor);
  const Prediction prediction = Predict(made.own, other.host.flavor, made.trap);
  const std::vector<std::string> fields =
      Fields(replay::Explain(other, made.trap));
  EXPECT_TRUE(Foretells(prediction, fields))
      << Surprise(made.trap, prediction, fields);
  return prediction.fields;
}

void TurnCli(Flavor* flavor) { flavor->skips_cli = !flavor->skips_cli; }
void TurnPwt(Flavor* flavor) { flavor->allows_pwt = !flavor->allows_pwt; }
void GoOn(Flavor* flavor) { flavor->bad_entry = BadEntry::kKillAndGoOn; }
void Return(Flavor* flavor) { flavor->bad_entry = BadEntry::kKillAndReturn; }

TEST(SkippedCli, IsDeliveredByFlavorsThatKnowNone) {
  MadeUp made = Take("traces/good/v3.12-boot.trace", "F10", IsOut);
  made.bytes[2] = "\xFA";
  EXPECT_THAT(Predicted(made, TurnCli), ElementsAre("mem[3]"));
}

TEST(SkippedCli, IsTakenForAHypercallPerhaps) {
  MadeUp made = Take("traces/good/v2.6.32-boot.trace", "F7", IsOut);
  made.bytes[2] = "\xFA";
  EXPECT_THAT(Predicted(made, TurnCli), ElementsAre("mem[3]"));
}

TEST(ReflectedCli, IsAbsorbedByFlavorsThatSkipIt) {
  MadeUp made =
      Take("traces/good/v3.12-kill4.trace", "F10", [](const MadeUp& made) {
        return made.trap.before[kStateIndex.trapnum] ==
                   model::kGeneralProtection &&
               made.bytes.size() > 4 && made.bytes[2].size() == 1;
      });
  made.own.host.flavor.skips_cli = false;
  made.bytes[2] = "\xFA";
  EXPECT_THAT(Predicted(made, TurnCli), ElementsAre("mem[3]"));
}

TEST(Pwt, KillsUnderFlavorsThatRefuseIt) {
  MadeUp made = Take("traces/good/v2.6.32-boot.trace", "F6", Maps);
  made.SetBits(1, model::kPagePwt);
  made.SetBits(2, model::kPagePwt);
  EXPECT_THAT(Predicted(made, TurnPwt),
              ElementsAre("calls[0].missing", "post.dead"));
}

TEST(Pwt, IsNotMappedByFlavorsThatReturn) {
  MadeUp made = Take("traces/good/v3.12-boot.trace", "F10", Maps);
  made.SetBits(1, model::kPagePwt);
  made.SetBits(2, model::kPagePwt);
  EXPECT_THAT(Predicted(made, TurnPwt), ElementsAre("mem[2]"));
}

TEST(RefusedPwt, KillsNotUnderFlavorsThatAllowIt) {
  MadeUp made = Take("traces/good/v2.6.24-boot.trace", "F2", Maps);
  made.SetBits(1, model::kPagePwt);
  made.SetBits(2, model::kPagePwt);
  made.Die("bad page table entry");
  EXPECT_THAT(Predicted(made, TurnPwt),
              ElementsAre("calls[0].extra", "post.dead"));
}

TEST(BadPageTableEntry, IsMappedByFlavorsThatGoOnOnly) {
  MadeUp made = Take("traces/good/v2.6.32-boot.trace", "F6", Maps);
  made.SetBits(1, model::kPagePse);
  made.SetBits(2, model::kPagePse);
  made.Die("bad page table entry");
  EXPECT_THAT(Predicted(made, Return), ElementsAre("mem[2]"));

  made = Take("traces/good/v3.12-boot.trace", "F10", Misses(1));
  made.SetBits(1, kUsable | model::kPageRw | model::kPagePse);
  made.Die("bad page table entry");
  EXPECT_THAT(Predicted(made, GoOn), ElementsAre("mem[2]"));
}

TEST(BadDirectory, IsFollowedByFlavorsThatGoOnOnly) {
  MadeUp made = Take("traces/good/v2.6.32-boot.trace", "F6", Maps);
  made.SetBits(0, model::kPagePse);
  EXPECT_THAT(Predicted(made, Return), ElementsAre("mem[1]"));

  made = Take("traces/good/v3.12-boot.trace", "F10", Misses(0));
  made.SetBits(0, kUsable | model::kPageRw | model::kPagePse);
  made.Die("bad page directory entry");
  EXPECT_THAT(Predicted(made, GoOn), ElementsAre("mem[1]"));
}

TEST(HostBug, IsPassedByFlavorsThatReturnMinusOne) {
  MadeUp made =
      Take("traces/good/v3.12-kill4.trace", "F10", [](const MadeUp& made) {
        return made.trap.before[kStateIndex.dead] !=
               made.trap.after[kStateIndex.dead];
      });
  made.own.host.flavor.absent_pde = AbsentEntry::kHostBug;
  made.trap.accesses.resize(4);  // up to the absent entry
  made.trap.calls.clear();
  made.trap.after = made.trap.before;
  made.trap.returned = false;
  EXPECT_THAT(Predicted(made,
                        [](Flavor* flavor) {
                          flavor->absent_pde = AbsentEntry::kMinusOne;
                        }),
              ElementsAre("mem[4]"));
}

// A fault that the guest hears of, whose stack has no middle directory.
TEST(HostBugOfPae, IsPassedByFlavorsThatReturnMinusOne) {
  MadeUp made = Take(
      "traces/good/recorded-3.12-pae.trace", "F10", [](const MadeUp& made) {
        return made.trap.before[kStateIndex.trapnum] == model::kPageFault &&
               made.bytes.size() > 6 && made.bytes[2].size() == 8 &&
               (made.Word(2) & model::kPagePresent) == 0;
      });
  made.own.kill_messages = false;
  made.own.host.flavor.absent_pmd = AbsentEntry::kHostBug;
  made.bytes[4].assign(8, '\0');
  made.trap.accesses.resize(5);
  made.trap.calls.resize(1);  // of demand_page
  made.trap.after = made.trap.before;
  made.trap.returned = false;
  EXPECT_THAT(Predicted(made,
                        [](Flavor* flavor) {
                          flavor->absent_pmd = AbsentEntry::kMinusOne;
                        }),
              ElementsAre("mem[5]"));
}

}  // namespace
}  // namespace trapline::traces
