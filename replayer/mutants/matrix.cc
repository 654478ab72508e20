// SPDX-License-Identifier: Apache-2.0

#include "replayer/mutants/matrix.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"

namespace trapline::mutants {
namespace {

constexpr absl::string_view kSurvived = "-";
constexpr absl::string_view kEquivalent = "equivalent: ";
constexpr absl::string_view kHeading = "## The matrix\n";
constexpr absl::string_view kTable = R"(
| mutant | what is wrong | recordings | RapidCheck | enumeration | Z3 |
|---|---|---|---|---|---|
)";

std::string Cell(const std::string& killer) {
  return killer.empty() ? std::string(kSurvived) : killer;
}

std::string Killer(absl::string_view cell) {
  return cell == kSurvived ? "" : std::string(cell);
}

}  // namespace

bool Row::IsSettled() const {
  const bool by_another =
      !recordings.empty() || !random.empty() || !enumeration.empty();
  return equivalent.empty() ? !solver.empty() && by_another
                            : solver.empty() && !by_another;
}

std::string FormatRow(const Row& row) {
  return absl::Substitute(
      "| `$0` | $1 | $2 | $3 | $4 | $5 |\n", row.mutant, row.change,
      Cell(row.recordings), Cell(row.random), Cell(row.enumeration),
      row.equivalent.empty() ? Cell(row.solver)
                             : absl::StrCat(kEquivalent, row.equivalent));
}

std::vector<Row> ParseRows(absl::string_view text) {
  std::vector<Row> rows;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::ConsumePrefix(&line, "| `")) continue;
    const std::vector<absl::string_view> cells =
        absl::StrSplit(absl::StripSuffix(line, " |"), " | ");
    if (cells.size() != 6) continue;
    Row row;
    row.mutant = std::string(absl::StripSuffix(cells[0], "`"));
    row.change = std::string(cells[1]);
    row.recordings = Killer(cells[2]);
    row.random = Killer(cells[3]);
    row.enumeration = Killer(cells[4]);
    absl::string_view solver = cells[5];
    if (absl::ConsumePrefix(&solver, kEquivalent)) {
      row.equivalent = std::string(solver);
    } else {
      row.solver = Killer(solver);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string Summary(absl::Span<const Row> rows) {
  const auto killed = [rows](std::string Row::*by) {
    return std::count_if(rows.begin(), rows.end(),
                         [by](const Row& row) { return !(row.*by).empty(); });
  };
  return absl::Substitute(
      "Of $0 mutants the recordings kill $1, RapidCheck $2, enumeration $3 and "
      "Z3 $4;\n$5 are equivalent.\n",
      rows.size(), killed(&Row::recordings), killed(&Row::random),
      killed(&Row::enumeration), killed(&Row::solver),
      killed(&Row::equivalent));
}

std::string WithRows(absl::string_view text, absl::Span<const Row> rows) {
  std::string matrix = absl::StrCat(text.substr(0, text.find(kHeading)),
                                    kHeading, "\n", Summary(rows), kTable);
  for (const Row& row : rows) absl::StrAppend(&matrix, FormatRow(row));
  return matrix;
}

}  // namespace trapline::mutants
