// SPDX-License-Identifier: Apache-2.0

// Which way through the handler a recorded trap took, told by what it did.

#ifndef TRAPLINE_REPLAYER_COMMAND_PATHS_H_
#define TRAPLINE_REPLAYER_COMMAND_PATHS_H_

#include <array>

#include "proto/trap.h"

namespace trapline::command {

enum HandlerPath {
  kHypercall,
  kHostInterrupt,
  kFpuRestored,
  kPageMapped,
  kInsnEmulated,
  kVmcallRewritten,
  kFaultReflected,
  kReflectedFromKernel,
  kReflectedFromUser,
  kUnhandled,
  kKilled,
  kNotReturned,
  kHandlerPaths,
};

inline constexpr std::array<const char*, kHandlerPaths> kHandlerPathNames = {
    "a hypercall is left pending",
    "a host interrupt, nothing to do",
    "the FPU was restored already",
    "demand_page maps a page",
    "emulate_insn steps over an instruction",
    "a vmcall is rewritten",
    "a page fault is reflected, cr2 written",
    "another trap is reflected, on the same stack",
    "another trap is reflected, on the kernel's stack",
    "no handler: deliver_trap fails",
    "the guest is killed",
    "the handler never returns",
};

// A trap may take several: killed goes on to the end.
std::array<bool, kHandlerPaths> PathsOf(const trace::Trap& trap);

}  // namespace trapline::command

#endif  // TRAPLINE_REPLAYER_COMMAND_PATHS_H_
