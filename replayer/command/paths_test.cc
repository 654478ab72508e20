// SPDX-License-Identifier: Apache-2.0

#include "replayer/command/paths.h"

#include <initializer_list>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/state.h"

namespace trapline::command {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr uint32_t kKernelStack = 0x69;
constexpr uint32_t kUserStack = 0x7B;

trace::Trap MakeTrap(uint32_t trapnum, uint32_t ss = kUserStack) {
  trace::Trap trap;
  trap.before[model::kStateIndex.trapnum] = trapnum;
  trap.before[model::kStateIndex.ss] = ss;
  trap.after = trap.before;
  return trap;
}

void AddCall(trace::CallKind kind, uint32_t returned, trace::Trap* trap) {
  trace::Call call;
  call.kind = kind;
  call.has_returned = kind != trace::KILL_GUEST;
  call.returned = returned;
  trap->calls.push_back(call);
}

trace::Trap Delivered(uint32_t trapnum, uint32_t ss, bool delivered = true) {
  trace::Trap trap = MakeTrap(trapnum, ss);
  AddCall(trace::DELIVER_TRAP, delivered ? 1 : 0, &trap);
  return trap;
}

std::set<HandlerPath> Paths(const trace::Trap& trap) {
  const auto taken = PathsOf(trap);
  std::set<HandlerPath> paths;
  for (int i = 0; i < kHandlerPaths; ++i) {
    if (taken[i]) paths.insert(static_cast<HandlerPath>(i));
  }
  return paths;
}

TEST(Paths, OfAHandlerThatReturnsWithoutACallGoByTheTrapNumber) {
  EXPECT_THAT(Paths(MakeTrap(7)), ElementsAre(kFpuRestored));
  EXPECT_THAT(Paths(MakeTrap(13)), ElementsAre(kInsnEmulated));
  EXPECT_THAT(Paths(MakeTrap(31)), ElementsAre(kHypercall));
  EXPECT_THAT(Paths(MakeTrap(32)), ElementsAre(kHostInterrupt));
  EXPECT_THAT(Paths(MakeTrap(255)), ElementsAre(kHostInterrupt));
}

TEST(Paths, OfAPageFaultAreMappedOrReflected) {
  trace::Trap mapped = MakeTrap(14);
  AddCall(trace::DEMAND_PAGE, 1, &mapped);
  EXPECT_THAT(Paths(mapped), ElementsAre(kPageMapped));
  trace::Trap reflected = MakeTrap(14);
  AddCall(trace::DEMAND_PAGE, 0, &reflected);
  AddCall(trace::DELIVER_TRAP, 1, &reflected);
  EXPECT_THAT(Paths(reflected), ElementsAre(kFaultReflected));
}

TEST(Paths, OfAnotherTrapReflectedGoByTheStack) {
  EXPECT_THAT(Paths(Delivered(0, kUserStack)), ElementsAre(kReflectedFromUser));
  EXPECT_THAT(Paths(Delivered(13, kKernelStack)),
              ElementsAre(kReflectedFromKernel));
}

TEST(Paths, OfATrapThatHasNoHandlerEndInAKill) {
  trace::Trap trap = Delivered(6, kKernelStack, false);
  EXPECT_THAT(Paths(trap), ElementsAre(kUnhandled));
  AddCall(trace::KILL_GUEST, 0, &trap);
  trap.after[model::kStateIndex.dead] = 1;
  EXPECT_THAT(Paths(trap), UnorderedElementsAre(kUnhandled, kKilled));
  trap.before[model::kStateIndex.dead] = 1;  // killed before
  EXPECT_THAT(Paths(trap), ElementsAre(kUnhandled));
}

TEST(Paths, OfAVmcallAreARewritingAndNoEmulation) {
  trace::Trap trap = MakeTrap(13, kKernelStack);
  AddCall(trace::GUEST_PAGETABLE_CLEAR_ALL, 0, &trap);
  EXPECT_THAT(Paths(trap), ElementsAre(kVmcallRewritten));
}

TEST(Paths, OfAHandlerThatNeverReturnsAreOnlyThat) {
  for (const uint32_t trapnum : {13u, 14u, 31u}) {
    trace::Trap trap = MakeTrap(trapnum);
    trap.returned = false;
    EXPECT_THAT(Paths(trap), ElementsAre(kNotReturned));
  }
}

TEST(Paths, HaveANameEach) {
  const std::set<std::string> names(kHandlerPathNames.begin(),
                                    kHandlerPathNames.end());
  EXPECT_EQ(names.size(), static_cast<size_t>(kHandlerPaths));
}

}  // namespace
}  // namespace trapline::command
