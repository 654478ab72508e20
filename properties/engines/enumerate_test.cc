// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/enumerate.h"

#include <gtest/gtest.h>

#include <cstddef>

#include "model/handle_trap.h"
#include "properties/engines/show_guest.h"
#include "properties/engines/testing_faults.h"
#include "properties/engines/testing_hosts.h"

namespace trapline::properties {
namespace {

class Enumerate : public EachHost {};
TRAPLINE_EACH_HOST(Enumerate);

TEST_P(Enumerate, ModelBreaksNoClauseBeyondTheLedger) {
  for (const Violation& violation :
       RunEnumeration(GetParam(), model::handle_trap)) {
    ADD_FAILURE() << ShowViolation(violation);
  }
}

class EnumerateFault : public testing::TestWithParam<Fault> {};
INSTANTIATE_TEST_SUITE_P(Fault, EnumerateFault, testing::ValuesIn(kFaults),
                         FaultName());

TEST_P(EnumerateFault, IsFoundInEveryHost) {
  EnumerationOptions options;
  options.stop_at_first = true;
  options.shrink = false;
  for (const model::Host& host : AllHosts()) {
    EXPECT_FALSE(RunEnumeration(host, GetParam().handler, options).empty())
        << HostName(host);
  }
}

TEST(Enumeration, StopsAtTheFirstWhereAsked) {
  EnumerationOptions options;
  options.stop_at_first = true;
  size_t traps = 0;
  options.on_step = [&](const auto&, const auto&) { ++traps; };
  const auto violations =
      RunEnumeration(AllHosts().front(), kFaults[1].handler, options);
  ASSERT_FALSE(violations.empty());
  EXPECT_EQ(violations[0].trap, traps - 1);
}

}  // namespace
}  // namespace trapline::properties
