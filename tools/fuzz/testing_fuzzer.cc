// SPDX-License-Identifier: Apache-2.0

// Takes its argument as libFuzzer takes an input; without one, two that end
// well. "72" is how libFuzzer ends where it is interrupted.

#include <cstdlib>
#include <string>

#include "tools/fuzz/harness.h"

namespace {

void Take(const std::string& input) {
  // What outlives the process is no part of the harness's memory.
  const std::string copy = input;
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(copy.data()),
                         copy.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    Take("");
    Take("xyz");
    return 0;
  }
  if (argv[1] == std::string("72")) {
    Take("x");
    return 72;
  }
  if (argv[1] == std::string("wrong-use")) return 1;
  Take("before");
  Take(argv[1]);
  return 0;
}
