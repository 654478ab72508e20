// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include "model/handle_trap.h"
#include "properties/engines/enumerate.h"
#include "properties/engines/show_guest.h"
#include "properties/engines/testing_hosts.h"

namespace trapline::properties {
namespace {

class EnumerateAll : public EachHost {};
TRAPLINE_EACH_HOST(EnumerateAll);

TEST_P(EnumerateAll, ModelBreaksNoClauseBeyondTheLedger) {
  EnumerationOptions options;
  options.exhaustive = true;
  for (const Violation& violation :
       RunEnumeration(GetParam(), model::handle_trap, options)) {
    ADD_FAILURE() << ShowViolation(violation);
  }
}

}  // namespace
}  // namespace trapline::properties
