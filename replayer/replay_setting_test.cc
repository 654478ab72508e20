// SPDX-License-Identifier: Apache-2.0

// What a recording must tell to be replayed, and what against.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/flavor.h"
#include "replayer/replay.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Key;

const auto& kIndex = model::kStateIndex;

FileResult ReplayTraps(const trace::Header& header,
                       const std::vector<trace::Trap>& traps,
                       const std::string& flavor = "") {
  const std::string path = TestPath("setting.trace");
  WriteTrace(path, header, traps);
  ReplayOptions options;
  options.flavor = flavor;
  return Replay({path}, options).at(0);
}

FileResult ReplayAs(absl::string_view name, const std::string& flavor) {
  ReplayOptions options;
  options.flavor = flavor;
  return Replay({TracePath(name)}, options).at(0);
}

void LoadAll(absl::string_view name, Recording* recording) {
  Load(
      name, [](const trace::Trap&) { return true; }, recording);
}

void ExpectBadData(const FileResult& file, const std::string& sentence) {
  EXPECT_EQ(VerdictOf(file), Verdict::kBadData);
  EXPECT_THAT(std::string(file.status.message()), HasSubstr(sentence));
}

TEST(ReplaySetting, AFlavorThatIsNotModelledIsBadData) {
  Recording recording;
  LoadAll("v3.12-kill1", &recording);
  for (const char* flavor : {"F1", "F11", "f10", ""}) {
    recording.header.set_flavor(flavor);
    const FileResult file = ReplayTraps(recording.header, recording.traps);
    ExpectBadData(file, absl::StrCat("flavor '", flavor, "' is not modelled"));
    ExpectBadData(file, "F2, F3, F4, F5, F6, F7, F8, F9, F10");
  }
}

TEST(ReplaySetting, AFlavorGivenReplacesOneThatIsNotModelled) {
  Recording recording;
  LoadAll("v3.12-kill1", &recording);
  recording.header.set_flavor("F14");
  const FileResult file = ReplayTraps(recording.header, recording.traps, "F10");
  EXPECT_EQ(VerdictOf(file), Verdict::kVerified) << file.status;
  EXPECT_EQ(file.flavor, "F10");
  EXPECT_EQ(file.header.flavor(), "F14");
}

TEST(ReplaySetting, PaeBeforeItWasThereIsBadData) {
  Recording recording;
  LoadAll("v2.6.24-tiny", &recording);
  recording.header.set_pae(true);
  ExpectBadData(ReplayTraps(recording.header, recording.traps),
                "flavor F2 has no PAE, but the host had it");
}

TEST(ReplaySetting, ARecordingWithoutAWordThatItsFlavorReadsIsBadData) {
  std::vector<int> needed = {kIndex.last_pagefault, kIndex.ts,
                             kIndex.lguest_data,    kIndex.gpgdir,
                             kIndex.esp1,           kIndex.ss1,
                             kIndex.pfn_limit,      kIndex.dead,
                             kIndex.hcall_pending,  kIndex.linear_pages};
  for (int i = kIndex.eax; i <= kIndex.ss; ++i) needed.push_back(i);
  Recording recording;
  LoadAll("v3.12-kill1", &recording);
  for (const int word : needed) {
    std::vector<trace::Trap> traps = recording.traps;
    traps[7].present &= ~(uint64_t{1} << word);
    const std::string name(trace::WordName(word));
    ExpectBadData(
        ReplayTraps(recording.header, traps),
        absl::StrCat("trap ", traps[7].number, " was recorded without ", name,
                     ", which the model of flavor F10 reads"));
  }
}

TEST(ReplaySetting, AllWordsMissingAreNamed) {
  Recording recording;
  LoadAll("v2.6.32-boot", &recording);
  recording.traps.resize(1);
  recording.traps[0].present &=
      ~(uint64_t{1} << kIndex.stack_pages | uint64_t{1} << kIndex.esp);
  ExpectBadData(ReplayTraps(recording.header, recording.traps),
                "recorded without esp, stack_pages, which");
}

