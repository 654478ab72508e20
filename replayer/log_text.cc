// SPDX-License-Identifier: Apache-2.0

#include "replayer/log_text.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace trapline::replay {

std::string AccessText(const trace::Access& access) {
  return absl::StrFormat(
      "%s %08x %s", access.write ? "write" : "read", access.address,
      absl::BytesToHexString(absl::string_view(
          reinterpret_cast<const char*>(access.data), access.length)));
}

std::string CallText(const trace::Call& call) {
  std::string text = absl::AsciiStrToLower(trace::CallKind_Name(call.kind));
  absl::StrAppend(&text, "(");
  for (int i = 0; i < trace::CallArity(call.kind); ++i) {
    absl::StrAppendFormat(&text, "%s%08x", i == 0 ? "" : ", ", call.args[i]);
  }
  if (call.kind == trace::KILL_GUEST) {
    absl::StrAppend(&text, "\"", absl::CHexEscape(call.message), "\"");
  }
  absl::StrAppend(&text, ")");
  if (call.has_returned) absl::StrAppend(&text, " = ", call.returned);
  return text;
}

}  // namespace trapline::replay
