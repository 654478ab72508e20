// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "replayer/capture/samples.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Capture : public ::testing::Test {
 protected:
  // A capture of v3.12-kill1.
  std::string Exported() {
    const Finished exported = Trapline({"export", Good("v3.12-kill1")});
    EXPECT_THAT(exported, Exits(0));
    EXPECT_EQ(exported.err, "");
    return exported.out;
  }

  Finished Import(const std::string& content) {
    trace::WriteBytes(capture_, content);
    return Trapline({"import", capture_, "-o", trace_});
  }

  const std::string folder_ = NewFolder();
  const std::string capture_ = folder_ + "/boot.jsonl";
  const std::string trace_ = folder_ + "/boot.trace";
};

TEST_F(Capture, WhatIsExportedIsImportedToTheSameTrace) {
  const Finished imported = Import(Exported());
  ASSERT_THAT(imported, Exits(0));
  EXPECT_EQ(imported.out, "");
  EXPECT_EQ(imported.err, trace_ + ": 196 traps, 104 events\n");
  EXPECT_EQ(trace::ReadBytes(trace_), trace::ReadBytes(Good("v3.12-kill1")));
}

TEST_F(Capture, ACaptureMayBeCompressed) {
  ASSERT_THAT(Import(capture::Compress(Exported())), Exits(0));
  EXPECT_EQ(trace::ReadBytes(trace_), trace::ReadBytes(Good("v3.12-kill1")));
}

TEST_F(Capture, ImportTakesALevelAndASizeOfBlocks) {
  trace::WriteBytes(capture_, Exported());
  ASSERT_THAT(Trapline({"import", "--level", "1", "--block=50", capture_, "-o",
                        trace_}),
              Exits(0));
  const auto blocks = trace::ReadBlocks(trace_);
  ASSERT_EQ(blocks.status(), absl::OkStatus());
  ASSERT_EQ(blocks->size(), 4u);
  EXPECT_EQ((*blocks)[0].block.traps(), 50u);
  EXPECT_EQ((*blocks)[3].block.traps(), 46u);
  const size_t fast = std::filesystem::file_size(trace_);
  ASSERT_THAT(Trapline({"import", "--level", "19", "--block=50", capture_, "-o",
                        trace_}),
              Exits(0));
  EXPECT_LT(std::filesystem::file_size(trace_), fast);
}

TEST_F(Capture, ABadCaptureIsRefusedWithFileAndLineAndLeavesNothing) {
  std::vector<std::string> lines = absl::StrSplit(Exported(), '\n');
  lines[2] = "{\"trap\":";
  EXPECT_THAT(Import(absl::StrJoin(lines, "\n")), IsBadData(capture_ + ":3: "));
  EXPECT_FALSE(std::filesystem::exists(trace_));
  EXPECT_FALSE(std::filesystem::exists(trace_ + ".part"));
  EXPECT_THAT(Import(""), IsBadData(capture_ + ":1: is empty"));
}

TEST_F(Capture, ExportGivesTheTrapsOfTheRangeWithTheEventsBeforeThem) {
  const Finished part =
      Trapline({"export", Good("v3.12-kill1"), "--range", "34218:34220"});
  ASSERT_THAT(part, Exits(0));
  const std::vector<std::string> lines = absl::StrSplit(part.out, '\n');
  ASSERT_EQ(lines.size(), 5u) << part.out;
  EXPECT_THAT(lines[0], StartsWith("{\"lguest_capture\":1,"));
  EXPECT_THAT(lines[1], StartsWith("{\"trap\":34218,"));
  EXPECT_THAT(lines[2], StartsWith("{\"hypercall\":"));
  EXPECT_THAT(lines[3], StartsWith("{\"trap\":34219,"));
  EXPECT_EQ(lines[4], "");
}

TEST_F(Capture, ARangeMayBeOpenAtEitherEnd) {
  const auto traps = [](const std::string& range) {
    const Finished part =
        Trapline({"export", Good("v3.12-kill1"), "--range", range});
    EXPECT_THAT(part, Exits(0));
    std::vector<std::string> numbers;
    for (absl::string_view line : absl::StrSplit(part.out, '\n')) {
      if (absl::ConsumePrefix(&line, "{\"trap\":")) {
        numbers.emplace_back(line.substr(0, line.find(',')));
      }
    }
    return numbers;
  };
  EXPECT_THAT(traps(":34219"), testing::ElementsAre("34217", "34218"));
  EXPECT_THAT(traps("34411:"), testing::ElementsAre("34411", "34412"));
  EXPECT_THAT(traps("1:2"), testing::IsEmpty());
}

TEST_F(Capture, ExportRefusesADamagedTrace) {
  EXPECT_THAT(Trapline({"export", Bad("cut-in-block")}),
              IsBadData("cut at offset 1673"));
  // Whose columns only tell after some of its traps are printed.
  EXPECT_THAT(Trapline({"export", Bad("column-runs-out")}),
              IsBadData(Bad("column-runs-out") + ": block 0 at offset 142"));
}

}  // namespace
}  // namespace trapline::command
