// SPDX-License-Identifier: Apache-2.0

#include "replayer/known_bugs/bugs_doc.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "properties/not_clauses.h"
#include "replayer/known_bugs/testing_known_bugs.h"

namespace trapline::replay {
namespace {

using properties::Deviation;
using properties::Deviations;
using ::testing::HasSubstr;

TEST(BugsDoc, IsWhatTheLedgerAndItsTracesMakeIt) {
  const auto doc = BugsDoc(KnownBugsOfTraces(), Deviations());
  ASSERT_TRUE(doc.ok()) << doc.status();
  std::ifstream file("docs/BUGS.md");
  const std::string committed{std::istreambuf_iterator<char>(file), {}};
  if (*doc == committed) return;
  const auto made = std::mismatch(doc->begin(), doc->end(), committed.begin(),
                                  committed.end())
                        .first;
  FAIL() << "docs/BUGS.md differs in line "
         << std::count(doc->begin(), made, '\n') + 1
         << ": bazel run //replayer/known_bugs:print_bugs_doc prints it anew";
}

TEST(BugsDoc, IsNotMadeOfTracesThatLackABug) {
  auto traces = KnownBugsOfTraces();
  ASSERT_FALSE(traces.empty());
  traces.front().bugs.pop_back();
  EXPECT_THAT(std::string(BugsDoc(traces, Deviations()).status().message()),
              HasSubstr("no trap shows"));
}

// Each bug of the list, in the ledger or told to be none of a clause's.
TEST(BugsDoc, HasEveryBugOfTheListOnce) {
  std::set<std::string> listed;
  for (const properties::BugIds& ids : properties::kBugIds) {
    for (int i = 1; i <= ids.last; ++i) {
      listed.insert(absl::StrCat(std::string(1, ids.letter), i));
    }
  }
  std::set<std::string> in_ledger;
  for (const Deviation& deviation : Deviations()) {
    const std::string id(deviation.id);
    in_ledger.insert(id);
    EXPECT_TRUE(listed.count(id) != 0 || id[0] == 'N') << id;
  }
  std::set<std::string> beside;
  for (const properties::NotAClause& bug : properties::NotClauses()) {
    const std::string id(bug.id);
    EXPECT_TRUE(beside.insert(id).second) << id << " is there twice";
    EXPECT_EQ(listed.count(id), 1) << id << " is not listed";
    EXPECT_EQ(in_ledger.count(id), 0) << id << " is in the ledger too";
  }
  for (const std::string& id : listed) {
    EXPECT_EQ(in_ledger.count(id) + beside.count(id), 1) << id;
  }
}

// The bug of every kernel, in those flavors.
Deviation InFlavors(const char* flavors,
                    properties::HostPredicate hosts = nullptr) {
  return {"X1", "in.byte", flavors, "", [](const auto&) { return true; },
          hosts};
}

TEST(KernelsOf, TellsReleasesFromFirstToLast) {
  EXPECT_EQ(KernelsOf(InFlavors("F2")), "2.6.24 (F2)");
  EXPECT_EQ(KernelsOf(InFlavors("F2 F3 F4")), "2.6.24 to 2.6.29 (F2 to F4)");
  EXPECT_EQ(KernelsOf(InFlavors("F3 F6 F7")),
            "2.6.25 to 2.6.26 (F3), 2.6.31 to 3.0 (F6 to F7)");
}

TEST(KernelsOf, TellsWhichKernelsOfAFlavor) {
  EXPECT_EQ(KernelsOf(InFlavors(
                "F10", [](const model::Host& host) { return host.pae; })),
            "3.12 to 3.19 with PAE (F10)");
  const auto is_old = [](const model::Host& host) {
    return host.address_ok == model::AddressOk::kOld;
  };
  EXPECT_EQ(KernelsOf(InFlavors("F2", is_old)),
            "2.6.24 with the old address check (F2)");
  EXPECT_EQ(KernelsOf(InFlavors("F5 F6",
                                [](const model::Host& host) {
                                  return host.pae || !host.flavor.has_pae;
                                })),
            "2.6.30 (F5), 2.6.31 to 2.6.33 with PAE (F6)");
}

}  // namespace
}  // namespace trapline::replay
