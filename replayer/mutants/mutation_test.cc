// SPDX-License-Identifier: Apache-2.0

#include "replayer/mutants/mutation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace trapline::mutants {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string InModel(const std::string& body) {
  return absl::StrCat("#include \"x\"\n\nnamespace trapline::model {\n", body,
                      "}  // namespace trapline::model\n");
}

std::vector<Header> Headers() {
  return {{"model/cpu.h", InModel("template <class Word>\nstruct Cpu {\n"
                                  "  Word eip;\n};\nint cpu();\n")},
          {"model/a.h", InModel("int a() { return 1 + 1 + 2; }\n")}};
}

absl::StatusOr<std::string> Mutate(const std::string& file,
                                   const std::string& old_text) {
  return MutantSource({"m", file, "Is \"wrong\".", "", old_text, "3"},
                      Headers());
}

TEST(Mutation, ReplacesTheOldTextByTheNew) {
  const auto source = Mutate("model/a.h", "1 + 1");
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_THAT(*source, HasSubstr("namespace trapline::mutants::m {"));
  EXPECT_THAT(*source, HasSubstr("\nint a() { return 3 + 2; }\n"));
  EXPECT_THAT(*source, HasSubstr("\nint cpu();\n"));
  EXPECT_THAT(*source, HasSubstr("\"Is \\\"wrong\\\".\""));
  EXPECT_THAT(*source, Not(HasSubstr("namespace trapline::model")));
}

TEST(Mutation, LeavesTheTypesOfCpuToTheModel) {
  const auto source = Mutate("model/a.h", "1 + 1");
  EXPECT_THAT(*source, Not(HasSubstr("struct Cpu")));
  EXPECT_EQ(Mutate("model/cpu.h", "Word eip").status().message(),
            "mutant m: its old text no longer stands in model/cpu.h; give it "
            "the text that does");
}

TEST(Mutation, TellsTheLinesOfTheHeaders) {
  EXPECT_THAT(*Mutate("model/a.h", "1 + 1"),
              HasSubstr("#line 4 \"model/a.h\"\nint a()"));
}

TEST(Mutation, MustFindTheOldTextOnce) {
  EXPECT_EQ(Mutate("model/a.h", "return 2").status().message(),
            "mutant m: its old text no longer stands in model/a.h; give it the "
            "text that does");
  EXPECT_EQ(Mutate("model/a.h", "1").status().message(),
            "mutant m: its old text stands more than once in model/a.h; give "
            "it a longer one");
  EXPECT_EQ(Mutate("model/b.h", "1").status().message(),
            "mutant m: model/b.h is no header that is mutated");
}

TEST(Mutation, ListNamesEachInOrder) {
  const std::vector<std::string> names = {"b", "a"};
  EXPECT_THAT(MutantList(names), HasSubstr("{&kMutant_b, &kMutant_a, }"));
}

}  // namespace
}  // namespace trapline::mutants
