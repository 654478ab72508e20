// SPDX-License-Identifier: Apache-2.0

#include "replayer/kill_message.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace trapline::replay {

std::string KillMessage(model::KillReason reason, uint32_t arg0, uint32_t arg1,
                        uint32_t arg2) {
  const uint32_t args[] = {arg0, arg1, arg2};
  int next = 0;
  std::string message;
  absl::string_view format = model::KillFormat(reason);
  while (!format.empty()) {
    const size_t percent = format.find('%');
    absl::StrAppend(&message, format.substr(0, percent));
    if (percent == absl::string_view::npos) break;
    format.remove_prefix(percent + 1);
    if (absl::string_view("#lx") == format.substr(0, 3)) {
      absl::StrAppend(&message, "0x", absl::Hex(args[next++]));
      format.remove_prefix(3);
    } else if (format[0] == 'u') {
      absl::StrAppend(&message, args[next++]);
      format.remove_prefix(1);
    } else {  // %lu, %li; no trapnum or page frame has the sign bit
      absl::StrAppend(&message, args[next++]);
      format.remove_prefix(2);
    }
  }
  return message;
}

}  // namespace trapline::replay
