// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

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
  EXPECT_EQ(
      Decode({"66ec"}),
      "architecture          in al, dx, 2 bytes\n"
      "F2   2.6.24           stepped over, eip + 2, eax 11223344 -> ffff3344\n"
      "F3   2.6.25 - 2.6.26  stepped over, eip + 2, eax 11223344 -> ffff3344\n"
      "F4   2.6.27 - 2.6.29  stepped over, eip + 2, eax 11223344 -> ffff3344\n"
      "F5   2.6.30           stepped over, eip + 2, eax 11223344 -> ffff3344\n"
      "F6   2.6.31 - 2.6.33  stepped over, eip + 2, eax 11223344 -> ffff3344\n"
      "F7   2.6.34 - 3.0     stepped over, eip + 2, eax 11223344 -> ffff3344\n"
      "F8   3.1 - 3.9        stepped over, eip + 2, eax 11223344 -> 112233ff\n"
      "F9   3.10 - 3.11      stepped over, eip + 2, eax 11223344 -> 112233ff\n"
      "F10  3.12 - 3.19      stepped over, eip + 2, eax 11223344 -> "
      "112233ff\n");
}

TEST(Decode, TakesBytesTogetherOrApartInEitherCase) {
  const std::string together = Decode({"66ec"});
  EXPECT_EQ(Decode({"66", "ec"}), together);
  EXPECT_EQ(Decode({"66", "EC"}), together);
}

TEST(Decode, TellsOfTheFlavorNamedOnly) {
  EXPECT_EQ(Decode({"--flavor", "F6", "66", "ed"}),
            "architecture          in ax, dx, 2 bytes\n"
            "F6   2.6.31 - 2.6.33  stepped over, eip + 2, eax 11223344 -> "
            "ffffffff\n");
}

TEST(Decode, KnowsWhichFlavorsStepOverCli) {
  const std::string cli = Decode({"fa"});
  EXPECT_THAT(cli, StartsWith("architecture          cli, 1 byte\n"));
  EXPECT_THAT(cli, HasSubstr("F6   2.6.31 - 2.6.33  #GP(0) reflected to the "
                             "guest\nF7   2.6.34 - 3.0     stepped over, eip + "
                             "1\n"));
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
  EXPECT_THAT(Decode({"0fff"}), StartsWith("architecture          "));
  EXPECT_THAT(Decode({std::string(30, 'f')}),
              HasSubstr("F10  3.12 - 3.19      #GP(0) reflected"));
}

}  // namespace
}  // namespace trapline::command
