// SPDX-License-Identifier: Apache-2.0

#include "model/flavor.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "model/testing_guest.h"

namespace trapline::model {
namespace {

TEST(Flavors, AreNineInTheOrderOfTheirKernels) {
  std::vector<std::string> rows;
  for (const Flavor& flavor : kFlavors) {
    rows.push_back(std::string(flavor.name) + ": " +
                   std::string(flavor.kernels));
  }
  const std::vector<std::string> expected = {
      "F2: 2.6.24",    "F3: 2.6.25 - 2.6.26", "F4: 2.6.27 - 2.6.29",
      "F5: 2.6.30",    "F6: 2.6.31 - 2.6.33", "F7: 2.6.34 - 3.0",
      "F8: 3.1 - 3.9", "F9: 3.10 - 3.11",     "F10: 3.12 - 3.19"};
  EXPECT_EQ(rows, expected);
}

TEST(FindFlavor, FindsEachByName) {
  for (const Flavor& flavor : kFlavors) {
    EXPECT_EQ(FindFlavor(flavor.name), &flavor);
  }
}

TEST(FindFlavor, KnowsNoOther) {
  for (const char* name : {"", "F", "F1", "F11", "F12", "F13", "f2", "F2 "}) {
    EXPECT_EQ(FindFlavor(name), nullptr) << name;
  }
}

using BeforePae = EachFlavor;
TRAPLINE_FLAVORS(Before2_6_31, BeforePae, "F2", "F3", "F4", "F5");

TEST_P(BeforePae, ThereIsNoMiddleDirectoryToDifferIn) {
  const Flavor& flavor = *FindFlavor(GetParam());
  EXPECT_FALSE(flavor.has_pae);
  EXPECT_EQ(flavor.absent_pmd, AbsentEntry::kHostBug);
}

using SincePae = EachFlavor;
TRAPLINE_FLAVORS(From2_6_31, SincePae, "F6", "F7", "F8", "F9", "F10");

TEST_P(SincePae, TheHostMayBeBuiltWithIt) {
  EXPECT_TRUE(FindFlavor(GetParam())->has_pae);
}

}  // namespace
}  // namespace trapline::model
