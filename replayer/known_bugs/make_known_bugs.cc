// SPDX-License-Identifier: Apache-2.0

// Writes into the folder given a trace for each host that shows known bugs.

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "replayer/known_bugs/find_known_bugs.h"
#include "replayer/known_bugs/known_bugs.h"

namespace {

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  namespace replay = trapline::replay;
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_known_bugs FOLDER\n");
    return 2;
  }
  replay::FindOptions options;
  options.tell = [](const std::string& line) {
    std::fprintf(stderr, "%s\n", line.c_str());
  };
  const auto found =
      replay::FindKnownBugs(trapline::properties::Deviations(), options);
  if (!found.ok()) return Fail(found.status());
  for (const replay::KnownBugs& known : *found) {
    const absl::Status status = replay::WriteKnownBugs(
        absl::StrCat(argv[1], "/", replay::KnownBugsName(known.host)), known);
    if (!status.ok()) return Fail(status);
  }
  return 0;
}
