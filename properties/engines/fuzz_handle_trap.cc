// SPDX-License-Identifier: Apache-2.0

// For libFuzzer, with Debian's clang and libclang-rt-14-dev:
//
//   CC=clang bazel run --copt=-fsanitize=fuzzer-no-link --copt=-w \
//     --linkopt=-fsanitize=fuzzer //properties/engines:fuzz_handle_trap
//
// A file that it leaves behind is taken again where it is named after that.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/types/span.h"
#include "model/handle_trap.h"
#include "properties/engines/fuzz.h"
#include "properties/engines/show_guest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace trapline;
  const auto violations =
      properties::RunBytes(absl::MakeSpan(data, size), model::handle_trap);
  for (const auto& violation : violations) {
    std::fputs(properties::ShowViolation(violation).c_str(), stderr);
  }
  if (!violations.empty()) std::abort();
  return 0;
}
