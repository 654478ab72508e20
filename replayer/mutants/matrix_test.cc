// SPDX-License-Identifier: Apache-2.0

#include "replayer/mutants/matrix.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace trapline::mutants {
namespace {

Row Killed() { return {"a", "Adds 1.", "boot 7", "", "x.y", "x.z (F2)", ""}; }
Row Equivalent() { return {"b", "Adds 0.", "", "", "", "", "x + 0 is x"}; }

TEST(Matrix, ARowIsReadAsItIsWritten) {
  for (const Row& row : {Killed(), Equivalent()}) {
    const std::string line = FormatRow(row);
    const std::vector<Row> rows = ParseRows("# Title\n\n" + line + "text\n");
    ASSERT_EQ(rows.size(), 1u) << line;
    EXPECT_EQ(FormatRow(rows[0]), line);
    EXPECT_EQ(rows[0].mutant, row.mutant);
    EXPECT_EQ(rows[0].solver, row.solver);
    EXPECT_EQ(rows[0].random, row.random);
    EXPECT_EQ(rows[0].equivalent, row.equivalent);
  }
  EXPECT_EQ(FormatRow(Killed()),
            "| `a` | Adds 1. | boot 7 | - | x.y | x.z (F2) |\n");
}

TEST(Matrix, AMutantIsSettledBySolverAndOneOtherEngine) {
  EXPECT_TRUE(Killed().IsSettled());
  for (std::string Row::*other :
       {&Row::recordings, &Row::random, &Row::enumeration}) {
    Row row = Killed();
    row.recordings = row.random = row.enumeration = "";
    EXPECT_FALSE(row.IsSettled());
    row.*other = "x.y";
    EXPECT_TRUE(row.IsSettled());
    row.solver = "";
    EXPECT_FALSE(row.IsSettled());
  }
}

TEST(Matrix, AnEquivalentMutantIsKilledByNoEngine) {
  EXPECT_TRUE(Equivalent().IsSettled());
  for (std::string Row::*by :
       {&Row::recordings, &Row::random, &Row::enumeration, &Row::solver}) {
    Row row = Equivalent();
    row.*by = "x.y";
    EXPECT_FALSE(row.IsSettled());
  }
}

TEST(Matrix, RowsReplaceThoseOfTheText) {
  const std::string text = WithRows("# Title\n\n## The matrix\n", {Killed()});
  EXPECT_EQ(WithRows(text, {Killed()}), text);
  const std::string other = WithRows(text, {Equivalent(), Killed()});
  EXPECT_EQ(other.find("# Title\n\n## The matrix\n\nOf 2 mutants the "
                       "recordings kill 1, RapidCheck 0, enumeration 1 and Z3 "
                       "1;\n1 are equivalent.\n"),
            0u)
      << other;
  ASSERT_EQ(ParseRows(other).size(), 2u);
  EXPECT_EQ(ParseRows(other)[1].mutant, "a");
}

}  // namespace
}  // namespace trapline::mutants
