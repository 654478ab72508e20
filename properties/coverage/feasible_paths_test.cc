// SPDX-License-Identifier: Apache-2.0

#include "properties/coverage/feasible_paths.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "properties/coverage/explore_paths.h"
#include "properties/prove.h"

namespace trapline::properties {
namespace {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::Not;

// With either address check.
class FeasiblePathsTest : public ::testing::TestWithParam<HostKind> {};

TEST_P(FeasiblePathsTest, AreThoseThatZ3FindsAndEachHasItsText) {
  int hosts = 0;
  for (const model::Host& host : HostsOf(*GetParam().flavor)) {
    if (host.pae != GetParam().pae) continue;
    ++hosts;
    const auto found = ExplorePathTexts(host);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(std::adjacent_find(found->begin(), found->end()), found->end());
    const auto listed = FeasiblePaths(host);
    EXPECT_THAT(std::vector<std::string>(listed.begin(), listed.end()),
                ElementsAreArray(*found))
        << "//properties/coverage:list_feasible_paths prints the list anew";
  }
  EXPECT_EQ(hosts, 2);
}

INSTANTIATE_TEST_SUITE_P(All, FeasiblePathsTest,
                         ::testing::ValuesIn(HostKinds()),
                         [](const auto& info) {
                           std::string name = info.param.Name();
                           std::replace(name.begin(), name.end(), ' ', '_');
                           return name;
                         });

TEST(FeasiblePaths, OfAFlavorThatIsNotModelledAreNone) {
  model::Flavor flavor = model::kFlavors[0];
  flavor.name = "F11";
  EXPECT_THAT(FeasiblePaths(HostKind{&flavor, false}), IsEmpty());
  EXPECT_THAT(FeasiblePaths(HostKind{&model::kFlavors[0], true}), IsEmpty());
  EXPECT_THAT(FeasiblePaths(HostKinds()[0]), Not(IsEmpty()));
}

TEST(PathText, SaysWhatIsUnusualInOrder) {
  using model::Branch;
  EXPECT_EQ(PathText({{Branch::kHypercall, false},
                      {Branch::kPageFault, true},
                      {Branch::kGpgdPresent, false},
                      {Branch::kVector, true},
                      {Branch::kGatePresent, false}},
                     false),
            "page fault, no directory entry, no handler");
  EXPECT_EQ(PathText({}, true), "BUG of the host");
}

TEST(PathText, SaysOnceWhatATrapDoesNotChange) {
  using model::Branch;
  EXPECT_EQ(PathText({{Branch::kLinearPages, true},
                      {Branch::kGuestKernel, true},
                      {Branch::kGuestKernel, true},
                      {Branch::kLinearPages, true}},
                     false),
            "no paging, from the kernel");
  EXPECT_EQ(PathText({{Branch::kStackPage, true},
                      {Branch::kGptePresent, false},
                      {Branch::kStackPage, true},
                      {Branch::kGptePresent, false}},
                     false),
            "stack page, no page, stack page, no page");
}

}  // namespace
}  // namespace trapline::properties
