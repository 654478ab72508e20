// SPDX-License-Identifier: Apache-2.0

// What docs/MUTANTS.md says of the mutants that there are, which are named
// behind it on the command line. mutants_test tells whether it is true.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "replayer/mutants/matrix.h"

namespace trapline::mutants {
namespace {

std::string text;
std::vector<std::string> mutants;

TEST(PublishedMatrix, HasARowForEachMutant) {
  std::vector<std::string> published;
  for (const Row& row : ParseRows(text)) published.push_back(row.mutant);
  EXPECT_EQ(published, mutants);
}

TEST(PublishedMatrix, HoldsAtLeast60Mutants) {
  EXPECT_GE(ParseRows(text).size(), 60u);
}

TEST(PublishedMatrix, EachIsKilledBySolverAndAnotherEngineOrEquivalent) {
  for (const Row& row : ParseRows(text)) {
    EXPECT_TRUE(row.IsSettled()) << row.mutant;
  }
}

TEST(PublishedMatrix, SaysWhatItsRowsAddUpTo) {
  EXPECT_THAT(text, testing::HasSubstr(Summary(ParseRows(text))));
}

}  // namespace
}  // namespace trapline::mutants

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc < 2) return 2;
  std::ifstream file(argv[1]);
  trapline::mutants::text = {std::istreambuf_iterator<char>(file), {}};
  trapline::mutants::mutants = {argv + 2, argv + argc};
  return RUN_ALL_TESTS();
}