TEST(ReplaySetting, AWordThatTheFlavorDoesNotReadMayBeMissing) {
  Recording recording;
  LoadAll("v3.12-kill1", &recording);
  for (const int word :
       {kIndex.noirq_start, kIndex.noirq_end, kIndex.kernel_address,
        kIndex.irqs_pending, kIndex.stack_pages, kIndex.ld_irq_pending}) {
    std::vector<trace::Trap> traps = recording.traps;
    for (trace::Trap& trap : traps) {
      trap.present &= ~(uint64_t{1} << word);
      trap.before[word] = 0;
      trap.after[word] = 0;
    }
    const FileResult file = ReplayTraps(recording.header, traps);
    EXPECT_EQ(VerdictOf(file), Verdict::kVerified)
        << word << ": " << file.status;
  }
}

TEST(ReplaySetting, AnotherFlavorThatDoesTheSameVerifies) {
  const FileResult file = ReplayAs("v2.6.24-boot", "F3");
  EXPECT_EQ(VerdictOf(file), Verdict::kVerified) << file.status;
  EXPECT_EQ(file.flavor, "F3");
  EXPECT_EQ(file.traps, 39627u);
}

// Words that the recorded kernel does not have are no reason not to.
TEST(ReplaySetting, AnotherFlavorDivergesWhereItDoesSomethingElse) {
  EXPECT_THAT(ReplayAs("v2.6.24-tiny", "F10").by_field,
              Contains(Key("post.eax")));                   // byte IN
  EXPECT_EQ(ReplayAs("v2.6.32-boot", "F4").diverged, 26u);  // VMCALL
  EXPECT_THAT(ReplayAs("v3.12-boot", "F7").by_field,
              Contains(Key("post.eax")));  // 16-bit IN
}

// A guest kernel whose stack no directory entry maps: 2.6.24 kills the guest
// and then runs into BUG_ON.
class HostBug : public ::testing::Test {
 protected:
  HostBug() {
    header_.set_flavor("F2");
    header_.set_kill_messages(true);
    for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
      trap_.present |= uint64_t{1} << i;
    }
    trap_.before[kIndex.trapnum] = 6;
    trap_.before[kIndex.cs] = 0x61;
    trap_.before[kIndex.ss] = 0x69;
    trap_.before[kIndex.esp] = 0xC0801000;
    trap_.before[kIndex.gpgdir] = 0x4000;
    trap_.before[kIndex.pfn_limit] = 0x1000;
    trap_.after = trap_.before;
    trap_.gate_hi = 0x8E00;
    trap_.accesses = {{kAbsent, 0x4000 + 4 * 0x302, 4, false}};
    trap_.calls.emplace_back();
    trap_.calls[0].kind = trace::KILL_GUEST;
    trap_.calls[0].message = "Bad address 0xc0801000";
    trap_.returned = false;
  }

  std::vector<std::string> Fields() {
    const FileResult file = ReplayTraps(header_, {trap_});
    EXPECT_TRUE(file.status.ok()) << file.status;
    std::vector<std::string> fields;
    for (const Divergence& divergence : file.divergences) {
      for (const Difference& difference : divergence.differences) {
        fields.push_back(difference.field);
      }
    }
    return fields;
  }

  static constexpr uint8_t kAbsent[4] = {};
  trace::Header header_;
  trace::Trap trap_;
};

TEST_F(HostBug, AgreesWithAHandlerThatNeverReturned) {
  EXPECT_EQ(VerdictOf(ReplayTraps(header_, {trap_})), Verdict::kVerified);
}

TEST_F(HostBug, DiffersFromAHandlerThatReturned) {
  trap_.returned = true;
  EXPECT_THAT(Fields(), ::testing::ElementsAre("returned"));
}

TEST_F(HostBug, KillsTheGuestFirst) {
  trap_.calls.clear();
  EXPECT_THAT(Fields(), ::testing::ElementsAre("calls[0].missing"));
}

TEST_F(HostBug, IsGoneIn2632) {
  header_.set_flavor("F6");
  EXPECT_THAT(Fields(), Contains("returned"));
}

}  // namespace
}  // namespace trapline::replay
