// SPDX-License-Identifier: Apache-2.0

// What is refused before anything is done: exit status 2 and one sentence.

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string>& Verbs() {
  static const auto& verbs = *new std::vector<std::string>{
      "import", "export",  "info",  "stats", "check",    "dump",
      "replay", "recover", "slice", "diff",  "minimize", "decode"};
  return verbs;
}

TEST(WrongUse, IsNoVerbOrOneThereIsNot) {
  EXPECT_THAT(Trapline({}), IsWrongUse("a verb is missing; see 'trapline "
                                       "--help'"));
  EXPECT_THAT(Trapline({""}), IsWrongUse("a verb is missing"));
  EXPECT_THAT(Trapline({"reply"}), IsWrongUse("there is no verb 'reply'; see"));
  EXPECT_THAT(Trapline({"--json", "replay"}), IsWrongUse("no verb '--json'"));
  EXPECT_THAT(Trapline({"help", "reply"}), IsWrongUse("no verb 'reply'"));
}

TEST(WrongUse, IsAnOptionThatTheVerbDoesNotHave) {
  for (const std::string& verb : Verbs()) {
    const std::string see = absl::StrCat("; see 'trapline ", verb, " --help'");
    EXPECT_THAT(
        Trapline({verb, "x", "--colour"}),
        IsWrongUse(absl::StrCat(verb, ": there is no option '--colour'", see)));
    EXPECT_THAT(
        Trapline({verb, "-z", "x"}),
        IsWrongUse(absl::StrCat(verb, ": there is no option '-z'", see)));
    EXPECT_THAT(
        Trapline({verb, "-zo", "x"}),
        IsWrongUse(absl::StrCat(verb, ": there is no option '-z'", see)));
  }
}

TEST(WrongUse, IsAnOptionWithoutItsValueOrWithOneTooMany) {
  EXPECT_THAT(Trapline({"import", "x", "-o"}),
              IsWrongUse("import: a value is missing after '-o'"));
  for (const std::string option :
       {"--junit", "--flavor", "--jobs", "--range", "--most", "--expect"}) {
    EXPECT_THAT(Trapline({"replay", "x", option}),
                IsWrongUse("a value is missing after '" + option + "'"));
  }
  EXPECT_THAT(Trapline({"replay", "x", "--json=1"}), IsWrongUse("'--json=1'"));
}

TEST(WrongUse, IsTooFewArgumentsOrTooMany) {
  for (const std::string& verb : Verbs()) {
    EXPECT_THAT(Trapline({verb}), IsWrongUse(verb + " takes "));
  }
  for (const std::string verb :
       {"import", "export", "info", "stats", "dump", "recover", "slice"}) {
    EXPECT_THAT(Trapline({verb, "x", "y"}), IsWrongUse(verb + " takes "));
  }
  EXPECT_THAT(Trapline({"diff", "x"}), IsWrongUse("diff takes A B"));
  EXPECT_THAT(Trapline({"diff", "x", "y", "z"}), IsWrongUse("diff takes A B"));
}

TEST(WrongUse, IsANumberThatIsNone) {
  const std::string trace = Good("v2.6.24-tiny");
  for (const std::string jobs :
       {"0", "-1", "two", "1.5", "", "1e3", "99999999999999999999"}) {
    EXPECT_THAT(Trapline({"replay", trace, "--jobs", jobs}),
                IsWrongUse("--jobs takes a whole number of at least 1, not '" +
                           jobs + "'"));
  }
  EXPECT_THAT(Trapline({"replay", trace, "--most", "-1"}),
              IsWrongUse("--most takes a whole number of at least 0"));
  EXPECT_THAT(Trapline({"import", "x", "-o", "y", "--level", "20"}),
              IsWrongUse("--level takes a whole number from 1 to 19"));
  EXPECT_THAT(Trapline({"import", "x", "-o", "y", "--block", "65537"}),
              IsWrongUse("--block takes a whole number from 1 to 65536"));
}

TEST(WrongUse, IsARangeThatHoldsNothing) {
  const std::string trace = Good("v2.6.24-tiny");
  for (const std::string range :
       {"5:5", "9:3", "x", "5", "", "1:x", "x:1", "-1:5", "1:2:3", "0:0"}) {
    const auto refused = IsWrongUse(
        "--range takes trap numbers A:B with A less than B (B is not "
        "included), not '" +
        range + "'");
    for (const std::string verb : {"replay", "dump", "export"}) {
      EXPECT_THAT(Trapline({verb, trace, "--range", range}), refused);
    }
    EXPECT_THAT(Trapline({"slice", trace, "--range", range, "-o", "x"}),
                refused);
  }
  EXPECT_THAT(Trapline({"slice", trace, "-o", "x"}),
              IsWrongUse("slice needs --range"));
}

TEST(WrongUse, IsAFlavorThatIsNotModelled) {
  for (const std::string flavor : {"F1", "F11", "f2", ""}) {
    EXPECT_THAT(Trapline({"replay", Good("v2.6.24-tiny"), "--flavor", flavor}),
                IsWrongUse("--flavor takes F2 to F10, not '" + flavor + "'"));
    EXPECT_THAT(Trapline({"decode", "ec", "--flavor", flavor}),
                IsWrongUse("--flavor takes F2 to F10, not '" + flavor + "'"));
  }
}

