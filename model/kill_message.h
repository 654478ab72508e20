// SPDX-License-Identifier: Apache-2.0

// The text that the kernel's kasprintf makes of a kill.

#ifndef TRAPLINE_MODEL_KILL_MESSAGE_H_
#define TRAPLINE_MODEL_KILL_MESSAGE_H_

#include <cstdint>
#include <cstdio>
#include <string>

#include "model/kill.h"

namespace trapline::model {

inline std::string KillMessage(KillReason reason, uint32_t arg0, uint32_t arg1,
                               uint32_t arg2) {
  const uint32_t args[] = {arg0, arg1, arg2};
  const uint32_t* next = args;
  std::string message;
  for (const char* format = KillFormat(reason); *format != '\0'; ++format) {
    if (*format != '%') {
      message += *format;
    } else if (*++format == '#') {  // %#lx
      char digits[sizeof "0xffffffff"];
      std::snprintf(digits, sizeof digits, "0x%x", *next++);
      message += digits;
      format += 2;
    } else {  // %u; %lu, %li: no trapnum or page frame has the sign bit
      message += std::to_string(*next++);
      if (*format == 'l') ++format;
    }
  }
  return message;
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_KILL_MESSAGE_H_
