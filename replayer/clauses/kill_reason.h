// SPDX-License-Identifier: Apache-2.0

// What a guest was killed for, by the message.

#ifndef TRAPLINE_REPLAYER_CLAUSES_KILL_REASON_H_
#define TRAPLINE_REPLAYER_CLAUSES_KILL_REASON_H_

#include <array>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "model/kill.h"

namespace trapline::replay {

struct ToldKill {
  model::KillReason reason;
  std::array<uint32_t, 3> args = {};  // as model/kill.h lists them
};

// Undoes KillMessage; nullopt where no reason has this message.
std::optional<ToldKill> ParseKillMessage(absl::string_view message);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_CLAUSES_KILL_REASON_H_
