// SPDX-License-Identifier: Apache-2.0

// Every engine is set on every mutant and finds what docs/MUTANTS.md says.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "replayer/mutants/engines.h"
#include "replayer/mutants/matrix.h"
#include "replayer/mutants/mutant.h"

namespace trapline::mutants {
namespace {

std::string PublishedRow(absl::string_view mutant) {
  std::ifstream file("docs/MUTANTS.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const Row& row : ParseRows(text)) {
    if (row.mutant == mutant) return FormatRow(row);
  }
  return "";
}

class MutantTest : public testing::TestWithParam<const Mutant*> {};

TEST_P(MutantTest, IsKilledAsPublished) {
  const auto row = MakeRow(*GetParam(), Recordings());
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(FormatRow(*row), PublishedRow(GetParam()->name))
      << "write_matrix writes the matrix anew";
}

INSTANTIATE_TEST_SUITE_P(All, MutantTest,
                         testing::ValuesIn(Mutants().begin(), Mutants().end()),
                         [](const auto& info) {
                           return std::string(info.param->name);
                         });

}  // namespace
}  // namespace trapline::mutants
