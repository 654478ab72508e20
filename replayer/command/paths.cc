// SPDX-License-Identifier: Apache-2.0

#include "replayer/command/paths.h"

#include "model/arch.h"
#include "model/state.h"

namespace trapline::command {

std::array<bool, kHandlerPaths> PathsOf(const trace::Trap& trap) {
  const auto& index = model::kStateIndex;
  std::array<bool, kHandlerPaths> paths = {};
  const uint32_t trapnum = trap.before[index.trapnum];
  bool delivered = false, tried = false;
  for (const trace::Call& call : trap.calls) {
    if (call.kind == trace::DELIVER_TRAP) {
      tried = true;
      delivered = call.returned != 0;
    }
    if (call.kind == trace::GUEST_PAGETABLE_CLEAR_ALL) {
      paths[kVmcallRewritten] = true;
    }
  }
  paths[kNotReturned] = !trap.returned;
  paths[kKilled] = trap.before[index.dead] == 0 && trap.after[index.dead] != 0;
  paths[kUnhandled] = tried && !delivered;
  if (delivered) {
    const bool user = (trap.before[index.ss] & 3) != model::kGuestPl;
    paths[trapnum == model::kPageFault ? kFaultReflected
          : user                       ? kReflectedFromUser
                                       : kReflectedFromKernel] = true;
  }
  if (tried || !trap.returned || paths[kVmcallRewritten]) return paths;
  if (trapnum == model::kLguestTrapEntry) {
    paths[kHypercall] = true;
  } else if (trapnum == model::kPageFault) {
    paths[kPageMapped] = true;
  } else if (trapnum == model::kDeviceNotAvailable) {
    paths[kFpuRestored] = true;
  } else if (trapnum >= model::kFirstExternalVector) {
    paths[kHostInterrupt] = true;
  } else {
    paths[kInsnEmulated] = true;
  }
  return paths;
}

}  // namespace trapline::command
