// SPDX-License-Identifier: Apache-2.0

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/flavor.h"
#include "properties/clause.h"
#include "properties/prove.h"
#include "proto/testing_files.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// One that needs no page tables, so that its proof is quick.
constexpr char kQuick[] = "dispatch.hypercall";

TEST(ProveCommand, ListsEveryClauseAndDeviation) {
  const Finished list = Trapline({"prove", "--list"});
  ASSERT_THAT(list, Exits(0));
  for (const properties::Clause& clause : properties::Clauses()) {
    EXPECT_THAT(list.out,
                HasSubstr(absl::StrCat(std::string(clause.id), "\n  ",
                                       std::string(clause.sentence), "\n  ",
                                       std::string(clause.source), "\n")));
  }
  for (const properties::Deviation& deviation : properties::Deviations()) {
    EXPECT_THAT(list.out, HasSubstr(absl::StrCat(
                              "  but ", std::string(deviation.id), " (",
                              std::string(deviation.flavors), "): ")));
  }
  EXPECT_THAT(list.out,
              HasSubstr(absl::StrCat(properties::Clauses().size(), " clauses, ",
                                     properties::Deviations().size(), " ")));
}

TEST(ProveCommand, ListsOnlyWhatIsAskedFor) {
  const Finished list = Trapline({"prove", "--list", "--only", kQuick});
  EXPECT_THAT(list, Exits(0));
  EXPECT_THAT(list.out, StartsWith(absl::StrCat(kQuick, "\n")));
  EXPECT_THAT(list.out, HasSubstr("\n1 clause, 0 known deviations\n"));
}

TEST(ProveCommand, ProvesOneClauseForEveryFlavor) {
  const Finished prove = Trapline({"prove", "--only", kQuick});
  ASSERT_THAT(prove, Exits(0));
  EXPECT_EQ(prove.err, "");
  std::string head = std::string(sizeof(kQuick) - 1, ' ');
  std::string row = kQuick;
  size_t hosts = 0;
  for (const model::Flavor& flavor : model::kFlavors) {
    absl::StrAppend(&head, "  ", std::string(flavor.name));
    absl::StrAppend(&row, flavor.name == "F10" ? "  +\n" : "  + ");
    hosts += properties::HostsOf(flavor).size();
  }
  EXPECT_THAT(prove.out, StartsWith(absl::StrCat(head, "\n", row)));
  EXPECT_THAT(prove.out, HasSubstr(absl::StrCat("\nPROVED: 1 clause in ", hosts,
                                                " hosts of 9 flavors, ")));
}

TEST(ProveCommand, ProvesForOneFlavor) {
  const Finished prove = Trapline({"prove", "--only", "dispatch.h*", "--flavor",
                                   "F3", "--jobs", "1", "--timeout", "60"});
  ASSERT_THAT(prove, Exits(0));
  EXPECT_THAT(prove.out, HasSubstr(" F3\n"));
  EXPECT_THAT(prove.out, Not(HasSubstr("F2")));
  EXPECT_THAT(prove.out, HasSubstr("dispatch.hypercall "));
  EXPECT_THAT(prove.out, HasSubstr("\ndispatch.host_"));
  EXPECT_THAT(prove.out, HasSubstr(" in 2 hosts of 1 flavor, "));
}

TEST(ProveCommand, GivesADocumentForPrograms) {
  const Finished prove =
      Trapline({"prove", "--only", kQuick, "--flavor", "F3", "--json"});
  ASSERT_THAT(prove, Exits(0));
  const auto json = nlohmann::json::parse(prove.out);
  EXPECT_EQ(json["verdict"], "PROVED");
  ASSERT_EQ(json["hosts"].size(), 2u);
  EXPECT_EQ(json["hosts"][1]["host"], "F3_new");
  EXPECT_EQ(json["hosts"][1]["clauses"][0]["id"], kQuick);
  EXPECT_EQ(json["hosts"][1]["clauses"][0]["answer"], "proved");
}

TEST(ProveCommand, WritesItsQuestionsForAnotherSolver) {
  const std::string folder = NewFolder() + "/smt2";
  const Finished prove = Trapline({"prove", "--only", kQuick, "--flavor", "F3",
                                   "--json", "--smt2-dir", folder});
  ASSERT_THAT(prove, Exits(0));
  const auto json = nlohmann::json::parse(prove.out);
  for (const auto& host : json["hosts"]) {
    const std::string script = trace::ReadBytes(
        absl::StrCat(folder, "/", host["host"].get<std::string>(), ".smt2"));
    size_t questions = 0;
    for (size_t at = 0; (at = script.find("(check-sat)", at)) != script.npos;
         ++at) {
      ++questions;
    }
    EXPECT_EQ(questions, host["queries"]);
    EXPECT_THAT(script, HasSubstr("(set-info :status unsat)"));
  }
}

TEST(ProveCommand, WritesWitnessesThatReplay) {
  const std::string folder = NewFolder() + "/witnesses";
  const Finished prove = Trapline({"prove", "--only", kQuick, "--flavor", "F3",
                                   "--json", "--witnesses", folder});
  ASSERT_THAT(prove, Exits(0));
  const auto json = nlohmann::json::parse(prove.out);
  const Finished replay = Trapline({"replay", folder, "--json"});
  ASSERT_THAT(replay, Exits(0));
  const auto verdict = nlohmann::json::parse(replay.out);
  EXPECT_EQ(verdict["verdict"], "VERIFIED");
  EXPECT_EQ(verdict["traps"], json["paths"]);
  const auto info =
      nlohmann::json::parse(Trapline({"info", folder + "/F3_old.trace"}).out);
  EXPECT_EQ(info["header"]["notes"].size(), json["hosts"][0]["paths"]);
  EXPECT_EQ(info["header"]["notes"]["trap 1"], "hypercall");
}

TEST(ProveCommand, RefusesWrongUse) {
  const auto prove = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "prove");
    return Trapline(arguments);
  };
  EXPECT_THAT(prove({"--flavor", "F1"}),
              IsWrongUse("--flavor takes F2 to F10, not 'F1'"));
  EXPECT_THAT(prove({"--only", "dispatch"}),
              IsWrongUse("no clause is called 'dispatch'; see 'trapline prove "
                         "--list'"));
  EXPECT_THAT(prove({"--timeout", "0"}),
              IsWrongUse("--timeout takes a whole number from 1 to "));
  EXPECT_THAT(prove({"--jobs", "none"}), IsWrongUse("--jobs"));
  EXPECT_THAT(prove({"in.byte"}), IsWrongUse("prove takes no arguments"));
  const std::string file = NewFolder() + "/file";
  trace::WriteBytes(file, "");
  EXPECT_THAT(prove({"--witnesses", file}),
              IsWrongUse("is not there and cannot be made"));
  EXPECT_THAT(prove({"--smt2-dir", file}),
              IsWrongUse("is not there and cannot be made"));
}

}  // namespace
}  // namespace trapline::command
