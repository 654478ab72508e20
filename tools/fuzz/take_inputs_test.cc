// SPDX-License-Identifier: Apache-2.0

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace trapline::fuzz {
namespace {

using ::testing::HasSubstr;

class TakeInputs : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    std::filesystem::create_directories(outputs_);
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    std::filesystem::remove_all(outputs_);
  }

  void Put(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }

  // The exit status; what was printed is in `out_`.
  int Run(const std::string& arguments) {
    const std::string command =
        absl::StrCat("TEST_TARGET=//some:test TEST_UNDECLARED_OUTPUTS_DIR=",
                     outputs_.string(), " tools/fuzz/testing_take_inputs ",
                     arguments, " 2>&1");
    FILE* const pipe = popen(command.c_str(), "r");
    out_.clear();
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
      out_ += static_cast<char>(c);
    }
    return WEXITSTATUS(pclose(pipe));
  }

  std::string Left() const {
    std::ifstream file(outputs_ / "input", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(std::getenv("TEST_TMPDIR")) / "inputs";
  const std::filesystem::path outputs_ =
      std::filesystem::path(std::getenv("TEST_TMPDIR")) / "outputs";
  std::string out_;
};

TEST_F(TakeInputs, TakesFilesFoldersAndDigits) {
  Put("1", "ba");
  Put("2", "xyz");
  EXPECT_EQ(
      Run(absl::StrCat(folder_.string(), " ", folder_.string(), "/1 hex:6261")),
      0)
      << out_;
  EXPECT_EQ(out_, "5 inputs\n");  // with that of no bytes
}

TEST_F(TakeInputs, LeavesTheSmallestInputThatFailsAndTheLineThatTakesIt) {
  Put("long", absl::StrCat(std::string(1000, 'x'), "a", std::string(99, 'y'),
                           "b", std::string(500, 'z')));
  EXPECT_EQ(Run(folder_.string()), 1);
  EXPECT_THAT(out_, HasSubstr("/long, of 1601 bytes, ended the harness.\n"));
  EXPECT_THAT(out_, HasSubstr("b comes after a\n"));
  EXPECT_THAT(out_, HasSubstr("The smallest that does has 2 bytes:\n"));
  EXPECT_THAT(out_, HasSubstr("\nreproduce: bazel test //some:test "
                              "--test_arg=hex:6162\n"));
  EXPECT_EQ(Left(), "ab");
  EXPECT_EQ(Run("hex:6162"), 1);
}

TEST_F(TakeInputs, OutlivesACrash) {
  EXPECT_EQ(Run("hex:7a7a63"), 1);
  EXPECT_EQ(Left(), "c");
}

TEST_F(TakeInputs, RefusesWhatIsNoInput) {
  EXPECT_EQ(Run("hex:1"), 2);
  EXPECT_THAT(out_, HasSubstr("pairs of hexadecimal digits, not '1'"));
  EXPECT_EQ(Run(folder_ / "none"), 2);
  EXPECT_THAT(out_, HasSubstr("none cannot be read"));
}

}  // namespace
}  // namespace trapline::fuzz
