// SPDX-License-Identifier: Apache-2.0

// The verb `decode`.

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "model/flavor.h"
#include "properties/clause.h"
#include "properties/decode/architecture_reader.h"
#include "properties/decode/handler_reader.h"
#include "properties/decode/insn_trap.h"
#include "properties/decode/reading.h"
#include "replayer/command/verbs.h"
#include "replayer/report/disassemble.h"

namespace trapline::command {
namespace {

using properties::Bytes;
using properties::Difference;
using properties::InsnTrap;
using properties::Reading;

constexpr size_t kMaxInsn = 15;  // SDM volume 2, section 2.3.11
constexpr uint32_t kEip = 0x00100000;

std::string Text(std::string_view text) { return std::string(text); }

// As in "IN, 2 bytes, writes 0000ffff of eax".
std::string Show(const Reading& reading) {
  static constexpr const char* kKinds[] = {"", "IN", "OUT", "CLI"};
  std::string text =
      absl::StrFormat("%s, %d byte%s", kKinds[reading.kind], reading.length,
                      reading.length == 1 ? "" : "s");
  if (reading.eax != 0) {
    absl::StrAppendFormat(&text, ", writes %08x of eax", reading.eax);
  }
  return text;
}

std::string ShowArchitecture(const std::optional<Reading>& reading) {
  if (!reading) return "goes on after these bytes";
  return reading->kind == Reading::kOther ? "no IN, OUT or CLI"
                                          : Show(*reading);
}

std::string ShowHandler(const std::optional<Reading>& reading,
                        const InsnTrap& trap) {
  if (!reading) return "looks at the byte after these";
  if (reading->kind != Reading::kOther) return Show(*reading);
  return trap.rewritten ? "rewritten to cd 1f 90, run again"
                        : "#GP(0) reflected to the guest";
}

// Lines of which several flavors may have the same, in order.
class Findings {
 public:
  void Add(const model::Flavor& flavor, const std::string& line) {
    const auto at = std::find_if(
        findings_.begin(), findings_.end(),
        [&](const Finding& finding) { return finding.line == line; });
    if (at == findings_.end()) {
      findings_.push_back({line, Text(flavor.name)});
    } else {
      absl::StrAppend(&at->flavors, " ", Text(flavor.name));
    }
  }

  // `in` comes before the flavors.
  void Print(const char* in) const {
    for (const Finding& finding : findings_) {
      std::printf("%s%s%s\n", finding.line.c_str(), in,
                  finding.flavors.c_str());
    }
  }

 private:
  struct Finding {
    std::string line;
    std::string flavors;
  };
  std::vector<Finding> findings_;
};

// What differs, and what the ledger calls it.
class Differences {
 public:
  void Add(const model::Flavor& flavor, const std::optional<Reading>& handler,
           const std::optional<Reading>& architecture, const InsnTrap& trap) {
    if (handler && architecture) {
      const Difference difference = Compare(*handler, *architecture);
      if (difference != Difference::kNone) {
        differences_.Add(flavor, Text(DifferenceName(difference)));
      }
    }
    for (const properties::Deviation* deviation : trap.deviations) {
      entries_.Add(flavor, absl::StrCat(Text(deviation->id), " breaks ",
                                        Text(deviation->clause), ": ",
                                        Text(deviation->reason)));
    }
    for (const properties::Clause* clause : trap.violated) {
      entries_.Add(flavor,
                   absl::StrCat("not in the ledger: breaks ", Text(clause->id),
                                ": ", Text(clause->sentence)));
    }
  }

  void Print() const {
    differences_.Print(" in ");
    entries_.Print("\n  in ");
  }

 private:
  Findings differences_;
  Findings entries_;
};

void Print(const std::string& insn, const std::string& only) {
  const Bytes bytes(reinterpret_cast<const uint8_t*>(insn.data()), insn.size());
  const std::optional<Reading> architecture =
      properties::ReadByArchitecture(bytes);
  std::printf("%-22s%s\n", "Zydis",
              replay::Disassemble(insn, kEip).text.c_str());
  std::printf("%-22s%s\n", "architecture",
              ShowArchitecture(architecture).c_str());
  Differences differences;
  for (const model::Flavor& flavor : model::kFlavors) {
    if (!only.empty() && flavor.name != only) continue;
    const auto handler = properties::ReadByHandler(flavor, bytes);
    const InsnTrap trap = properties::TakeInsnTrap(flavor, bytes);
    std::printf("%-3s  %-15s  %s\n", Text(flavor.name).c_str(),
                Text(flavor.kernels).c_str(),
                ShowHandler(handler, trap).c_str());
    // A trap that hangs on bytes not given says nothing.
    if (handler) differences.Add(flavor, handler, architecture, trap);
  }
  differences.Print();
}

int RunDecode(const Arguments& arguments) {
  std::string hex;
  for (const std::string& part : arguments.positional()) hex += part;
  for (char c : hex) {
    if (!absl::ascii_isxdigit(c)) {
      return FailUse(
          absl::StrCat("decode takes hexadecimal digits, not '", hex, "'"));
    }
  }
  if (hex.empty() || hex.size() % 2 != 0 || hex.size() > 2 * kMaxInsn) {
    return FailUse(absl::StrCat("decode takes 1 to ", kMaxInsn,
                                " bytes of two hexadecimal digits each, not ",
                                hex.size(), " digits"));
  }
  const std::string name = arguments.Get("flavor");
  if (arguments.Has("flavor") && model::FindFlavor(name) == nullptr) {
    return FailUse(absl::StrCat("--flavor takes F2 to F10, not '", name, "'"));
  }
  Print(absl::HexStringToBytes(hex), name);
  return kOk;
}

}  // namespace

Verb DecodeVerb() {
  return {"decode",
          "HEX...",
          "Tells what the handler makes of an instruction, beside what it is",
          "tools/trapline decode 66 ed --flavor F6",
          {{"flavor", "NAME", "only this flavor, F2 to F10"}},
          1,
          SIZE_MAX,
          RunDecode};
}

}  // namespace trapline::command
