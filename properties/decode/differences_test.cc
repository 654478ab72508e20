// SPDX-License-Identifier: Apache-2.0

#include "properties/decode/differences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <vector>

#include "properties/decode/insn_trap.h"
#include "properties/decode/testing_readers.h"

namespace trapline::properties {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TRAPLINE_EACH_FORM(EachForm);

TEST_P(EachForm, DiffersInStringsOfUpToThreeBytesAsTheTableSays) {
  for (size_t size = 1; size <= 3; ++size) {
    EXPECT_EQ(CountDifferences(GetParam(), size, HandlerReader(GetParam()),
                               ReadByArchitecture),
              KnownCounts(GetParam(), size))
        << size << " bytes";
  }
}

// Each count of the table is off by the one string that is planted.
TEST_P(EachForm, ShowsOneStringThatTheHandlerReadsOtherwise) {
  struct Case {
    std::vector<uint8_t> string;
    Reading reading;
    const char* difference;
    int more;
  };
  for (const Case& c : {
           Case{{0x26, 0xEC, 0x41},
                {Reading::kIn, 2, 0xFF},
                "under-accepted E11",
                -1},
           Case{{0x66, 0xFA, 0x00},
                {Reading::kCli, 2, 0},
                "under-accepted E15",
                -1},
           Case{{0x90, 0x12, 0x34}, {Reading::kOut, 1, 0}, "over-accepted ", 1},
           Case{{0xEE, 0x12, 0x34}, {Reading::kCli, 1, 0}, "wrong kind ", 1},
           Case{{0xED, 0x12, 0x34},
                {Reading::kIn, 2, 0xFFFFFFFF},
                "wrong length ",
                1},
           Case{{0xEF, 0x12, 0x34}, {Reading::kOut, 1, 1}, "wrong width ", 1},
       }) {
    DifferenceCounts expected = KnownCounts(GetParam(), 3);
    expected[c.difference] += static_cast<uint64_t>(c.more);
    EXPECT_EQ(CountDifferences(
                  GetParam(), 3,
                  FlippedReader(HandlerReader(GetParam()), c.string, c.reading),
                  ReadByArchitecture),
              expected);
  }
}

TEST_P(EachForm, ShowsOneStringThatTheArchitectureReadsOtherwise) {
  const auto difference = [&](std::vector<uint8_t> string, Reading reading) {
    DifferenceCounts counts = CountDifferences(
        GetParam(), 3, HandlerReader(GetParam()),
        FlippedReader([](Bytes start) { return ReadByArchitecture(start); },
                      std::move(string), reading));
    for (const auto& [key, count] : KnownCounts(GetParam(), 3)) {
      counts[key] -= count;
      if (counts[key] == 0) counts.erase(key);
    }
    return counts;
  };
  EXPECT_THAT(difference({0xED, 0x12, 0x34}, {}),
              UnorderedElementsAre(Pair("over-accepted ", 1)));
  EXPECT_THAT(difference({0x0F, 0x31, 0x34}, {Reading::kOut, 2, 0}),
              UnorderedElementsAre(Pair("under-accepted ", 1)));
}

TEST_P(EachForm, IsDecodedAlikeByItsFlavors) {
  for (const model::Flavor* flavor : GetParam().flavors) {
    const auto handler = [&](Bytes start) {
      return ReadByHandler(*flavor, start);
    };
    ForEachString(3, HandlerReader(GetParam()), handler,
                  [&](const AlikeStrings& strings) {
                    EXPECT_EQ(Compare(strings.handler, strings.architecture),
                              Difference::kNone);
                  });
    // And what differs is in the ledger for each of them.
    ForEachString(
        2, handler, ReadByArchitecture, [&](const AlikeStrings& strings) {
          if (strings.handler == strings.architecture) return;
          const InsnTrap trap = TakeInsnTrap(*flavor, strings.start);
          EXPECT_EQ(Ids(trap.deviations),
                    Ids(TakeInsnTrap(*GetParam().flavors.front(), strings.start)
                            .deviations));
          EXPECT_TRUE(trap.violated.empty());
        });
  }
}

TEST(DecodingForms, AreThoseOfTheTableAndHaveEachFlavorOnce) {
  std::set<std::string_view> names;
  std::set<std::string_view> flavors;
  size_t count = 0;
  for (const DecodingForm& form : DecodingForms()) {
    names.insert(form.name);
    for (const model::Flavor* flavor : form.flavors) {
      flavors.insert(flavor->name);
      ++count;
    }
  }
  EXPECT_EQ(flavors.size(), model::kFlavors.size());
  EXPECT_EQ(count, model::kFlavors.size());
  std::set<std::string_view> of_table;
  for (const KnownDifference& known : KnownDifferences()) {
    of_table.insert(known.form);
  }
  EXPECT_EQ(names, of_table);
}

}  // namespace
}  // namespace trapline::properties
