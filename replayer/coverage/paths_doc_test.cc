// SPDX-License-Identifier: Apache-2.0

#include "replayer/coverage/paths_doc.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace trapline::replay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::vector<std::string> GoodTraces() {
  std::vector<std::string> traces;
  for (const auto& entry : std::filesystem::directory_iterator("traces/good")) {
    if (entry.path().extension() == ".trace") traces.push_back(entry.path());
  }
  std::sort(traces.begin(), traces.end());
  return traces;
}

TEST(PathsDoc, IsWhatTheListAndTheRecordingsMakeIt) {
  const auto doc = PathsDoc(GoodTraces());
  ASSERT_TRUE(doc.ok()) << doc.status();
  std::ifstream file("docs/PATHS.md");
  const std::string committed{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(*doc, committed)
      << "bazel run //replayer/coverage:print_paths_doc prints it anew";
}

TEST(Shortened, HasPathsOfOneBeginningInOneLineWhereNoneIsTaken) {
  EXPECT_THAT(Shortened({"a", "a, b", "a, b, c", "a, b, d", "b, c", "b, d"},
                        {"a", "a, b, c"}),
              ElementsAre(Pair("a, b", 1), Pair("a, b, d", 1), Pair("b", 2)));
}

TEST(Shortened, TakesWordsWhole) {
  EXPECT_THAT(Shortened({"a, bc, d", "a, bc, e"}, {"a, b", "ab"}),
              ElementsAre(Pair("a, bc", 2)));
}

TEST(Shortened, IsEmptyWhereAllAreTaken) {
  EXPECT_THAT(Shortened({"a", "a, b"}, {"a", "a, b"}), IsEmpty());
}

}  // namespace
}  // namespace trapline::replay
