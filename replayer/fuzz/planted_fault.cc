// SPDX-License-Identifier: Apache-2.0

// The harness for instructions with the planted fault that PLANTED_FAULT names.

#include <cstdlib>
#include <string>

#include "properties/fuzz/check_insn.h"
#include "replayer/mutants/mutant.h"
#include "tools/fuzz/harness.h"

namespace {

using trapline::mutants::Mutant;

const Mutant& Planted() {
  const char* const name = std::getenv("PLANTED_FAULT");
  for (const Mutant* mutant : trapline::mutants::Mutants()) {
    if (name != nullptr && mutant->name == name) return *mutant;
  }
  std::fprintf(stderr, "PLANTED_FAULT has to name one of these:\n");
  for (const Mutant* mutant : trapline::mutants::Mutants()) {
    std::fprintf(stderr, "%s\n", std::string(mutant->name).c_str());
  }
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Mutant& planted = Planted();
  const std::string wrong =
      trapline::properties::CheckInsn({data, size}, planted.concrete);
  if (!wrong.empty()) trapline::fuzz::Fail(wrong);
  return 0;
}
