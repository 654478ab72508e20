// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "replayer/prove/findings.h"
#include "replayer/prove/guest_text.h"
#include "replayer/prove/report.h"

namespace trapline::replay {
namespace {

using properties::Answer;
using properties::Clause;
using properties::Deviation;
using properties::HostProof;

std::string Plural(size_t count, const char* noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

std::string CellText(const Cell& cell) {
  switch (cell.answer) {
    case Answer::kRefuted:
      return "REFUTED";
    case Answer::kUnknown:
      return "UNKNOWN";
    case Answer::kVacuous:
      return "VACUOUS";
    case Answer::kDeviates:
      return absl::StrJoin(cell.deviations, ",", [](auto* out, auto id) {
        out->append(id.data(), id.size());
      });
    case Answer::kProved:
      return "+";
    case Answer::kNotApplicable:
      return ".";
  }
  return "";
}

std::string Table(const Findings& findings) {
  std::vector<std::vector<std::string>> rows = {{""}};
  for (const std::string_view flavor : findings.flavors) {
    rows[0].emplace_back(flavor);
  }
  for (const Findings::Row& row : findings.rows) {
    rows.push_back({std::string(row.clause->id)});
    for (const Cell& cell : row.cells) rows.back().push_back(CellText(cell));
  }
  std::vector<size_t> widths(rows[0].size());
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      absl::StrAppendFormat(&line, "%-*s  ", widths[i], row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&text, line, "\n");
  }
  return absl::StrCat(
      text, "\n+ proved   . not about this flavor   E1 holds, but where entry ",
      "E1 of the ledger says\n");
}

// The hosts in which the same was found of a clause.
std::string HostList(const std::vector<Finding>& findings,
                     const Clause* clause) {
  std::string text;
  for (const Finding& finding : findings) {
    if (finding.proof->clause != clause) continue;
    absl::StrAppend(&text, text.empty() ? "" : "; ",
                    HostText(finding.host->host));
  }
  return text;
}

std::string Statement(const Clause& clause) {
  return absl::StrCat("  ", std::string(clause.sentence), "\n  ",
                      std::string(clause.source), "\n");
}

// Each clause once, with the guest of the first host.
std::string RefutedText(const std::vector<Finding>& findings) {
  std::string text;
  std::set<const Clause*> told;
  for (const Finding& finding : findings) {
    const Clause& clause = *finding.proof->clause;
    if (!told.insert(&clause).second) continue;
    absl::StrAppend(&text, "\n", std::string(clause.id), " is REFUTED in ",
                    HostList(findings, &clause), "\n", Statement(clause),
                    "  Not so of\n", GuestText(*finding.proof->guest));
  }
  if (text.empty()) return "";
  return absl::StrCat(
      text,
      "\nA refuted clause is one of three: a bug of the kernel, which needs "
      "an ",
      "entry in\nproperties/ledger, a fault of the model, or a clause that ",
      "says too much.\n");
}

std::string UnprovedText(const std::vector<Finding>& findings) {
  std::string text;
  std::set<const Clause*> told;
  for (const Finding& finding : findings) {
    const Clause& clause = *finding.proof->clause;
    if (!told.insert(&clause).second) continue;
    absl::StrAppend(
        &text, "\n", std::string(clause.id), " is ",
        finding.proof->answer == Answer::kVacuous ? "VACUOUS" : "UNKNOWN",
        " in ", HostList(findings, &clause), "\n", Statement(clause), "  ",
        finding.proof->answer == Answer::kVacuous
            ? "No guest meets its premise, so it says nothing."
            : finding.proof->why,
        "\n");
  }
  return text;
}

std::string LostText(const std::vector<LostDeviation>& lost) {
  std::string text;
  for (const LostDeviation& entry : lost) {
    absl::StrAppend(&text, "\n", std::string(entry.deviation->id),
                    " no longer ", "shows in ", HostText(entry.host->host),
                    ": every guest ", "keeps ",
                    std::string(entry.deviation->clause),
                    " where its entry says that one may not.\n");
  }
  if (text.empty()) return "";
  return absl::StrCat(text,
                      "Take these hosts out of the entries of the ledger.\n");
}

}  // namespace

std::string ProofText(const std::vector<HostProof>& proofs, double seconds) {
  const Findings findings = Fold(proofs);
  return absl::StrCat(
      Table(findings), RefutedText(findings.refuted), LostText(findings.lost),
      UnprovedText(findings.unproved), "\n", VerdictName(VerdictOf(findings)),
      ": ", Plural(findings.rows.size(), "clause"), " in ",
      Plural(proofs.size(), "host"), " of ",
      Plural(findings.flavors.size(), "flavor"), ", ",
      Plural(findings.paths, "path"), ", ", findings.queries, " queries",
      absl::StrFormat(", the slowest %.2f s, all %.1f s\n", findings.slowest,
                      seconds));
}

std::string ClauseList(absl::Span<const Clause> clauses,
                       absl::Span<const Deviation> deviations) {
  std::string text;
  for (const Clause& clause : clauses) {
    absl::StrAppend(&text, std::string(clause.id), "\n", Statement(clause));
    for (const Deviation& deviation : deviations) {
      if (deviation.clause != clause.id) continue;
      absl::StrAppend(&text, "  but ", std::string(deviation.id), " (",
                      std::string(deviation.flavors),
                      "): ", std::string(deviation.reason), "\n");
    }
  }
  absl::StrAppend(&text, Plural(clauses.size(), "clause"), ", ",
                  Plural(deviations.size(), "known deviation"), "\n");
  return text;
}

}  // namespace trapline::replay
