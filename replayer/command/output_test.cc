// SPDX-License-Identifier: Apache-2.0

// An output that takes no more.

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

using ::testing::HasSubstr;

constexpr char kFull[] = "trapline: the output could not be written in full\n";

// Commands that print more than any buffer holds.
std::vector<std::string> LongOnes() {
  return {"dump " + Good("v3.12-boot") + " --range :5000",
          "export " + Good("v3.12-boot") + " --range :5000"};
}

TEST(Output, MayBeClosedEarly) {
  for (const std::string& command : LongOnes()) {
    const Finished head = Shell(absl::StrCat(
        "$TRAPLINE ", command, " | head -n 1; echo ${PIPESTATUS[0]}"));
    ASSERT_THAT(head, Exits(0));
    EXPECT_EQ(head.err, "");
    // As of any filter: ended by SIGPIPE.
    EXPECT_THAT(head.out, testing::EndsWith("\n141\n"));
  }
}

TEST(Output, MayBeClosedEarlyWhereSigpipeIsIgnored) {
  for (const std::string& command : LongOnes()) {
    const Finished head =
        Shell(absl::StrCat("trap '' PIPE; $TRAPLINE ", command,
                           " | head -n 1; echo ${PIPESTATUS[0]}"));
    ASSERT_THAT(head, Exits(0));
    EXPECT_EQ(head.err, kFull);
    EXPECT_THAT(head.out, testing::EndsWith("\n2\n"));
  }
}

TEST(Output, MustBeWrittenInFull) {
  std::vector<std::string> commands = LongOnes();
  commands.push_back("info " + Good("v2.6.24-tiny"));
  commands.push_back("replay " + Good("v2.6.24-tiny"));
  commands.push_back("--help");
  for (const std::string& command : commands) {
    const Finished full = Shell("$TRAPLINE " + command + " >/dev/full");
    EXPECT_THAT(full, Exits(2)) << command;
    EXPECT_EQ(full.err, kFull);
  }
}

// What opens next would get the descriptor of a closed output.
TEST(Output, MayBeMissingWithoutHarm) {
  const std::string folder = NewFolder();
  const std::string good = Good("v3.12-kill1");
  EXPECT_THAT(Shell(absl::StrCat("$TRAPLINE slice ", good, " --range : -o '",
                                 folder, "/slice.trace' >&- 2>&-")),
              Exits(0));
  EXPECT_THAT(Shell(absl::StrCat("$TRAPLINE recover ", good, " -o '", folder,
                                 "/saved.trace' >&- 2>&-")),
              Exits(2));
  EXPECT_THAT(Shell("$TRAPLINE dump " + good + " >&-"), Exits(2));
  EXPECT_THAT(Trapline({"diff", good, folder + "/slice.trace"}), Exits(0));
  EXPECT_THAT(Trapline({"diff", good, folder + "/saved.trace"}), Exits(0));
}

}  // namespace
}  // namespace trapline::command
