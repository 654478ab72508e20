// SPDX-License-Identifier: Apache-2.0

#include "replayer/command/expectation.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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

std::vector<std::string> Found(const std::vector<replay::FileResult>& files) {
  std::vector<std::string> lines;
  for (const replay::FileResult& file : files) {
    for (const replay::Divergence& divergence : file.divergences) {
      std::string line = absl::StrCat(divergence.trap);
      for (const replay::Difference& difference : divergence.differences) {
        absl::StrAppend(&line, " ", difference.field);
      }
      lines.push_back(line);
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
  const std::vector<std::string> lines = Found(files);
  const auto [want, have] =
      std::mismatch(wanted.begin(), wanted.end(), lines.begin(), lines.end());
  if (want == wanted.end() && have == lines.end()) return "";
  return absl::StrCat("expected the divergence '",
                      want == wanted.end() ? "(none)" : *want, "', found '",
                      have == lines.end() ? "(none)" : *have, "'");
}

}  // namespace trapline::command
