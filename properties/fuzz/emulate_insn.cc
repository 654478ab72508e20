// SPDX-License-Identifier: Apache-2.0

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
