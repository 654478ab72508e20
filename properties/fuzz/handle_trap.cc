// SPDX-License-Identifier: Apache-2.0

#include "model/handle_trap.h"

#include "properties/engines/fuzz.h"
#include "properties/engines/show_guest.h"
#include "properties/engines/show_step.h"
#include "tools/fuzz/harness.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace trapline;
  for (const properties::Violation& violation :
       properties::RunBytes({data, size}, model::handle_trap)) {
    fuzz::Fail(properties::ShowViolation(violation) +
               properties::ShowStep(violation.guest, model::handle_trap));
  }
  return 0;
}
