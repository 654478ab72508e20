// SPDX-License-Identifier: Apache-2.0

// The traces with the known bugs, as tests find them.

#ifndef TRAPLINE_REPLAYER_KNOWN_BUGS_TESTING_KNOWN_BUGS_H_
#define TRAPLINE_REPLAYER_KNOWN_BUGS_TESTING_KNOWN_BUGS_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "replayer/known_bugs/known_bugs.h"

namespace trapline::replay {

inline std::vector<std::string> KnownBugsPaths() {
  std::vector<std::string> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator("traces/historic")) {
    const std::string name = entry.path().filename();
    if (name.rfind("known-bugs-", 0) == 0) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

inline std::vector<KnownBugs> KnownBugsOfTraces() {
  std::vector<KnownBugs> all;
  for (const std::string& path : KnownBugsPaths()) {
    auto known = ReadKnownBugs(path);
    EXPECT_TRUE(known.ok()) << known.status();
    if (known.ok()) all.push_back(*std::move(known));
  }
  return all;
}

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_KNOWN_BUGS_TESTING_KNOWN_BUGS_H_
