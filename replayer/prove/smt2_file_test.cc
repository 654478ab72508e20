// SPDX-License-Identifier: Apache-2.0

// Another solver gives the same answers.

#include "replayer/prove/smt2_file.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"
#include "properties/clause.h"
#include "properties/prove.h"

namespace trapline::replay {
namespace {

using properties::Clause;
using ::testing::ElementsAre;

// What cvc5 answers, line by line.
std::vector<std::string> Cvc5(const std::string& path) {
  const std::string command = absl::StrCat("cvc5 '", path, "' 2>&1");
  FILE* pipe = popen(command.c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  std::string text;
  char buffer[4096];
  for (size_t n; (n = std::fread(buffer, 1, sizeof(buffer), pipe)) != 0;) {
    text.append(buffer, n);
  }
  EXPECT_EQ(pclose(pipe), 0) << text;
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

std::string FilePath(const model::Host& host) {
  return absl::StrCat(::testing::TempDir(), "/", Smt2Name(host));
}

bool IsExhaustive() { return std::getenv("EXHAUSTIVE") != nullptr; }

// Of every topic the first, where not all are asked for.
std::vector<Clause> ChosenClauses() {
  std::vector<Clause> chosen;
  std::string topic;
  for (const Clause& clause : properties::Clauses()) {
    const std::string id(clause.id);
    const std::string its = id.substr(0, id.find('.'));
    if (IsExhaustive() || its != topic) chosen.push_back(clause);
    topic = its;
  }
  return chosen;
}

// Hosts that are proved one after the other, as `prove` does it: what was asked
// of one is not asked of the next.
using Hosts = std::vector<model::Host>;

// Those that are alike; or of one flavor, each alone.
std::vector<Hosts> ChosenHosts() {
  std::vector<Hosts> chosen;
  for (const model::Host& host : properties::HostsOf(model::kFlavors[0])) {
    chosen.push_back({host});
  }
  if (!IsExhaustive()) return chosen;
  std::map<std::pair<bool, model::AddressOk>, Hosts> alike;
  for (const model::Flavor& flavor : model::kFlavors) {
    for (const model::Host& host : properties::HostsOf(flavor)) {
      alike[{host.pae, host.address_ok}].push_back(host);
    }
  }
  chosen.clear();
  for (auto& [kind, hosts] : alike) chosen.push_back(std::move(hosts));
  return chosen;
}

class Smt2FileTest : public ::testing::TestWithParam<Hosts> {};

TEST_P(Smt2FileTest, IsAnsweredAlikeByAnotherSolver) {
  const std::vector<Clause> clauses = ChosenClauses();
  properties::Prover prover;
  size_t asked = 0;
  ptrdiff_t refuted = 0;
  size_t paths = 0;
  for (const model::Host& host : GetParam()) {
    std::vector<std::string> answers;
    Smt2File file(FilePath(host), host);
    properties::ProveOptions options;
    options.on_query = [&](const properties::Query& query) {
      file.Add(query);
      answers.push_back(query.answer == z3::sat ? "sat" : "unsat");
      EXPECT_NE(query.answer, z3::unknown);
    };
    const auto proof =
        prover.Prove(host, clauses, properties::Deviations(), options);
    ASSERT_TRUE(file.Close().ok());
    EXPECT_EQ(answers.size(), proof.queries);
    EXPECT_EQ(Cvc5(FilePath(host)), answers);
    asked += answers.size();
    refuted += std::count(answers.begin(), answers.end(), "unsat");
    paths += proof.paths;
  }
  EXPECT_GT(asked, paths);
  EXPECT_GT(refuted, 0);
}

INSTANTIATE_TEST_SUITE_P(Hosts, Smt2FileTest,
                         ::testing::ValuesIn(ChosenHosts()),
                         [](const auto& info) {
                           std::string name = Smt2Name(info.param[0]);
                           return name.substr(0, name.find('.'));
                         });

// So the comparison can fail.
TEST(Smt2File, WithAWrongAnswerIsNotAnsweredAlike) {
  z3::context context;
  const std::string path = absl::StrCat(::testing::TempDir(), "/wrong.smt2");
  const auto write = [&](z3::check_result answer, const char* status) {
    z3::solver solver(context, "QF_BV");
    solver.add(context.bv_const("x", 32) == 7);
    const auto script = [&] {
      return absl::StrCat("(set-logic QF_BV)\n", solver.to_smt2(status));
    };
    Smt2File file(path, properties::HostsOf(model::kFlavors[0])[0]);
    file.Add({answer, 0, script});
    file.Add({answer, 0, script});
    EXPECT_TRUE(file.Close().ok());
  };
  write(z3::sat, "sat");
  EXPECT_THAT(Cvc5(path), ElementsAre("sat", "sat"));
  write(z3::unsat, "unsat");
  EXPECT_NONFATAL_FAILURE(Cvc5(path), "Expected result unsat but got sat");
}

TEST(Smt2File, ThatCannotBeWrittenIsAnError) {
  Smt2File file("/no/such/folder/x.smt2",
                properties::HostsOf(model::kFlavors[0])[0]);
  EXPECT_EQ(file.Close().message(),
            "'/no/such/folder/x.smt2' cannot be written");
}

}  // namespace
}  // namespace trapline::replay
