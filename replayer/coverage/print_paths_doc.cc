// SPDX-License-Identifier: Apache-2.0

// Prints docs/PATHS.md, of the traces given.

#include <cstdio>

#include "replayer/coverage/paths_doc.h"

int main(int argc, char** argv) {
  const auto doc = trapline::replay::PathsDoc({argv + 1, argv + argc});
  if (!doc.ok()) {
    std::fprintf(stderr, "%s\n", doc.status().ToString().c_str());
    return 1;
  }
  std::fputs(doc->c_str(), stdout);
  return 0;
}
