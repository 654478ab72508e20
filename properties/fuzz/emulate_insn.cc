// SPDX-License-Identifier: Apache-2.0

// Of the model the decoding is watched: how the code is found and how a trap is
// told to the guest is the same for all that an input can be here.
#ifdef __clang__
#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), \
                             apply_to = function)
#endif
#include "model/deliver_trap.h"
#include "model/guest_memory.h"
#include "model/page_walk.h"
#ifdef __clang__
#pragma clang attribute pop
#endif

#include "model/handle_trap.h"
#include "properties/fuzz/check_insn.h"
#include "tools/fuzz/harness.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace trapline;
  const std::string wrong =
      properties::CheckInsn({data, size}, model::handle_trap);
  if (!wrong.empty()) fuzz::Fail(wrong);
  return 0;
}
