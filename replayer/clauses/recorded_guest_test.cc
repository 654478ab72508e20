// SPDX-License-Identifier: Apache-2.0

#include "replayer/clauses/recorded_guest.h"

#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/state.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

using properties::ConcreteGuest;
using properties::Kill;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const auto& kIndex = model::kStateIndex;

const uint8_t* Data(const char* bytes) {
  return reinterpret_cast<const uint8_t*>(bytes);
}

// A trap of a guest with 16 pages, on a host of F2.
class RecordedGuestTest : public ::testing::Test {
 protected:
  RecordedGuestTest() {
    trap_.before[kIndex.pfn_limit] = 16;
    trap_.after = trap_.before;
  }
  const properties::Step<ConcreteGuest>& Load() {
    EXPECT_TRUE(guest_.Load(trap_));
    return guest_.step();
  }
  // Nothing where the byte is not known.
  std::optional<uint8_t> ByteAt(uint32_t pa) {
    const ConcreteGuest& guest = guest_.step().guest;
    guest.TakeUnknown();
    const uint8_t byte = guest.InitialByte(pa);
    if (guest.TakeUnknown()) return std::nullopt;
    return byte;
  }
  void Read(uint32_t pa, const char* bytes, uint32_t length) {
    trap_.accesses.push_back({Data(bytes), pa, length, false});
  }
  void Write(uint32_t pa, const char* bytes, uint32_t length) {
    trap_.accesses.push_back({Data(bytes), pa, length, true});
  }
  void Call(trace::CallKind kind, uint32_t arg, uint32_t returned,
            absl::string_view message = "") {
    trap_.calls.push_back({kind, true, {arg, 0}, returned, message});
  }

  trace::Trap trap_;
  RecordedGuest guest_{model::Host{model::kFlavors[0]}};
};

TEST_F(RecordedGuestTest, HasTheMemoryThatWasReadAndNoOther) {
  Read(0x1000, "\x67\x20\x30\x40", 4);
  Load();
  EXPECT_EQ(ByteAt(0x1000), 0x67);
  EXPECT_EQ(ByteAt(0x1003), 0x40);
  EXPECT_EQ(ByteAt(0x0FFF), std::nullopt);
  EXPECT_EQ(ByteAt(0x1004), std::nullopt);
}

TEST_F(RecordedGuestTest, HasTheMemoryOfBeforeTheTrap) {
  Read(0x1000, "\x01\x01\x01\x01", 4);
  Write(0x1002, "\x02\x02\x02\x02", 4);
  Read(0x1000, "\x01\x01\x02\x02", 4);
  Read(0x1004, "\x02\x02\x03\x03", 4);
  Load();
  EXPECT_EQ(ByteAt(0x1002), 1);             // read before it was written
  EXPECT_EQ(ByteAt(0x1004), std::nullopt);  // written first
  EXPECT_EQ(ByteAt(0x1006), 3);
}

TEST_F(RecordedGuestTest, DoesNotTakeTheZerosOfARefusedReadForMemory) {
  Read(0x10000, "\0\0\0\0", 4);
  const auto& step = Load();
  ASSERT_THAT(step.did.accesses, SizeIs(1));
  EXPECT_FALSE(step.did.accesses[0].ok);
  EXPECT_EQ(ByteAt(0x10000), std::nullopt);
}

TEST_F(RecordedGuestTest, HasTheInstructionUpToTheEndOfItsPage) {
  trap_.insn = absl::string_view("\x66\xED\xC3\x90", 4);
  trap_.insn_pa = 0x1FFE;
  Load();
  EXPECT_EQ(ByteAt(0x1FFE), 0x66);
  EXPECT_EQ(ByteAt(0x1FFF), 0xED);
  EXPECT_EQ(ByteAt(0x2000), std::nullopt);
}

TEST_F(RecordedGuestTest, ForgetsTheTrapBefore) {
  Read(0x1000, "\x01\x01\x01\x01", 4);
  Call(trace::DELIVER_TRAP, 6, 1);
  Load();
  trap_.accesses.clear();
  trap_.calls.clear();
  const auto& step = Load();
  EXPECT_EQ(ByteAt(0x1000), std::nullopt);
  EXPECT_THAT(step.did.accesses, IsEmpty());
  EXPECT_THAT(step.did.calls, IsEmpty());
}

TEST_F(RecordedGuestTest, DidWhatWasRecorded) {
  trap_.after[kIndex.eax] = 5;
  trap_.after[kIndex.irqs_pending] = 1;  // a host timer
  Write(0x2000, "\x01\x02\x03\x04\x05\x06\x07\x08", 8);
  Call(trace::DEMAND_PAGE, 0xC0000000, 1);
  Call(trace::DELIVER_TRAP, 14, 0);
  const auto& step = Load();
  EXPECT_EQ(step.before.eax, 0u);
  EXPECT_EQ(step.after.eax, 5u);
  EXPECT_EQ(step.after.irqs_pending, step.before.irqs_pending);
  EXPECT_FALSE(step.bug);
  ASSERT_THAT(step.did.accesses, SizeIs(1));
  EXPECT_TRUE(step.did.accesses[0].write);
  EXPECT_EQ(step.did.accesses[0].lo, 0x04030201u);
  EXPECT_EQ(step.did.accesses[0].hi, 0x08070605u);
  ASSERT_THAT(step.did.calls, SizeIs(2));
  EXPECT_EQ(step.did.calls[0].arg, 0xC0000000u);
  EXPECT_TRUE(step.did.calls[0].result);
  EXPECT_EQ(step.did.calls[1].arg, 14u);
  EXPECT_FALSE(step.did.calls[1].result);
  EXPECT_THAT(step.did.kills, IsEmpty());
}

