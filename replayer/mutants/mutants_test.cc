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

Row PublishedRow(absl::string_view mutant) {
  std::ifstream file("docs/MUTANTS.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const Row& row : ParseRows(text)) {
    if (row.mutant == mutant) return row;
  }
  return {};
}

class MutantTest : public testing::TestWithParam<const Mutant*> {};

TEST_P(MutantTest, IsKilledAsPublished) {
  static auto* const solver = new Solver;  // of all tests of the shard
  const auto row = MakeRow(*GetParam(), Recordings(), solver);
  ASSERT_TRUE(row.ok()) << row.status();
  Row published = PublishedRow(GetParam()->name);
  // Where several clauses are refuted, which comes first depends on what Z3
  // knows of the mutants before.
  if (!published.solver.empty() && !row->solver.empty()) {
    published.solver = row->solver;
  }
  EXPECT_EQ(FormatRow(*row), FormatRow(published))
      << "write_matrix writes the matrix anew";
}

INSTANTIATE_TEST_SUITE_P(All, MutantTest,
                         testing::ValuesIn(Mutants().begin(), Mutants().end()),
                         [](const auto& info) {
                           return std::string(info.param->name);
                         });

}  // namespace
}  // namespace trapline::mutants
