// SPDX-License-Identifier: Apache-2.0

// The verbs that tell what is in a trace: info, stats, check, dump.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

nlohmann::json Info(const std::string& path) {
  const Finished info = Trapline({"info", path});
  EXPECT_THAT(info, Exits(0));
  EXPECT_EQ(info.err, "");
  return nlohmann::json::parse(info.out, nullptr, false);
}

TEST(Info, IsJsonOfTheHeaderAndTheCounts) {
  const nlohmann::json info = Info(Good("v3.12-kill1"));
  ASSERT_TRUE(info.is_object());
  EXPECT_EQ(info["header"]["kernel"], "3.12.9");
  EXPECT_EQ(info["header"]["flavor"], "F10");
  EXPECT_EQ(info["header"]["lost"], 0);
  EXPECT_EQ(info["blocks"], 1);
  EXPECT_EQ(info["first_trap"], 34217);
  EXPECT_EQ(info["traps"], 196);
  EXPECT_EQ(info["events"], 104);
  EXPECT_EQ(info["lost"], 0);
  EXPECT_EQ(info["bytes"], std::filesystem::file_size(Good("v3.12-kill1")));
}

TEST(Info, CountsWhatIsLost) {
  const nlohmann::json info = Info(TraceWithGap(NewFolder()));
  EXPECT_EQ(info["blocks"], 13);
  EXPECT_EQ(info["traps"], 180);
  EXPECT_GT(info["lost"], 15);
  EXPECT_EQ(info["lost"].get<int>() + info["events"].get<int>(), 104 + 16);
}

TEST(Info, NamesTheFirstTrapWhereTheFirstBlockIsLost) {
  const std::string folder = NewFolder();
  std::string bytes = trace::ReadBytes(TraceOfManyBlocks(folder));
  bytes[300] = static_cast<char>(bytes[300] ^ 1);
  trace::WriteBytes(folder + "/bad.trace", bytes);
  const std::string saved = folder + "/saved.trace";
  ASSERT_THAT(Trapline({"recover", folder + "/bad.trace", "-o", saved}),
              Exits(0));
  EXPECT_EQ(Info(saved)["first_trap"], 34217 + 16);
}

TEST(Info, ShowsNotesAsTheJsonTheyAre) {
  const nlohmann::json notes =
      Info(Historic("3.12.9-flags-nt-kept"))["header"]["notes"];
  ASSERT_TRUE(notes.is_object());
  EXPECT_TRUE(notes["bad_traps"].is_array()) << notes;
}

TEST(Stats, CountsTrapsByNumber) {
  const Finished stats = Trapline({"stats", Good("v3.12-kill1")});
  ASSERT_THAT(stats, Exits(0));
  EXPECT_THAT(stats.out, StartsWith("lost records                0 in 0"));
  EXPECT_THAT(stats.out, ContainsRegex("\ntraps +196\n"));
  EXPECT_THAT(stats.out, ContainsRegex("\n +14 page fault +98\n"));
  EXPECT_THAT(stats.out, ContainsRegex("\nmemory accesses +350\n"));
  EXPECT_THAT(stats.out, ContainsRegex("\nhypercalls +95\n"));
  EXPECT_THAT(stats.out, ContainsRegex("\ninterrupts +9\n"));
  EXPECT_THAT(stats.out, ContainsRegex("\nfile +5862 bytes, 29.91 a trap\n"));
}

TEST(Stats, TellsThePathsTakenAndThoseNeverTaken) {
  const Finished stats = Trapline({"stats", Good("v3.12-kill1")});
  ASSERT_THAT(stats, Exits(0));
  EXPECT_THAT(
      stats.out,
      HasSubstr(" a trap\n"
                "took 5 of 136 feasible paths of the handler, by traps:\n"
                "           1 another trap, no handler\n"
                "          94 hypercall\n"
                "           3 interrupt of the host\n"
                "           8 page fault, no page, delivered, with errcode, to "
                "another stack\n"
                "          90 page fault, permitted\n"
                "never took 131:\n"
                "  another trap, delivered, to another stack\n"));
  EXPECT_THAT(stats.out, HasSubstr("\n  general protection, no paging, "));
  EXPECT_THAT(stats.out, Not(HasSubstr("\n  hypercall\n")));
}

TEST(Stats, TellsHowManyTrapsHaveNoPath) {
  const Finished stats = Trapline({"stats", Historic("2.6.32.69-prefix-len")});
  ASSERT_THAT(stats, Exits(0));
  EXPECT_THAT(stats.out,
              HasSubstr("\n          21 (no path: what the host did is not the "
                        "model's)\nnever took "));
}

