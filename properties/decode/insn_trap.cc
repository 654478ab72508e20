// SPDX-License-Identifier: Apache-2.0

#include "properties/decode/insn_trap.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_join.h"
#include "model/arch.h"
#include "properties/clauses/vocabulary.h"
#include "properties/engines/check_step.h"
#include "properties/engines/plain_guest.h"
#include "properties/guest.h"
#include "properties/step.h"

namespace trapline::properties {

InsnTrap TakeInsnTrap(const model::Flavor& flavor, Bytes start) {
  model::Host host;
  host.flavor = flavor;
  Guest guest = PlainGuest(host);
  guest.state.trapnum = model::kGeneralProtection;
  // So that nothing can be said of the gate.
  guest.gate.lo |= model::kGuestKernelCs << 16;
  guest.is_whole = false;
  for (size_t i = 0; i < start.size(); ++i) {
    guest.memory[kTextPa + static_cast<uint32_t>(i)] = start[i];
  }
  const ConcreteGuest concrete(guest);
  const auto step = TakeTrap(concrete);
  StepCheck check = StepChecker(host).Check(step);
  return {WasRewritten(step), std::move(check.deviations),
          std::move(check.violated), std::move(check.undecided)};
}

std::string Ids(absl::Span<const Deviation* const> deviations) {
  std::vector<std::string_view> ids;
  for (const Deviation* deviation : deviations) {
    if (std::find(ids.begin(), ids.end(), deviation->id) == ids.end()) {
      ids.push_back(deviation->id);
    }
  }
  return absl::StrJoin(ids, " ", [](std::string* out, std::string_view id) {
    out->append(id.data(), id.size());
  });
}

}  // namespace trapline::properties
