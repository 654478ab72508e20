// SPDX-License-Identifier: Apache-2.0

// Watches over a fuzzer: when an input ends it, prints the line that takes it
// again as a test. The linker has the fuzzer's main, and its calls of the
// harness, go by here (--wrap). The fuzzer runs in a process of its own and
// leaves each input in memory that both share.

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tools/fuzz/reproduce.h"

extern "C" {
int __real_main(int argc, char** argv);
int __real_LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
}

namespace trapline::fuzz {
namespace {

constexpr size_t kMaxInput = size_t{1} << 20;  // bytes; libFuzzer's own limit
constexpr int kInterrupted = 72;               // libFuzzer's exit status

struct InHand {
  bool taken;  // one was
  size_t size;
  uint8_t bytes[kMaxInput];
};
InHand* in_hand = nullptr;

int Tell(int status) {
  const int exit_status =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (exit_status == 0 || exit_status == kInterrupted || !in_hand->taken) {
    return exit_status;
  }
  const std::string input(reinterpret_cast<const char*>(in_hand->bytes),
                          in_hand->size);
  std::fprintf(
      stderr, "\n%s\n",
      Reproduce(FUZZ_TEST, input, "INPUT, which is the unit written").c_str());
  return exit_status;
}

int Watch(int argc, char** argv) {
  // Where the command line was written, and not where Bazel runs it.
  const char* const here = std::getenv("BUILD_WORKING_DIRECTORY");
  if (here != nullptr && chdir(here) != 0) return 2;
  // AFL++ watches by itself.
  if (std::getenv("__AFL_SHM_ID") != nullptr) return __real_main(argc, argv);
  void* const shared = mmap(nullptr, sizeof(InHand), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return __real_main(argc, argv);
  in_hand = static_cast<InHand*>(shared);
  std::fflush(nullptr);
  const pid_t fuzzer = fork();
  if (fuzzer <= 0) {
    prctl(PR_SET_PDEATHSIG, SIGINT);
    return __real_main(argc, argv);
  }
  std::signal(SIGINT, SIG_IGN);  // it is the fuzzer's, which then reports
  int status = 0;
  while (waitpid(fuzzer, &status, 0) < 0) {
  }
  return Tell(status);
}

}  // namespace
}  // namespace trapline::fuzz

extern "C" int __wrap_LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using trapline::fuzz::in_hand;
  if (in_hand != nullptr && size <= trapline::fuzz::kMaxInput) {
    in_hand->taken = true;
    in_hand->size = size;
    if (size != 0) std::memcpy(in_hand->bytes, data, size);
  }
  return __real_LLVMFuzzerTestOneInput(data, size);
}

extern "C" int __wrap_main(int argc, char** argv) {
  return trapline::fuzz::Watch(argc, argv);
}
