// SPDX-License-Identifier: Apache-2.0

#include "replayer/report/clauses.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"

namespace trapline::replay {
namespace {

using properties::Clause;
using properties::Clauses;
using properties::Deviation;
using properties::Deviations;

constexpr size_t kLineWidth = 80;

uint64_t At(const std::vector<uint64_t>& counts, size_t index) {
  return index < counts.size() ? counts[index] : 0;
}

std::string Traps(uint64_t count) {
  return absl::StrCat(count, count == 1 ? " trap" : " traps");
}

// Names, separated by commas, on indented lines.
std::string Wrapped(const std::vector<std::string_view>& names) {
  std::string text = "   ";
  size_t column = text.size();
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string word =
        absl::StrCat(std::string(names[i]), i + 1 < names.size() ? "," : "");
    if (column + 1 + word.size() > kLineWidth) {
      absl::StrAppend(&text, "\n   ");
      column = 3;
    }
    absl::StrAppend(&text, " ", word);
    column += 1 + word.size();
  }
  return text + "\n";
}

}  // namespace

std::vector<ClauseRow> ClauseRows(const ClauseCounts& counts) {
  std::vector<ClauseRow> rows;
  for (size_t i = 0; i < Clauses().size(); ++i) {
    ClauseRow row = {
        &Clauses()[i], At(counts.exercised, i), At(counts.broken, i), {}};
    for (size_t j = 0; j < Deviations().size(); ++j) {
      const Deviation& deviation = Deviations()[j];
      const uint64_t shown = At(counts.shown, j);
      if (deviation.clause == row.clause->id && shown != 0) {
        row.shown.push_back({deviation.id, shown});
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string ClauseTable(const ClauseCounts& counts) {
  const std::vector<ClauseRow> rows = ClauseRows(counts);
  size_t width = 0;
  std::vector<std::string_view> idle;
  for (const ClauseRow& row : rows) {
    if (row.exercised == 0) {
      idle.push_back(row.clause->id);
    } else {
      width = std::max(width, row.clause->id.size());
    }
  }
  std::string text =
      absl::StrCat("traps that exercised a clause, ", rows.size() - idle.size(),
                   " of ", rows.size(), " clauses:\n");
  for (const ClauseRow& row : rows) {
    if (row.exercised == 0) continue;
    absl::StrAppend(
        &text, absl::StrFormat("  %-*s %10d", width,
                               std::string(row.clause->id), row.exercised));
    if (row.broken != 0) absl::StrAppend(&text, "  broken by ", row.broken);
    for (const auto& [id, traps] : row.shown) {
      absl::StrAppend(&text, "  ", std::string(id), " shown by ", traps);
    }
    absl::StrAppend(&text, "\n");
  }
  if (!idle.empty()) {
    absl::StrAppend(&text, "exercised by no trap:\n", Wrapped(idle));
  }
  if (counts.untold != 0) {
    absl::StrAppend(&text,
                    "not checked, what killed the guest not being told: ",
                    Traps(counts.untold), "\n");
  }
  return text;
}

std::string BrokenText(const BrokenClause& broken) {
  const Clause& clause = *broken.clause;
  std::string text = absl::StrCat("    breaks ", std::string(clause.id), ": ",
                                  std::string(clause.sentence), "\n      ",
                                  std::string(clause.source), "\n");
  if (broken.deviation != nullptr) {
    absl::StrAppend(&text, "      known: ", std::string(broken.deviation->id),
                    ", ", std::string(broken.deviation->reason), "\n");
  }
  return text;
}

}  // namespace trapline::replay
