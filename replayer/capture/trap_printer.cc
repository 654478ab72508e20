// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/trap_printer.h"

#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/words.h"
#include "replayer/capture/json_lines.h"

namespace trapline::capture {
namespace {

// Of the words whose bit is set in `which`.
void AppendWords(uint64_t which, const trace::WordArray& words,
                 std::string* out) {
  const char* separator = "{\"";
  for (int i = 0; i < trace::kWordCount; ++i) {
    if ((which >> i & 1) == 0) continue;
    absl::StrAppend(out, separator, trace::WordName(i), "\":", words[i]);
    separator = ",\"";
  }
  absl::StrAppend(out, *separator == '{' ? "{}" : "}");
}

void AppendCall(const trace::Call& call, std::string* out) {
  switch (call.kind) {
    case trace::DEMAND_PAGE:
      absl::StrAppend(out, "[\"demand_page\",", call.args[0], ",", call.args[1],
                      ",");
      break;
    case trace::DELIVER_TRAP:
      absl::StrAppend(out, "[\"deliver_trap\",", call.args[0], ",");
      break;
    case trace::KILL_GUEST:
      absl::StrAppend(out, "[\"kill_guest\",", JsonText(call.message), "]");
      return;
    default:
      absl::StrAppend(out, "[\"guest_pagetable_clear_all\"]");
      return;
  }
  if (call.has_returned) {
    absl::StrAppend(out, call.returned, "]");
  } else {
    absl::StrAppend(out, "null]");
  }
}

}  // namespace

void AppendTrapLine(const trace::Trap& trap, std::string* out) {
  static const int kTrapnum = trace::WordIndex("trapnum").value();
  absl::StrAppend(out, "{\"trap\":", trap.number, ",\"tsc\":", trap.tsc,
                  ",\"cycles\":", trap.cycles, ",\"pre\":");
  AppendWords(trap.present, trap.before, out);
  absl::StrAppend(out, ",\"insn\":\"", absl::BytesToHexString(trap.insn),
                  "\",\"insn_pa\":");
  if (trap.insn_pa) {
    absl::StrAppend(out, *trap.insn_pa);
  } else {
    absl::StrAppend(out, "null");
  }
  if (trap.before[kTrapnum] < 256) {
    absl::StrAppend(out, ",\"gate\":[", trap.gate_lo, ",", trap.gate_hi,
                    "],\"mem\":[");
  } else {
    absl::StrAppend(out, ",\"gate\":null,\"mem\":[");
  }
  const char* separator = "";
  for (const trace::Access& access : trap.accesses) {
    const absl::string_view bytes(reinterpret_cast<const char*>(access.data),
                                  access.length);
    absl::StrAppend(out, separator, access.write ? "[\"w\"," : "[\"r\",",
                    access.address, ",\"", absl::BytesToHexString(bytes),
                    "\"]");
    separator = ",";
  }
  absl::StrAppend(out, "],\"calls\":[");
  separator = "";
  for (const trace::Call& call : trap.calls) {
    absl::StrAppend(out, separator);
    AppendCall(call, out);
    separator = ",";
  }
  absl::StrAppend(out, "],\"post\":");
  if (!trap.returned) {
    absl::StrAppend(out, "null}\n");
    return;
  }
  uint64_t changed = 0;
  for (int i = 0; i < trace::kWordCount; ++i) {
    changed |= uint64_t{trap.before[i] != trap.after[i]} << i;
  }
  AppendWords(changed & trap.present, trap.after, out);
  absl::StrAppend(out, "}\n");
}

}  // namespace trapline::capture
