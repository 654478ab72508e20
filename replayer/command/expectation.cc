// SPDX-License-Identifier: Apache-2.0

#include "replayer/command/expectation.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace trapline::command {
namespace {

// The lines that count.
absl::StatusOr<std::vector<std::string>> ReadLines(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return absl::NotFoundError(absl::StrCat("'", path, "' cannot be read"));
  }
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != '#') lines.push_back(line);
  }
  if (lines.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", path,
                     "' expects nothing: its first line must be a "
                     "verdict"));
  }
  return lines;
}

// What a line tells after its fields.
constexpr absl::string_view kBreaks = "breaks";
constexpr absl::string_view kNothing = "nothing";

bool Breaks(const replay::Divergence& divergence, absl::string_view clause) {
  if (clause == kNothing) return divergence.broken.empty();
  return std::any_of(divergence.broken.begin(), divergence.broken.end(),
                     [clause](const replay::BrokenClause& broken) {
                       return std::string(broken.clause->id) ==
                              std::string(clause);
                     });
}

// The line that `wanted` should be: with those of its clauses that are broken.
std::string Line(const replay::Divergence& divergence,
                 absl::string_view wanted) {
  std::string line = absl::StrCat(divergence.trap);
  for (const replay::Difference& difference : divergence.differences) {
    absl::StrAppend(&line, " ", difference.field);
  }
  const std::vector<std::string> words = absl::StrSplit(wanted, ' ');
  const auto breaks = std::find(words.begin(), words.end(), kBreaks);
  bool any = false;
  for (auto word = breaks; word != words.end(); ++word) {
    if (word == breaks || !Breaks(divergence, *word)) continue;
    absl::StrAppend(&line, any ? " " : absl::StrCat(" ", kBreaks, " "), *word);
    any = true;
  }
  return line;
}

std::vector<std::string> Found(const std::vector<replay::FileResult>& files,
                               const std::vector<std::string>& wanted) {
  std::vector<std::string> lines;
  for (const replay::FileResult& file : files) {
    for (const replay::Divergence& divergence : file.divergences) {
      const size_t i = lines.size();
      lines.push_back(Line(divergence, i < wanted.size() ? wanted[i] : ""));
    }
  }
  return lines;
}

}  // namespace

absl::StatusOr<std::string> Unexpected(
    const std::string& path, const std::vector<replay::FileResult>& files) {
  absl::StatusOr<std::vector<std::string>> expected = ReadLines(path);
  if (!expected.ok()) return expected.status();
  const std::string verdict = (*expected)[0];
  const char* found = replay::VerdictName(replay::VerdictOf(files));
  if (verdict != found) {
    return absl::StrCat("expected ", verdict, ", found ", found);
  }
  if (expected->size() == 1) return "";
  const std::vector<std::string> wanted(expected->begin() + 1, expected->end());
  if (verdict == replay::VerdictName(replay::Verdict::kBadData)) {
    for (const replay::FileResult& file : files) {
      const std::string message(file.status.message());
      for (const std::string& part : wanted) {
        if (!absl::StrContains(message, part)) {
          return absl::StrCat("expected a message with '", part, "', found '",
                              message, "'");
        }
      }
    }
    return "";
  }
  const std::vector<std::string> lines = Found(files, wanted);
  const auto [want, have] =
      std::mismatch(wanted.begin(), wanted.end(), lines.begin(), lines.end());
  if (want == wanted.end() && have == lines.end()) return "";
  return absl::StrCat("expected the divergence '",
                      want == wanted.end() ? "(none)" : *want, "', found '",
                      have == lines.end() ? "(none)" : *have, "'");
}

}  // namespace trapline::command
