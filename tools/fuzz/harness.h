// SPDX-License-Identifier: Apache-2.0

// What a harness is: one function, called with any bytes, by libFuzzer or
// take_inputs.cc. It aborts where an oracle fails.

#ifndef TRAPLINE_TOOLS_FUZZ_HARNESS_H_
#define TRAPLINE_TOOLS_FUZZ_HARNESS_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace trapline::fuzz {

[[noreturn]] inline void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

}  // namespace trapline::fuzz

#endif  // TRAPLINE_TOOLS_FUZZ_HARNESS_H_
