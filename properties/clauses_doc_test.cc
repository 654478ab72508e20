// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace trapline::properties {
namespace {

using ::testing::HasSubstr;

// Of a text file, with one space for each run of white space.
std::string Words(const std::string& path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return absl::StrJoin(
      absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty()), " ");
}

TEST(ClausesDoc, ShowsAClauseAsItIs) {
  const std::string doc = Words("docs/CLAUSES.md");
  const std::string begin = "```cpp ", end = " ```";
  const size_t at = doc.find(begin);
  ASSERT_NE(at, std::string::npos);
  const size_t code = at + begin.size();
  std::string clauses;
  for (const auto& entry :
       std::filesystem::directory_iterator("properties/clauses")) {
    absl::StrAppend(&clauses, Words(entry.path()));
  }
  EXPECT_THAT(clauses, HasSubstr(doc.substr(code, doc.find(end, code) - code)));
}

}  // namespace
}  // namespace trapline::properties
