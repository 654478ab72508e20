// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/fuzz.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "absl/functional/function_ref.h"
#include "model/handle_trap.h"
#include "properties/engines/show_guest.h"
#include "properties/engines/testing_faults.h"

namespace trapline::properties {
namespace {

// The same inputs each time, some longer than what a guest is made from, until
// `visit` returns false.
void ForEachInput(
    absl::FunctionRef<bool(const std::vector<uint8_t>& input)> visit) {
  std::mt19937 random;
  std::vector<uint8_t> input;
  for (int i = 0; i < 50'000; ++i) {
    input.resize(random() % 256);
    for (uint8_t& byte : input) byte = static_cast<uint8_t>(random());
    if (!visit(input)) return;
  }
}

TEST(Fuzz, ModelBreaksNoClauseBeyondTheLedger) {
  ForEachInput([](const std::vector<uint8_t>& input) {
    for (const Violation& violation : RunBytes(input, model::handle_trap)) {
      ADD_FAILURE() << ShowViolation(violation);
    }
    return !testing::Test::HasFailure();
  });
}

TEST(Fuzz, EveryPlantedFaultIsFound) {
  for (const Fault& fault : kFaults) {
    bool found = false;
    ForEachInput([&](const std::vector<uint8_t>& input) {
      found = !RunBytes(input, fault.handler).empty();
      return !found;
    });
    EXPECT_TRUE(found) << fault.name;
  }
}

}  // namespace
}  // namespace trapline::properties
