// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "recorder/convert/testing_raw.h"
#include "replayer/capture/samples.h"
#include "replayer/command/testing_command.h"
#include "replayer/command/verbs.h"

namespace trapline::command {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<Verb> Verbs() {
  return {ImportVerb(),  ConvertVerb(), ExportVerb(), InfoVerb(),
          StatsVerb(),   CheckVerb(),   DumpVerb(),   ReplayVerb(),
          RecoverVerb(), SliceVerb(),   DiffVerb(),   MinimizeVerb(),
          DecodeVerb(),  ProveVerb()};
}

TEST(Help, NamesEveryVerbAndEveryExitStatus) {
  const Finished help = Trapline({"--help"});
  ASSERT_THAT(help, Exits(0));
  EXPECT_EQ(help.err, "");
  for (const Verb& verb : Verbs()) {
    EXPECT_THAT(help.out, HasSubstr(absl::StrCat("\n  ", verb.name, " ")));
    EXPECT_THAT(help.out, HasSubstr(absl::StrCat("  ", verb.summary, "\n")));
  }
  EXPECT_EQ(std::count(help.out.begin(), help.out.end(), '\n'),
            static_cast<int>(Verbs().size()) + 9);
  EXPECT_THAT(help.out,
              HasSubstr("0 verified, proved or done,\n1 diverged or refuted, "
                        "2 wrong use, 3 verified with gaps, 4 unproved, 65 "
                        "bad\ndata."));
  EXPECT_EQ(Trapline({"-h"}).out, help.out);
  EXPECT_EQ(Trapline({"help"}).out, help.out);
}

TEST(Help, OfAVerbNamesEveryOption) {
  for (const Verb& verb : Verbs()) {
    const Finished help = Trapline({verb.name, "--help"});
    ASSERT_THAT(help, Exits(0));
    EXPECT_EQ(help.err, "");
    EXPECT_THAT(help.out, StartsWith("usage: trapline " + verb.name + " "));
    EXPECT_THAT(help.out, HasSubstr("\n\n" + verb.summary + ".\n"));
    for (const Option& option : verb.options) {
      const std::string name =
          absl::StrCat(option.name.size() == 1 ? "-" : "--", option.name);
      EXPECT_THAT(help.out, testing::ContainsRegex(absl::StrCat(
                                "\n  ", name, option.value.empty() ? "" : " ",
                                option.value, "  +[^ ]")));
      EXPECT_THAT(help.out, HasSubstr(option.help + "\n"));
    }
    EXPECT_THAT(help.out,
                HasSubstr("\nexample: tools/trapline " + verb.name + " "));
    EXPECT_EQ(Trapline({"help", verb.name}).out, help.out);
    EXPECT_EQ(Trapline({verb.name, "x", "--help", "--colour"}).out, help.out);
  }
}

TEST(Help, FitsATerminal) {
  std::string text = Trapline({"--help"}).out;
  for (const Verb& verb : Verbs()) text += Trapline({verb.name, "--help"}).out;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    EXPECT_LE(line.size(), 80u) << std::string(line);
  }
}

// A folder as the examples take it for granted.
std::string FolderOfExamples() {
  namespace fs = std::filesystem;
  const std::string folder = NewFolder();
  fs::create_directory_symlink(fs::absolute("traces"), folder + "/traces");
  const std::string capture =
      Trapline({"export", Good("v2.6.32-boot"), "--range", ":400"}).out;
  trace::WriteBytes(folder + "/boot.jsonl.zst", capture::Compress(capture));
  for (const std::string name :
       {"boot.trace", "monday.trace", "tuesday.trace"}) {
    EXPECT_THAT(Trapline({"import", folder + "/boot.jsonl.zst", "--block", "50",
                          "-o", absl::StrCat(folder, "/", name)}),
                Exits(0));
  }
  const std::string bytes = trace::ReadBytes(folder + "/boot.trace");
  trace::WriteBytes(folder + "/cut.trace.part", bytes.substr(0, 3000));
  fs::copy_file(Historic("3.12.9-in-ax-inverted"), folder + "/broken.trace");
  fs::create_directory(folder + "/recording");
  trace::WriteBytes(
      folder + "/recording/cpu0.raw",
      convert::FileBytes({.records = {convert::TrapRecord(1, 1)}}));
  return folder;
}

TEST(Help, HasAnExampleOfEachVerbThatWorks) {
  const std::string folder = FolderOfExamples();
  const std::string tool = "tools/trapline ";
  for (const Verb& verb : Verbs()) {
    SCOPED_TRACE(verb.example);
    ASSERT_THAT(verb.example, StartsWith(tool + verb.name + " "));
    const Finished example =
        Shell("$TRAPLINE " + verb.example.substr(tool.size()), folder);
    ASSERT_THAT(example, Exits(0));
    EXPECT_FALSE(example.out.empty() && example.err.empty());
  }
  for (const std::string made :
       {"boot.trace", "saved.trace", "part.trace", "least.trace"}) {
    EXPECT_THAT(Trapline({"check", absl::StrCat(folder, "/", made)}), Exits(0));
  }
}

}  // namespace
}  // namespace trapline::command
