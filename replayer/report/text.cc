// SPDX-License-Identifier: Apache-2.0

#include "replayer/report/text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "replayer/report/clauses.h"
#include "replayer/report/disassemble.h"

namespace trapline::replay {
namespace {

std::string Plural(uint64_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

std::string Table(const std::vector<Difference>& differences) {
  std::vector<std::array<std::string, 4>> rows = {
      {"", "before", "recorded", "model"}};
  for (const Difference& d : differences) {
    rows.push_back({d.field, d.before, d.recorded, d.model});
  }
  std::array<size_t, 4> width = {};
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      width[i] = std::max(width[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    absl::StrAppend(
        &text, "    ",
        absl::StrFormat("%-*s | %-*s | %-*s | %s\n", width[0], row[0], width[1],
                        row[1], width[2], row[2], row[3]));
  }
  return text;
}

}  // namespace

std::string TrapName(uint32_t trapnum) {
  static constexpr const char* kNames[] = {"divide error",
                                           "debug",
                                           "NMI",
                                           "breakpoint",
                                           "overflow",
                                           "bound range",
                                           "invalid opcode",
                                           "device not available",
                                           "double fault",
                                           "coprocessor segment overrun",
                                           "invalid TSS",
                                           "segment not present",
                                           "stack fault",
                                           "general protection",
                                           "page fault"};
  if (trapnum < std::size(kNames)) return kNames[trapnum];
  if (trapnum == 31) return "hypercall";
  if (trapnum < 32) return "exception";
  return trapnum < 256 ? "host interrupt" : "fault in the switcher";
}

std::string DivergenceText(const FileResult& file,
                           const Divergence& divergence) {
  const Instruction insn = Disassemble(divergence.insn, divergence.eip);
  const size_t shown = insn.length > 0
                           ? static_cast<size_t>(insn.length)
                           : std::min<size_t>(divergence.insn.size(), 8);
  std::string text = absl::StrFormat(
      "  trap %d %s %s\n"
      "    record %d, in the block at byte %d; kernel %s, flavor %s\n"
      "    trapnum %d (%s), errcode %#x\n"
      "    %04x:%08x  %s  %s\n",
      divergence.trap,
      divergence.differences.empty() ? "agrees with the model, but breaks"
                                     : "differs from the model at",
      FieldOf(divergence), divergence.seq, divergence.block_offset,
      file.header.kernel(), file.flavor, divergence.trapnum,
      TrapName(divergence.trapnum), divergence.errcode, divergence.cs & 0xFFFF,
      divergence.eip, absl::BytesToHexString(divergence.insn.substr(0, shown)),
      insn.text);
  if (!divergence.differences.empty()) {
    absl::StrAppend(&text, Table(divergence.differences));
  }
  for (const BrokenClause& broken : divergence.broken) {
    absl::StrAppend(&text, BrokenText(broken));
  }
  if (divergence.broken.empty()) {
    absl::StrAppend(&text, "    breaks no clause, as far as was recorded\n");
  }
  const std::string flavor = file.flavor == file.header.flavor()
                                 ? ""
                                 : absl::StrCat(" --flavor ", file.flavor);
  const std::string clauses =
      divergence.differences.empty() ? " --clauses" : "";
  absl::StrAppend(&text, "    reproduce: tools/trapline replay ", file.path,
                  " --range ", divergence.trap, ":", divergence.trap + 1,
                  flavor, clauses, "\n");
  return text;
}

std::string ReportText(const std::vector<FileResult>& files) {
  std::string text;
  std::optional<ClauseCounts> clauses;
  uint64_t traps = 0, diverged = 0, lost = 0;
  for (const FileResult& file : files) {
    const Verdict verdict = VerdictOf(file);
    traps += file.traps;
    diverged += file.diverged;
    lost += file.lost;
    if (verdict == Verdict::kBadData) {
      absl::StrAppend(&text, file.path, ": BAD-DATA\n  ",
                      std::string(file.status.message()), "\n");
      continue;
    }
    absl::StrAppend(&text, file.path, ": ", VerdictName(verdict), ", ",
                    Plural(file.traps, "trap"), ", kernel ",
                    file.header.kernel(), ", flavor ", file.flavor, "\n");
    if (file.clauses) {
      if (!clauses) clauses.emplace();
      clauses->Add(*file.clauses);
    }
    if (file.lost != 0) {
      absl::StrAppend(&text, "  ", Plural(file.lost, "record"), " lost\n");
    }
    for (const Gap& gap : file.gaps) {
      absl::StrAppend(&text, "  ", Plural(gap.records, "record"),
                      " lost before trap ", gap.trap, "\n");
    }
    for (const Divergence& divergence : file.divergences) {
      absl::StrAppend(&text, DivergenceText(file, divergence));
    }
    if (file.diverged > file.divergences.size()) {
      const uint64_t more = file.diverged - file.divergences.size();
      absl::StrAppend(&text, "  ", more,
                      more == 1 ? " more trap diverges" : " more traps diverge",
                      "; all ", file.diverged, " by what is told first:\n");
      for (const auto& [field, count] : file.by_field) {
        absl::StrAppend(&text, "    ", field, " ", count, "\n");
      }
    }
  }
  if (clauses) absl::StrAppend(&text, ClauseTable(*clauses));
  absl::StrAppend(&text, VerdictName(VerdictOf(files)), ": ",
                  Plural(traps, "trap"), " in ", Plural(files.size(), "trace"));
  if (diverged != 0) absl::StrAppend(&text, ", ", diverged, " diverged");
  if (lost != 0) {
    absl::StrAppend(&text, ", ", Plural(lost, "record"), " lost");
  }
  absl::StrAppend(&text, "\n");
  return text;
}

}  // namespace trapline::replay
