// SPDX-License-Identifier: Apache-2.0

// What docs/FUZZING.md says was found.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "model/handle_trap.h"
#include "properties/fuzz/check_insn.h"
#include "replayer/mutants/mutant.h"

namespace trapline::fuzz {
namespace {

struct Row {
  std::string planted;
  double seconds;
  std::string reproducer;
  std::string caught_by;
};

std::vector<Row> rows;

void ReadRows(const std::string& path) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> cells = absl::StrSplit(line, " | ");
    Row row;
    if (cells.size() != 6 || !absl::SimpleAtod(cells[2], &row.seconds)) {
      continue;
    }
    row.planted = cells[0].substr(2);
    row.reproducer = absl::HexStringToBytes(cells[4]);
    row.caught_by = cells[5].substr(0, cells[5].find(" |"));
    rows.push_back(row);
  }
}

std::string Check(const std::string& input,
                  properties::Handler<properties::ConcreteGuest> handler) {
  return properties::CheckInsn(
      {reinterpret_cast<const uint8_t*>(input.data()), input.size()}, handler);
}

// The oracles that speak in what CheckInsn says, as the table names them.
std::string CaughtBy(const std::string& wrong) {
  std::vector<std::string> oracles;
  for (const absl::string_view line : absl::StrSplit(wrong, '\n')) {
    const size_t broken = line.find(" is broken: ");
    if (broken != line.npos) oracles.emplace_back(line.substr(0, broken));
    if (absl::StrContains(line, "Zydis")) oracles.push_back("Zydis");
    if (absl::StartsWith(line, "Other bytes")) oracles.push_back("reads");
    if (absl::StartsWith(line, "Other than")) oracles.push_back("flavors");
  }
  return absl::StrJoin(oracles, ", ");
}

TEST(PlantedFault, EachHasItsRow) {
  std::vector<std::string> published;
  for (const Row& row : rows) published.push_back(row.planted);
  std::vector<std::string> planted;
  for (const mutants::Mutant* mutant : mutants::Mutants()) {
    planted.emplace_back(mutant->name);
  }
  EXPECT_THAT(published, testing::UnorderedElementsAreArray(planted));
  EXPECT_GE(rows.size(), 15u);
}

TEST(PlantedFault, IsShownByItsReproducerAndTheModelIsNot) {
  for (const Row& row : rows) {
    for (const mutants::Mutant* mutant : mutants::Mutants()) {
      if (mutant->name != row.planted) continue;
      EXPECT_EQ(CaughtBy(Check(row.reproducer, mutant->concrete)),
                row.caught_by)
          << row.planted;
      EXPECT_NE(row.caught_by, "") << row.planted;
    }
    EXPECT_EQ(Check(row.reproducer, model::handle_trap), "") << row.planted;
    EXPECT_LE(row.reproducer.size(), 16u) << row.planted;
    EXPECT_LE(row.seconds, 30) << row.planted;
  }
}

// Each catches what nothing else does.
TEST(PlantedFault, IsMissedWhereAnOracleIsCutOut) {
  for (const std::string oracle : {"decode.length", "vmcall.only", "reads"}) {
    EXPECT_THAT(rows, testing::Contains(
                          testing::Field(&Row::caught_by, testing::Eq(oracle))))
        << oracle;
  }
}

}  // namespace
}  // namespace trapline::fuzz

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 2) return 2;
  trapline::fuzz::ReadRows(argv[1]);
  return RUN_ALL_TESTS();
}
