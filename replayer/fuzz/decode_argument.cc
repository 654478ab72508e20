// SPDX-License-Identifier: Apache-2.0

// Any bytes are the argument of `trapline decode`: decoded, or wrong use.

#include <cstdio>
#include <string>

#include "replayer/command/verbs.h"
#include "tools/fuzz/harness.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  // What is told is not looked at.
  return std::freopen("/dev/null", "w", stdout) == nullptr;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace trapline;
  static const command::Verb decode = command::DecodeVerb();
  const std::string argument(reinterpret_cast<const char*>(data), size);
  const int status = decode.run(command::Arguments({argument}, {}));
  if (status != command::kOk && status != command::kWrongUse) {
    fuzz::Fail("the exit status is " + std::to_string(status));
  }
  return 0;
}