TEST(WrongUse, IsAFileThatIsNotThere) {
  for (const std::string verb :
       {"export", "info", "stats", "check", "dump", "replay"}) {
    EXPECT_THAT(Trapline({verb, "nowhere.trace"}), IsWrongUse("nowhere.trace"));
  }
  const std::string out = NewFolder() + "/out.trace";
  EXPECT_THAT(Trapline({"import", "nowhere.jsonl", "-o", out}),
              IsWrongUse("nowhere.jsonl"));
  EXPECT_THAT(Trapline({"recover", "nowhere.trace", "-o", out}),
              IsWrongUse("nowhere.trace"));
  EXPECT_THAT(Trapline({"slice", "nowhere.trace", "--range=:", "-o", out}),
              IsWrongUse("nowhere.trace"));
  EXPECT_THAT(Trapline({"diff", Good("v2.6.24-tiny"), "nowhere.trace"}),
              IsWrongUse("nowhere.trace"));
  EXPECT_THAT(
      Trapline({"replay", Good("v2.6.24-tiny"), "--expect", "nowhere.expect"}),
      IsWrongUse("'nowhere.expect' cannot be read"));
}

TEST(WrongUse, IsAFolderWhereAFileIsTaken) {
  const std::string folder = NewFolder();
  for (const std::string verb : {"export", "info", "stats", "check", "dump"}) {
    EXPECT_THAT(Trapline({verb, folder}),
                IsWrongUse(folder + ": is not a regular file"));
  }
  EXPECT_THAT(Trapline({"replay", folder}),
              IsWrongUse("the folder '" + folder + "' holds no .trace file"));
}

TEST(WrongUse, IsAnOutputNotNamed) {
  const std::string trace = Good("v2.6.24-tiny");
  EXPECT_THAT(Trapline({"import", "x"}), IsWrongUse("import needs -o TRACE"));
  EXPECT_THAT(Trapline({"recover", "x"}), IsWrongUse("recover needs -o TRACE"));
  EXPECT_THAT(Trapline({"slice", trace, "--range", ":"}),
              IsWrongUse("slice needs -o TRACE"));
  EXPECT_THAT(Trapline({"recover", "x", "-o", ""}),
              IsWrongUse("recover needs -o TRACE"));
}

// A capture or a trace that nothing may destroy.
class OntoItself : public ::testing::Test {
 protected:
  void SetUp() override {
    trace::WriteBytes(trace_, trace::ReadBytes(Good("v2.6.24-tiny")));
    ASSERT_THAT(Shell("$TRAPLINE export boot.trace >boot.jsonl", folder_),
                Exits(0));
    ASSERT_THAT(Shell("cp boot.trace part.trace.part", folder_), Exits(0));
    ASSERT_THAT(
        Shell("ln boot.trace link.trace; ln -s boot.trace soft.trace", folder_),
        Exits(0));
    before_ = Listing();
  }
  void TearDown() override { EXPECT_EQ(Listing(), before_); }

  // Every file with its checksum.
  std::string Listing() { return Shell("ls -l && sha256sum *", folder_).out; }

  const std::string folder_ = NewFolder();
  const std::string trace_ = folder_ + "/boot.trace";
  std::string before_;
};

TEST_F(OntoItself, NothingIsImported) {
  const std::string capture = folder_ + "/boot.jsonl";
  EXPECT_THAT(Trapline({"import", capture, "-o", capture}),
              IsWrongUse("would destroy what is read from '" + capture + "'"));
}

TEST_F(OntoItself, NothingIsSliced) {
  for (const std::string out :
       {"boot.trace", "./boot.trace", "link.trace", "soft.trace"}) {
    EXPECT_THAT(Trapline({"slice", trace_, "--range", ":5", "-o",
                          absl::StrCat(folder_, "/", out)}),
                IsWrongUse("would destroy what is read"));
  }
  EXPECT_THAT(Trapline({"slice", folder_ + "/part.trace.part", "--range", ":5",
                        "-o", folder_ + "/part.trace"}),
              IsWrongUse("would destroy what is read"));
}

TEST_F(OntoItself, NothingIsRecovered) {
  for (const std::string out : {"boot.trace", "link.trace", "soft.trace"}) {
    EXPECT_THAT(
        Trapline({"recover", trace_, "-o", absl::StrCat(folder_, "/", out)}),
        IsWrongUse("would overwrite what is to be recovered"));
  }
}

TEST_F(OntoItself, NoVerdictIsWritten) {
  EXPECT_THAT(Trapline({"replay", trace_, "--junit", trace_}),
              IsWrongUse("would destroy what is read"));
}

TEST_F(OntoItself, NothingIsWrittenInAFolderThatIsNotThere) {
  const std::string out = folder_ + "/nowhere/out.trace";
  EXPECT_THAT(Trapline({"import", folder_ + "/boot.jsonl", "-o", out}),
              IsWrongUse(out));
  EXPECT_THAT(Trapline({"recover", trace_, "-o", out}), IsWrongUse(out));
  EXPECT_THAT(Trapline({"slice", trace_, "--range", ":", "-o", out}),
              IsWrongUse(out));
}

TEST(WrongUse, IsWhatDecodeCannotTakeForBytes) {
  const auto digits = [](int count) {
    return absl::StrCat(
        "decode takes 1 to 15 bytes of two hexadecimal digits "
        "each, not ",
        count, " digits");
  };
  EXPECT_THAT(Trapline({"decode", "6"}), IsWrongUse(digits(1)));
  EXPECT_THAT(Trapline({"decode", "66", "e"}), IsWrongUse(digits(3)));
  EXPECT_THAT(Trapline({"decode", ""}), IsWrongUse(digits(0)));
  EXPECT_THAT(Trapline({"decode", std::string(32, '9')}),
              IsWrongUse(digits(32)));
  EXPECT_THAT(Trapline({"decode", "0x66"}),
              IsWrongUse("decode takes hexadecimal digits, not '0x66'"));
}

}  // namespace
}  // namespace trapline::command
