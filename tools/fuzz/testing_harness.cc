// SPDX-License-Identifier: Apache-2.0

// Aborts at an input with an "a" and later a "b", crashes at a "c".

#include <csignal>
#include <string>

#include "tools/fuzz/harness.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  const size_t a = input.find('a');
  if (a != input.npos && input.find('b', a) != input.npos) {
    trapline::fuzz::Fail("b comes after a");
  }
  if (input.find('c') != input.npos) std::raise(SIGSEGV);
  return 0;
}
