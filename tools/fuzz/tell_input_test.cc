// SPDX-License-Identifier: Apache-2.0

#include <sys/wait.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace trapline::fuzz {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

struct Ended {
  int status;
  std::string out;
};

Ended Fuzz(const std::string& arguments, const std::string& before = "") {
  const std::string command = absl::StrCat(
      before, " tools/fuzz/testing_tell_input ", arguments, " 2>&1");
  FILE* const pipe = popen(command.c_str(), "r");
  Ended ended;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    ended.out += static_cast<char>(c);
  }
  ended.status = WEXITSTATUS(pclose(pipe));
  return ended;
}

TEST(TellInput, TellsOfTheInputThatEndedTheFuzzer) {
  const Ended ended = Fuzz("xaxb");
  EXPECT_EQ(ended.status, 128 + SIGABRT);
  EXPECT_THAT(ended.out, HasSubstr("b comes after a\n"));
  EXPECT_THAT(ended.out, EndsWith("\nreproduce: bazel test //some:test "
                                  "--test_arg=hex:78617862\n"));
}

TEST(TellInput, TellsOfACrash) {
  const Ended ended = Fuzz("c");
  EXPECT_NE(ended.status, 0);
  EXPECT_THAT(ended.out, EndsWith("--test_arg=hex:63\n"));
}

TEST(TellInput, PointsToTheFileOfALongOne) {
  EXPECT_THAT(Fuzz("\"$(printf %5000s)c\"").out,
              EndsWith("--test_arg=INPUT, which is the unit written\n"));
}

TEST(TellInput, IsSilentWhereNoInputEndedIt) {
  for (const std::string arguments : {"", "72", "wrong-use"}) {
    EXPECT_EQ(Fuzz(arguments).out, "") << arguments;
  }
  EXPECT_EQ(Fuzz("").status, 0);
  EXPECT_EQ(Fuzz("72").status, 72);
  EXPECT_EQ(Fuzz("wrong-use").status, 1);
}

TEST(TellInput, LeavesAFuzzerThatIsWatchedAlone) {
  const Ended ended = Fuzz("c", "__AFL_SHM_ID=1");
  EXPECT_THAT(ended.out, Not(HasSubstr("reproduce")));
}

}  // namespace
}  // namespace trapline::fuzz
