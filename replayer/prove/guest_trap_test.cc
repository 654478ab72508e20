// SPDX-License-Identifier: Apache-2.0

#include "replayer/prove/guest_trap.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/kill.h"
#include "properties/engines/show_guest.h"
#include "properties/prove.h"
#include "replayer/explain.h"
#include "replayer/replay_trap.h"

namespace trapline::replay {
namespace {

using model::KillReason;
using properties::Guest;
using properties::Path;
using properties::Step;
using properties::SymbolicGuest;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;

model::Host HostOf(const char* flavor, bool pae) {
  for (const model::Host& host :
       properties::HostsOf(*model::FindFlavor(flavor))) {
    if (host.pae == pae) return host;
  }
  ADD_FAILURE() << flavor;
  return {};
}

Setting SettingOf(const model::Host& host) {
  const auto setting = MakeSetting(HeaderOf(host), "");
  EXPECT_TRUE(setting.ok()) << setting.status();
  return *setting;
}

std::string Told(const std::vector<Difference>& differences) {
  std::string text;
  for (const Difference& d : differences) {
    absl::StrAppend(&text, d.field, ": ", d.recorded, " for ", d.model, "\n");
  }
  return text;
}

constexpr size_t kOfEach = 12;

// Guests on as many paths, by what they are killed for.
const std::map<KillReason, std::vector<Guest>>& KilledGuests(
    const model::Host& host) {
  static auto* const known =
      new std::map<std::string, std::map<KillReason, std::vector<Guest>>>;
  const auto [found, is_new] = known->try_emplace(properties::HostName(host));
  auto& guests = found->second;
  if (!is_new) return guests;
  const auto visit = [&](Path& path, const SymbolicGuest& symbols,
                         const Step<SymbolicGuest>& step) {
    const auto here = symbols.switcher_addr() == host.switcher_addr;
    for (const auto& kill : step.did.kills) {
      if (guests[kill.reason].size() == kOfEach) continue;
      const auto found = path.Find((here && kill.when).Lift(path.context()));
      if (!found.ok()) return false;
      if (!found->has_value()) continue;
      guests[kill.reason].push_back(symbols.Instance(**found));
    }
    return true;
  };
  properties::Symbols session;
  const auto paths = properties::ForEachPath(&session, host, {}, visit);
  EXPECT_TRUE(paths.ok()) << paths.status();
  return guests;
}

struct HostParam {
  const char* flavor;
  bool pae;
};

class GuestTrapTest : public ::testing::TestWithParam<HostParam> {
 protected:
  const model::Host host_ = HostOf(GetParam().flavor, GetParam().pae);
  const Setting setting_ = SettingOf(host_);
};

TEST_P(GuestTrapTest, OfEveryKillAgreesWithTheModel) {
  for (const auto& [reason, guests] : KilledGuests(host_)) {
    for (const Guest& guest : guests) {
      const GuestTrap trap(guest);
      EXPECT_TRUE(Agrees(setting_, trap.trap()))
          << model::KillFormat(reason) << "\n"
          << Told(Explain(setting_, trap.trap()));
      EXPECT_THAT(Explain(setting_, trap.trap()), IsEmpty());
    }
  }
}

// What only the message tells: whether the host was asked in vain.
TEST_P(GuestTrapTest, OfAKillThatIsNotToldDiverges) {
  const auto& killed = KilledGuests(host_);
  for (const KillReason reason :
       {KillReason::kFailedToGetPage, KillReason::kBadPageDirectoryEntry,
        KillReason::kBadPageMiddleDirectoryEntry}) {
    if (reason == KillReason::kBadPageMiddleDirectoryEntry && !host_.pae) {
      EXPECT_THAT(killed, Not(Contains(Key(reason))));
      continue;
    }
    ASSERT_FALSE(killed.at(reason).empty()) << model::KillFormat(reason);
    for (const Guest& guest : killed.at(reason)) {
      GuestTrap trap(guest);
      for (trace::Call& call : trap.trap().calls) {
        if (call.kind == trace::KILL_GUEST) call.message = "bad hair day";
      }
      EXPECT_FALSE(Agrees(setting_, trap.trap()));
      EXPECT_THAT(Explain(setting_, trap.trap()), Not(IsEmpty()));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Hosts, GuestTrapTest,
    ::testing::Values(HostParam{"F2", false}, HostParam{"F7", true},
                      HostParam{"F8", true}, HostParam{"F10", true}),
    [](const auto& info) {
      return absl::StrCat(info.param.flavor, info.param.pae ? "Pae" : "");
    });

// One guest by hand: a push that takes the user's stack, and the words of
// lguest_data out of reach.
TEST(GuestTrap, HoldsWhatARecorderSees) {
  Guest guest;
  guest.host = HostOf("F10", false);
  guest.state.linear_pages = 1;
  guest.state.pfn_limit = 16;
  guest.state.trapnum = 3;
  guest.state.cs = 0x73;
  guest.state.eip = 0x2FFE;
  guest.state.esp1 = 0x4000;
  guest.state.ss1 = 0x69;
  guest.state.eflags = 0x202;
  guest.gate = {0x00610000, 0x0000EF00};
  guest.memory[0x2FFE] = 0xCC;
  guest.memory[0x3000] = 0x90;
  guest.lguest_data_accessible = false;
  const GuestTrap made(guest);
  const trace::Trap& trap = made.trap();
  const auto& index = model::kStateIndex;
  EXPECT_EQ(trap.before[index.esp1], 0x4000u);
  EXPECT_EQ(trap.after[index.esp], 0x3FECu);
  EXPECT_TRUE(trap.returned);
  EXPECT_EQ(trap.gate_hi, 0x0000EF00u);
  EXPECT_TRUE(trap.present >> index.eip & 1);
  EXPECT_FALSE(trap.present >> index.ld_irq_enabled & 1);
  ASSERT_EQ(trap.accesses.size(), 5u);
  EXPECT_EQ(trap.accesses[2].address, 0x3FF4u);
  EXPECT_EQ(trap.accesses[2].data[1], 0x02);  // IF
  EXPECT_TRUE(trap.accesses[2].write);
  ASSERT_EQ(trap.calls.size(), 1u);
  EXPECT_EQ(trap.calls[0].kind, trace::DELIVER_TRAP);
  EXPECT_EQ(trap.calls[0].args[0], 3u);
  EXPECT_EQ(trap.calls[0].returned, 1u);
  EXPECT_EQ(trap.insn_pa, 0x2FFEu);
  EXPECT_EQ(std::string(trap.insn), std::string("\xCC\0", 2));
}

TEST(GuestTrap, OfAHostThatRunsIntoABugDoesNotReturn) {
  Guest guest;
  guest.host = HostOf("F2", false);
  guest.state.trapnum = 13;
  guest.state.pfn_limit = 16;
  guest.gate = {0x00610000, 0x00008E00};
  const GuestTrap made(guest);
  EXPECT_FALSE(made.trap().returned);
  EXPECT_EQ(made.trap().after, made.trap().before);
  ASSERT_EQ(made.trap().calls.size(), 1u);
  EXPECT_EQ(made.trap().calls[0].message, "Bad address 0x0");
  EXPECT_TRUE(Agrees(SettingOf(guest.host), made.trap()));
}

}  // namespace
}  // namespace trapline::replay
