// SPDX-License-Identifier: Apache-2.0

// `export --corpus`.

#include <filesystem>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;

class Corpus : public ::testing::Test {
 protected:
  std::set<std::string> Names(const std::string& harness) const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(dir_ + "/" + harness)) {
      names.insert(entry.path().filename());
    }
    return names;
  }

  const std::string dir_ = NewFolder() + "/corpus";
};

TEST_F(Corpus, HasAFileForEachPath) {
  const Finished finished =
      Trapline({"export", Good("v3.12-kill4"), "--corpus", dir_});
  ASSERT_THAT(finished, Exits(0));
  EXPECT_EQ(finished.out, "");
  EXPECT_EQ(finished.err, absl::StrCat(dir_,
                                       ": 5 seeds of handle_trap, "
                                       "1 of emulate_insn\n"));
  EXPECT_THAT(
      Names("handle_trap"),
      ElementsAre("F10.general-protection.from-the-kernel.not-emulated."
                  "delivered.with-errcode.to-its-own-stack.no-directory-entry",
                  "F10.hypercall", "F10.interrupt-of-the-host",
                  "F10.page-fault.no-page.delivered.with-errcode.to-another-"
                  "stack",
                  "F10.page-fault.permitted"));
  EXPECT_THAT(Names("emulate_insn"),
              ElementsAre("F10.general-protection.from-the-kernel.not-emulated."
                          "delivered.with-errcode.to-its-own-stack"));
}

TEST_F(Corpus, IsOfAllTheTraces) {
  ASSERT_THAT(Trapline({"export", Good("v3.12-kill1"), Good("v2.6.24-tiny"),
                        "--corpus", dir_}),
              Exits(0));
  EXPECT_THAT(Names("handle_trap"), Contains("F10.hypercall"));
  EXPECT_THAT(Names("handle_trap"), Contains("F2.hypercall"));
}

TEST_F(Corpus, IsOfTheRange) {
  ASSERT_THAT(Trapline({"export", Good("v3.12-kill1"), "--range", "34217:34218",
                        "--corpus", dir_}),
              Exits(0));
  EXPECT_EQ(Names("handle_trap").size(), 1u);
}

TEST_F(Corpus, IsRefusedWhereItCannotBe) {
  EXPECT_THAT(Trapline({"export", "none", "--corpus", dir_}),
              IsWrongUse("there is no 'none'"));
  EXPECT_THAT(Trapline({"export", Bad("text"), "--corpus", dir_}),
              IsBadData("not a trace"));
  EXPECT_FALSE(fs::exists(dir_));
  trace::WriteBytes(dir_, "a file");
  EXPECT_THAT(Trapline({"export", Good("v3.12-kill1"), "--corpus", dir_}),
              IsWrongUse("cannot be written"));
}

TEST_F(Corpus, AloneTakesSeveralTraces) {
  EXPECT_THAT(Trapline({"export", Good("v3.12-kill1"), Good("v3.12-kill4")}),
              IsWrongUse("export takes one TRACE"));
}

}  // namespace
}  // namespace trapline::command
