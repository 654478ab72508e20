// SPDX-License-Identifier: Apache-2.0

#include "replayer/clauses/kill_reason.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace trapline::replay {
namespace {

// Takes a number off the head of `text`, hexadecimal after 0x.
bool ConsumeNumber(absl::string_view* text, uint32_t* number) {
  const bool hex = absl::ConsumePrefix(text, "0x");
  const size_t length =
      std::min(text->find_first_not_of(hex ? "0123456789abcdef" : "0123456789"),
               text->size());
  const absl::string_view digits = text->substr(0, length);
  text->remove_prefix(length);
  return hex ? absl::SimpleHexAtoi(digits, number)
             : absl::SimpleAtoi(digits, number);
}

bool Scan(absl::string_view format, absl::string_view message,
          std::array<uint32_t, 3>* args) {
  size_t next = 0;
  while (true) {
    const size_t percent = std::min(format.find('%'), format.size());
    if (!absl::ConsumePrefix(&message, format.substr(0, percent))) return false;
    format.remove_prefix(percent);
    if (format.empty()) return message.empty();
    if (!ConsumeNumber(&message, &(*args)[next++])) return false;
    format.remove_prefix(format.find_first_of("xui") + 1);  // %#lx %u %lu %li
  }
}

}  // namespace

std::optional<ToldKill> ParseKillMessage(absl::string_view message) {
  for (int i = 0; i <= static_cast<int>(model::KillReason::kUnhandledTrap);
       ++i) {
    ToldKill kill = {static_cast<model::KillReason>(i)};
    if (Scan(model::KillFormat(kill.reason), message, &kill.args)) return kill;
  }
  return std::nullopt;
}

}  // namespace trapline::replay
