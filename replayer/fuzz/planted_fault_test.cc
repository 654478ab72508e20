// SPDX-License-Identifier: Apache-2.0

// What docs/FUZZING.md says was found.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "model/handle_trap.h"
#include "properties/fuzz/check_insn.h"
#include "replayer/mutants/mutant.h"

namespace trapline::fuzz {
namespace {

struct Row {
  std::string planted;
  double seconds;
  std::string reproducer;
};

std::vector<Row> rows;

void ReadRows(const std::string& path) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> cells = absl::StrSplit(line, " | ");
    Row row;
    if (cells.size() != 5 || !absl::SimpleAtod(cells[2], &row.seconds)) {
      continue;
    }
    row.planted = cells[0].substr(2);
    row.reproducer =
        absl::HexStringToBytes(cells[4].substr(0, cells[4].find(' ')));
    rows.push_back(row);
  }
}

std::string Check(const std::string& input,
                  properties::Handler<properties::ConcreteGuest> handler) {
  return properties::CheckInsn(
      {reinterpret_cast<const uint8_t*>(input.data()), input.size()}, handler);
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
      EXPECT_NE(Check(row.reproducer, mutant->concrete), "") << row.planted;
    }
    EXPECT_EQ(Check(row.reproducer, model::handle_trap), "") << row.planted;
    EXPECT_LE(row.reproducer.size(), 16u) << row.planted;
    EXPECT_LE(row.seconds, 30) << row.planted;
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
