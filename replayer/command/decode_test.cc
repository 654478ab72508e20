// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Decode(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {"decode"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Finished decode = Trapline(all);
  EXPECT_THAT(decode, Exits(0));
  EXPECT_EQ(decode.err, "");
  return decode.out;
}

TEST(Decode, TellsOfEveryFlavorBesideTheArchitecture) {
  EXPECT_EQ(Decode({"66ec"}),
            "Zydis                 in al, dx\n"
            "architecture          IN, 2 bytes, writes 000000ff of eax\n"
            "F2   2.6.24           IN, 2 bytes, writes ffff0000 of eax\n"
            "F3   2.6.25 - 2.6.26  IN, 2 bytes, writes ffff0000 of eax\n"
            "F4   2.6.27 - 2.6.29  IN, 2 bytes, writes ffff0000 of eax\n"
            "F5   2.6.30           IN, 2 bytes, writes ffff0000 of eax\n"
            "F6   2.6.31 - 2.6.33  IN, 2 bytes, writes ffff0000 of eax\n"
            "F7   2.6.34 - 3.0     IN, 2 bytes, writes ffff0000 of eax\n"
            "F8   3.1 - 3.9        IN, 2 bytes, writes 000000ff of eax\n"
            "F9   3.10 - 3.11      IN, 2 bytes, writes 000000ff of eax\n"
            "F10  3.12 - 3.19      IN, 2 bytes, writes 000000ff of eax\n"
            "wrong width in F2 F3 F4 F5 F6 F7\n"
            "E2 breaks in.byte: A byte IN with 66 ORs 0xFFFF0000 into eax.\n"
            "  in F2 F3 F4 F5 F6 F7\n"
            "E2 breaks in.ones: A byte IN with 66 leaves AL alone.\n"
            "  in F2 F3 F4 F5 F6 F7\n");
}

TEST(Decode, TakesBytesTogetherOrApartInEitherCase) {
  const std::string together = Decode({"66ec"});
  EXPECT_EQ(Decode({"66", "ec"}), together);
  EXPECT_EQ(Decode({"66", "EC"}), together);
}

TEST(Decode, TellsOfTheFlavorNamedOnly) {
  EXPECT_EQ(Decode({"--flavor", "F6", "66", "ed"}),
            "Zydis                 in ax, dx\n"
            "architecture          IN, 2 bytes, writes 0000ffff of eax\n"
            "F6   2.6.31 - 2.6.33  IN, 2 bytes, writes ffffffff of eax\n"
            "wrong width in F6\n"
            "E3 breaks in.word: A 16-bit IN sets all of eax.\n"
            "  in F6\n");
  EXPECT_EQ(Decode({"--flavor", "F10", "66", "ed"}),
            "Zydis                 in ax, dx\n"
            "architecture          IN, 2 bytes, writes 0000ffff of eax\n"
            "F10  3.12 - 3.19      IN, 2 bytes, writes 0000ffff of eax\n");
}

TEST(Decode, KnowsWhichFlavorsStepOverCli) {
  const std::string cli = Decode({"fa"});
  EXPECT_THAT(cli, HasSubstr("F6   2.6.31 - 2.6.33  #GP(0) reflected to the "
                             "guest\nF7   2.6.34 - 3.0     CLI, 1 byte\n"));
  EXPECT_THAT(cli, HasSubstr("under-accepted in F2 F3 F4 F5 F6\n"));
  EXPECT_THAT(cli, HasSubstr("E14 breaks decode.cli: CLI is stepped over, but "
                             "the guest's IF stays.\n  in F7 F8 F9 F10\n"));
}

TEST(Decode, NamesTheEntryForWhatIsNoneOfTheThree) {
  EXPECT_THAT(Decode({"6c", "--flavor", "F2"}),
              HasSubstr("architecture          no IN, OUT or CLI\n"
                        "F2   2.6.24           #GP(0) reflected to the guest\n"
                        "E12 breaks decode.string: "));
  EXPECT_THAT(Decode({"90", "--flavor", "F2"}),
              EndsWith("reflected to the guest\n"));
}

TEST(Decode, SaysWhereMoreBytesAreLookedAt) {
  EXPECT_EQ(Decode({"66", "--flavor", "F2"}),
            "Zydis                 (bad)\n"
            "architecture          goes on after these bytes\n"
            "F2   2.6.24           looks at the byte after these\n");
  // The immediate, which the handler steps over unseen.
  EXPECT_THAT(Decode({"e6", "--flavor", "F2"}),
              EndsWith("architecture          goes on after these bytes\n"
                       "F2   2.6.24           OUT, 2 bytes\n"));
}

TEST(Decode, KnowsWhichFlavorsRewriteVmcall) {
  for (const auto& [flavor, rewrites] :
       {std::pair("F4", false), std::pair("F5", true), std::pair("F7", true),
        std::pair("F8", false)}) {
    EXPECT_THAT(Decode({"0f01c1", "--flavor", flavor}),
                HasSubstr(rewrites ? "  rewritten to cd 1f 90, run again\n"
                                   : "  #GP(0) reflected to the guest\n"));
  }
}

TEST(Decode, TakesBytesThatAreNoInstruction) {
  EXPECT_THAT(Decode({"0fff"}), StartsWith("Zydis                 (bad)\n"));
  EXPECT_THAT(Decode({std::string(30, 'f')}),
              HasSubstr("F10  3.12 - 3.19      #GP(0) reflected"));
}

}  // namespace
}  // namespace trapline::command