TEST(Stats, OfAFlavorThatIsNotModelledTellsNoPath) {
  const Finished stats = Trapline({"stats", Bad("flavor-not-modelled")});
  ASSERT_THAT(stats, Exits(0));
  EXPECT_THAT(stats.out, HasSubstr("\npaths of the handler are not known: "));
}

TEST(Stats, BeginsWithWhatIsLost) {
  const Finished stats = Trapline({"stats", TraceWithGap(NewFolder())});
  ASSERT_THAT(stats, Exits(0));
  EXPECT_THAT(stats.out, ContainsRegex("^lost records +[0-9]+ in 1 known"));
  EXPECT_THAT(stats.out, Not(HasSubstr("lost records                0")));
}

TEST(Check, TellsOfEachTraceThatItIsSound) {
  const std::string gap = TraceWithGap(NewFolder());
  const Finished check = Trapline({"check", Good("v3.12-kill1"), gap});
  ASSERT_THAT(check, Exits(0));
  const nlohmann::json info = Info(gap);
  EXPECT_EQ(
      check.out,
      absl::StrCat(Good("v3.12-kill1"),
                   ": sound, 1 blocks, 196 traps, 104 events, 0 lost\n", gap,
                   ": sound, 13 blocks, 180 traps, ", info["events"].get<int>(),
                   " events, ", info["lost"].get<int>(), " lost\n"));
}

TEST(Check, GoesOnAfterABadTraceAndFails) {
  const Finished check =
      Trapline({"check", Bad("column-left-over"), Good("v2.6.24-tiny")});
  EXPECT_THAT(check, IsBadData(Bad("column-left-over") + ": block 0 at"));
  EXPECT_THAT(check.out, HasSubstr("tiny.trace: sound, 1 blocks, 46 traps"));
}

TEST(Check, LooksAtStructureOnly) {
  EXPECT_THAT(Trapline({"check", Historic("3.12.9-flags-nt-kept")}), Exits(0));
  EXPECT_THAT(Trapline({"check", Bad("flavor-not-modelled")}), Exits(0));
}

TEST(Dump, PrintsTheTrapsOfTheRangeAndTheEventsBeforeThem) {
  const Finished dump =
      Trapline({"dump", Good("v3.12-kill1"), "--range", "34412:34413"});
  ASSERT_THAT(dump, Exits(0));
  EXPECT_EQ(dump.err, "");
  EXPECT_EQ(
      dump.out,
      "hypercall 00000006 00000006 00000000 00000000 00000000\n"
      "trap 34412  record 299  tsc 6561766344  cycles 4353\n"
      "  trapnum 6 (invalid opcode), errcode 0, cr2 c1322788, gate 00000000 "
      "00000000\n"
      "  0061:c482802b  0f0b  ud2\n"
      "  eax 00000006  ebx 00000006  ecx 00000000  edx 00000000  esi 00000000 "
      " edi 00000000\n"
      "  ebp c0231e64  esp 0069:c0231e4c  eflags 00000246  gpgdir 001b2000\n"
      "    deliver_trap(00000006) = 0\n"
      "    dead           00000000 -> 00000001\n");
}

TEST(Dump, ShowsALossWhereItIs) {
  const Finished dump =
      Trapline({"dump", TraceWithGap(NewFolder()), "--range", "34264:34282"});
  ASSERT_THAT(dump, Exits(0));
  EXPECT_THAT(dump.out, ContainsRegex("^[^\n]*\ntrap 34264 "));
  EXPECT_THAT(dump.out, ContainsRegex("\nlost [0-9]+ records\n"));
  EXPECT_THAT(dump.out, HasSubstr("\ntrap 34281 "));
  EXPECT_THAT(dump.out, Not(HasSubstr("trap 34282 ")));
  EXPECT_LT(dump.out.find("\nlost "), dump.out.find("\ntrap 34281 "));
}

TEST(Dump, PrintsEverythingWithoutARange) {
  const Finished dump = Trapline({"dump", Good("v2.6.24-tiny")});
  ASSERT_THAT(dump, Exits(0));
  EXPECT_THAT(dump.out, StartsWith("trap 0 "));
  EXPECT_THAT(dump.out, HasSubstr("\ntrap 45 "));
  EXPECT_THAT(dump.out, HasSubstr("    kill_guest(\""));
}

TEST(Inspect, RefusesADamagedTraceByItsName) {
  for (const std::string verb : {"info", "stats", "check", "dump"}) {
    EXPECT_THAT(Trapline({verb, Bad("cut-in-block")}),
                IsBadData(Bad("cut-in-block") + ": cut at offset 1673"));
  }
  for (const std::string verb : {"stats", "check", "dump"}) {
    EXPECT_THAT(Trapline({verb, Bad("data-runs-out")}),
                IsBadData(Bad("data-runs-out") + ": block 0 at offset 142"));
  }
}

}  // namespace
}  // namespace trapline::command
