// SPDX-License-Identifier: Apache-2.0

// Prints docs/BUGS.md, of the traces given.

#include <cstdio>
#include <string>
#include <vector>

#include "properties/clause.h"
#include "replayer/known_bugs/bugs_doc.h"
#include "replayer/known_bugs/known_bugs.h"

namespace {

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  namespace replay = trapline::replay;
  std::vector<replay::KnownBugs> traces;
  for (int i = 1; i < argc; ++i) {
    auto known = replay::ReadKnownBugs(argv[i]);
    if (!known.ok()) return Fail(known.status());
    traces.push_back(*std::move(known));
  }
  const auto doc = replay::BugsDoc(traces, trapline::properties::Deviations());
  if (!doc.ok()) return Fail(doc.status());
  std::fputs(doc->c_str(), stdout);
  return 0;
}
