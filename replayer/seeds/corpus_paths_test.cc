// SPDX-License-Identifier: Apache-2.0

#include "replayer/seeds/corpus_paths.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace trapline::replay {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(CorpusPaths, AreThoseOfTheGuestsThatTheInputsAre) {
  CorpusPaths paths(FindGuestMaker("emulate_insn"));
  EXPECT_THAT(paths.Text(), HasSubstr("0 inputs\n"));
  EXPECT_THAT(paths.Text(), HasSubstr("  F2         0 of "));
  paths.Add(std::string("\0\0\xEC", 3));
  paths.Add(std::string("\0\0\xEC", 3));
  EXPECT_THAT(paths.Text(), HasSubstr("2 inputs\n"));
  EXPECT_THAT(paths.Text(), HasSubstr("  F2         1 of "));
  EXPECT_THAT(paths.Text(), HasSubstr("  F3         0 of "));
  EXPECT_THAT(paths.Text(), HasSubstr("  of all     1 of "));
  paths.Add(std::string("\0\0\x66\xEC", 4));
  EXPECT_THAT(paths.Text(), HasSubstr("  F2         2 of "));
}

TEST(CorpusPaths, TellsWhichAreNeverTaken) {
  CorpusPaths paths(FindGuestMaker("handle_trap"));
  const std::string hypercall = "hypercall\n";
  EXPECT_THAT(paths.Text(), HasSubstr("  hypercall\n"));
  // Trap 31 of F2, word for word.
  paths.Add(std::string("\x80\0\x08\0\0\0\0\x1F", 8));
  EXPECT_THAT(paths.Text(), Not(HasSubstr("  hypercall\n")));
}

TEST(CorpusPaths, AreOfKnownHarnesses) {
  EXPECT_EQ(FindGuestMaker("trace_reader"), nullptr);
}

}  // namespace
}  // namespace trapline::replay
