// SPDX-License-Identifier: Apache-2.0

#include "replayer/prove/guest_text.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "model/state.h"
#include "properties/coverage/feasible_paths.h"
#include "properties/engines/show_guest.h"
#include "properties/step.h"
#include "proto/trap.h"
#include "replayer/log_text.h"
#include "replayer/prove/guest_trap.h"
#include "replayer/report/disassemble.h"
#include "replayer/report/text.h"

namespace trapline::replay {
namespace {

std::string InsnText(const trace::Trap& trap) {
  const auto& index = model::kStateIndex;
  const uint32_t eip = trap.before[index.eip];
  const Instruction insn = Disassemble(trap.insn, eip);
  const size_t shown =
      std::min<size_t>(trap.insn.size(), insn.length > 0 ? insn.length : 8);
  return absl::StrFormat(
      "%04x:%08x  %s  %s", trap.before[index.cs] & 0xFFFF, eip,
      absl::BytesToHexString(trap.insn.substr(0, shown)), insn.text);
}

}  // namespace

std::string GuestText(const properties::Guest& guest) {
  const properties::ConcreteGuest concrete(guest);
  const auto step = TakeTrap(concrete);
  const GuestTrap guest_trap(guest);
  const trace::Trap& trap = guest_trap.trap();
  const uint32_t trapnum = guest.state.trapnum;
  std::string text = properties::ShowGuest(guest);
  absl::StrAppend(&text, "  takes trap ", trapnum, " (", TrapName(trapnum),
                  ") at ", InsnText(trap),
                  "\n  path: ", properties::PathText(step.did.path, step.bug),
                  "\n");
  for (const trace::Access& access : trap.accesses) {
    absl::StrAppend(&text, "    ", AccessText(access), "\n");
  }
  for (const trace::Call& call : trap.calls) {
    absl::StrAppend(&text, "    ", CallText(call), "\n");
  }
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    if (trap.before[i] == trap.after[i]) continue;
    absl::StrAppendFormat(&text, "    %s %08x -> %08x\n",
                          model::kStateWordNames[i], trap.before[i],
                          trap.after[i]);
  }
  return text;
}

}  // namespace trapline::replay