TEST_F(RecordedGuestTest, OfAHandlerThatNeverReturnedIsAHostBug) {
  trap_.returned = false;
  EXPECT_TRUE(Load().bug);
}

class KilledGuestTest : public RecordedGuestTest {
 protected:
  KilledGuestTest() { trap_.after[kIndex.dead] = 1; }
  Kill<ConcreteGuest> OnlyKill() {
    const auto& kills = Load().did.kills;
    EXPECT_THAT(kills, SizeIs(1));
    return kills.at(0);
  }
};

TEST_F(KilledGuestTest, WasKilledForWhatTheMessageSays) {
  Read(0x10000, "\0\0\0\0", 4);
  Call(trace::KILL_GUEST, 0, 0, "Bad address 0xc0001000");
  const auto kill = OnlyKill();
  EXPECT_EQ(kill.reason, model::KillReason::kBadAddress);
  EXPECT_THAT(kill.args, ElementsAre(0xC0001000u, 0, 0));
  EXPECT_THAT(guest_.step().did.calls, IsEmpty());
}

TEST_F(KilledGuestTest, WasKilledBeforeTheAccessThatTheMessageTellsOf) {
  Write(0x1000, "\1\1\1\1", 4);
  Write(0xFFFD, "\1\1\1\1", 4);
  Read(0x20000, "\0", 1);
  Call(trace::DEMAND_PAGE, 0, 0);
  Call(trace::KILL_GUEST, 0, 0, "bad write address 0xfffd len 4");
  const auto kill = OnlyKill();
  EXPECT_EQ(kill.accesses, 1u);
  EXPECT_EQ(kill.calls, 1u);
}

TEST_F(KilledGuestTest, WithoutAMessageWasKilledForWhatTheModelKillsFor) {
  trap_.before[kIndex.trapnum] = 6;
  trap_.before[kIndex.eip] = 0xC0100000;
  Call(trace::DELIVER_TRAP, 6, 0);
  const auto kill = OnlyKill();
  EXPECT_EQ(kill.reason, model::KillReason::kUnhandledTrap);
  EXPECT_THAT(kill.args, ElementsAre(6u, 0xC0100000u, 0));
}

TEST_F(KilledGuestTest, IsNotSpokenOfWhereNothingTellsWhatFor) {
  trap_.before[kIndex.trapnum] = 32;
  EXPECT_FALSE(guest_.Load(trap_));
  trap_.before[kIndex.trapnum] = 14;  // no walk was recorded
  EXPECT_FALSE(guest_.Load(trap_));
  Call(trace::KILL_GUEST, 0, 0, "for no reason");
  EXPECT_FALSE(guest_.Load(trap_));
}

TEST_F(KilledGuestTest, ThatWasDeadBeforeIsNotKilledAgain) {
  trap_.before[kIndex.dead] = 1;
  EXPECT_THAT(Load().did.kills, IsEmpty());
}

// The step of what a host did is that of the model, where both agree.
TEST(RecordedStep, IsTheStepOfTheModelOnTheSameGuest) {
  for (const char* name : {"v2.6.24-tiny", "v3.12-kill4"}) {
    Recording recording;
    Load(
        name, [](const trace::Trap&) { return true; }, &recording);
    RecordedGuest recorded(recording.setting.host);
    for (const trace::Trap& trap : recording.traps) {
      ASSERT_TRUE(recorded.Load(trap)) << trap.number;
      const auto& step = recorded.step();
      // What the host answers is told only where it showed.
      properties::Guest told = recorded.guest();
      told.shadow_absent.resize(8);
      told.page_unavailable.resize(8);
      const properties::ConcreteGuest guest(told);
      const auto model = properties::TakeTrap(guest);
      EXPECT_FALSE(guest.TakeUnknown()) << trap.number;
      for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
        const auto word = model::kStateWords<uint32_t>[i];
        EXPECT_EQ((step.after.*word ^ model.after.*word) & ComparedBits(i), 0u)
            << name << " trap " << trap.number << " "
            << model::kStateWordNames[i];
      }
      ASSERT_EQ(step.did.accesses.size(), model.did.accesses.size());
      for (size_t i = 0; i < step.did.accesses.size(); ++i) {
        const auto& mine = step.did.accesses[i];
        const auto& its = model.did.accesses[i];
        EXPECT_EQ(mine.write, its.write);
        EXPECT_EQ(mine.length, its.length);
        EXPECT_EQ(mine.pa, its.pa);
        EXPECT_EQ(mine.ok, its.ok);
        EXPECT_EQ(mine.lo, its.lo);
        EXPECT_EQ(mine.hi, its.hi);
      }
      ASSERT_EQ(step.did.calls.size(), model.did.calls.size());
      for (size_t i = 0; i < step.did.calls.size(); ++i) {
        EXPECT_EQ(step.did.calls[i].kind, model.did.calls[i].kind);
        EXPECT_EQ(step.did.calls[i].arg, model.did.calls[i].arg);
        EXPECT_EQ(step.did.calls[i].errcode, model.did.calls[i].errcode);
        EXPECT_EQ(step.did.calls[i].result, model.did.calls[i].result);
      }
      const Kill<ConcreteGuest>* kill = nullptr;
      for (const auto& one : model.did.kills) {
        if (one.when && kill == nullptr) kill = &one;
      }
      ASSERT_EQ(step.did.kills.empty(), kill == nullptr) << trap.number;
      if (kill == nullptr) continue;
      EXPECT_EQ(step.did.kills[0].reason, kill->reason);
      EXPECT_EQ(step.did.kills[0].args, kill->args);
    }
  }
}

}  // namespace
}  // namespace trapline::replay
