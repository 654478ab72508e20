// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Diff : public ::testing::Test {
 protected:
  // v2.6.24-tiny with its one occurrence of `from` in the capture replaced.
  std::string Edited(const std::string& from, const std::string& to) {
    std::string text = Trapline({"export", Good("v2.6.24-tiny")}).out;
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    trace::WriteBytes(folder_ + "/edited.jsonl", text);
    EXPECT_THAT(Trapline({"import", folder_ + "/edited.jsonl", "-o",
                          folder_ + "/edited.trace"}),
                Exits(0));
    return folder_ + "/edited.trace";
  }

  const std::string folder_ = NewFolder();
};

TEST_F(Diff, FindsATraceTheSameAsItself) {
  const Finished diff =
      Trapline({"diff", Good("v3.12-kill1"), Good("v3.12-kill1"), "--times"});
  ASSERT_THAT(diff, Exits(0));
  EXPECT_EQ(diff.out,
            "196 traps in both, 0 of them differ; 0 only in the first, 0 only "
            "in the second\n");
}

TEST_F(Diff, FindsTheSameWhateverTheBlocks) {
  EXPECT_THAT(
      Trapline({"diff", Good("v3.12-kill1"), TraceOfManyBlocks(folder_)}),
      Exits(0));
}

TEST_F(Diff, ShowsWhatDiffersInATrap) {
  const std::string edited = Edited("\"eax\":287454020", "\"eax\":287454021");
  const Finished diff = Trapline({"diff", Good("v2.6.24-tiny"), edited});
  ASSERT_THAT(diff, Exits(1));
  EXPECT_THAT(diff.out, StartsWith("trap "));
  EXPECT_THAT(diff.out,
              HasSubstr("  pre.eax               11223344 | 11223345\n"));
  EXPECT_THAT(diff.out, HasSubstr("46 traps in both, 1 of them differ; 0"));
}

TEST_F(Diff, ShowsWhatDiffersInTheHeader) {
  const std::string edited = Edited("QEMU TCG pentium3", "another");
  const Finished diff = Trapline({"diff", Good("v2.6.24-tiny"), edited});
  ASSERT_THAT(diff, Exits(1));
  EXPECT_EQ(diff.out,
            "header\n"
            "modified: cpu: \"QEMU TCG pentium3\" -> \"another\"\n"
            "46 traps in both, 0 of them differ; 0 only in the first, 0 only "
            "in the second\n");
}

TEST_F(Diff, CountsTimesOnlyWhereItIsToldTo) {
  const std::string edited = Edited("\"cycles\":", "\"cycles\":1");
  EXPECT_THAT(Trapline({"diff", Good("v2.6.24-tiny"), edited}), Exits(0));
  const Finished diff =
      Trapline({"diff", "--times", Good("v2.6.24-tiny"), edited});
  ASSERT_THAT(diff, Exits(1));
  EXPECT_THAT(diff.out, HasSubstr("\n  cycles  "));
}

TEST_F(Diff, PairsTrapsByTheirNumbers) {
  const Finished diff =
      Trapline({"diff", TraceWithGap(folder_), Good("v3.12-kill1")});
  ASSERT_THAT(diff, Exits(1));
  EXPECT_EQ(diff.out,
            "180 traps in both, 0 of them differ; 0 only in the first, 16 only "
            "in the second\n");
}

TEST_F(Diff, RefusesADamagedTraceByItsName) {
  const std::string good = Good("v3.12-kill1");
  EXPECT_THAT(Trapline({"diff", good, Bad("cut-in-block")}),
              IsBadData(Bad("cut-in-block") + ": cut"));
  EXPECT_THAT(Trapline({"diff", Bad("data-runs-out"), good}),
              IsBadData(Bad("data-runs-out") + ": block 0 at offset 142"));
}

}  // namespace
}  // namespace trapline::command
