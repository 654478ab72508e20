// SPDX-License-Identifier: Apache-2.0

#include "replayer/report/machine.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "replayer/report/clauses.h"
#include "replayer/report/disassemble.h"
#include "replayer/report/text.h"

namespace trapline::replay {
namespace {

using Json = nlohmann::ordered_json;

// Paths and messages may hold any bytes: those that are not UTF-8 become
// U+FFFD.
std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Json ToJson(const BrokenClause& broken) {
  Json json = {{"clause", broken.clause->id},
               {"sentence", broken.clause->sentence},
               {"source", broken.clause->source}};
  if (broken.deviation != nullptr) json["known"] = broken.deviation->id;
  return json;
}

Json ToJson(const ClauseCounts& counts) {
  Json json = {{"untold", counts.untold}, {"clauses", Json::array()}};
  for (const ClauseRow& row : ClauseRows(counts)) {
    Json known = Json::object();
    for (const auto& [id, traps] : row.shown) known[std::string(id)] = traps;
    json["clauses"].push_back({{"clause", row.clause->id},
                               {"exercised", row.exercised},
                               {"broken", row.broken},
                               {"known", std::move(known)}});
  }
  return json;
}

Json ToJson(const Divergence& divergence) {
  const Instruction insn = Disassemble(divergence.insn, divergence.eip);
  Json json = {{"trap", divergence.trap},
               {"record", divergence.seq},
               {"block_offset", divergence.block_offset},
               {"trapnum", divergence.trapnum},
               {"errcode", divergence.errcode},
               {"cs", divergence.cs},
               {"eip", divergence.eip},
               {"insn", absl::BytesToHexString(divergence.insn)},
               {"disassembly", insn.text},
               {"differences", Json::array()}};
  for (const Difference& d : divergence.differences) {
    json["differences"].push_back({{"field", d.field},
                                   {"before", d.before},
                                   {"recorded", d.recorded},
                                   {"model", d.model}});
  }
  json["breaks"] = Json::array();
  for (const BrokenClause& broken : divergence.broken) {
    json["breaks"].push_back(ToJson(broken));
  }
  return json;
}

Json ToJson(const FileResult& file) {
  Json json = {{"path", file.path},
               {"verdict", VerdictName(VerdictOf(file))},
               {"kernel", file.header.kernel()},
               {"flavor", file.flavor},
               {"blocks", file.blocks},
               {"traps", file.traps},
               {"events", file.events},
               {"lost", file.lost},
               {"diverged", file.diverged}};
  if (!file.status.ok()) json["error"] = std::string(file.status.message());
  json["gaps"] = Json::array();
  for (const Gap& gap : file.gaps) {
    json["gaps"].push_back(
        {{"before_trap", gap.trap}, {"records", gap.records}});
  }
  json["by_field"] = Json::object();
  for (const auto& [field, count] : file.by_field) {
    json["by_field"][field] = count;
  }
  json["divergences"] = Json::array();
  for (const Divergence& divergence : file.divergences) {
    json["divergences"].push_back(ToJson(divergence));
  }
  if (file.clauses) json["clauses"] = ToJson(*file.clauses);
  return json;
}

// Text as XML 1.0 may hold it: UTF-8, and '?' for other control characters.
std::string Xml(const std::string& text) {
  std::string clean =
      Json::parse(Dump(Json(text)), nullptr, false).get<std::string>();
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
      c = '?';
    }
  }
  return absl::StrReplaceAll(
      clean, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

}  // namespace

std::string ReportJson(const std::vector<FileResult>& files) {
  const Verdict verdict = VerdictOf(files);
  uint64_t traps = 0;
  Json traces = Json::array();
  for (const FileResult& file : files) {
    traps += file.traps;
    traces.push_back(ToJson(file));
  }
  return Dump({{"verdict", VerdictName(verdict)},
               {"exit_status", ExitStatus(verdict)},
               {"traps", traps},
               {"traces", traces}}) +
         "\n";
}

std::string ReportJunit(const std::vector<FileResult>& files, bool allow_gaps) {
  size_t failures = 0;
  std::string cases;
  for (const FileResult& file : files) {
    const Verdict verdict = VerdictOf(file);
    absl::StrAppend(&cases, "    <testcase classname=\"replay\" name=\"",
                    Xml(file.path), "\"");
    if (verdict == Verdict::kVerified ||
        (allow_gaps && verdict == Verdict::kVerifiedWithGaps)) {
      if (!file.clauses) {
        absl::StrAppend(&cases, "/>\n");
        continue;
      }
      absl::StrAppend(&cases, ">\n      <system-out>", Xml(ReportText({file})),
                      "</system-out>\n    </testcase>\n");
      continue;
    }
    ++failures;
    absl::StrAppend(&cases, ">\n      <failure message=\"",
                    VerdictName(verdict), "\">", Xml(ReportText({file})),
                    "</failure>\n    </testcase>\n");
  }
  return absl::StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"",
      files.size(), "\" failures=\"", failures,
      "\">\n  <testsuite name=\"trapline replay\" tests=\"", files.size(),
      "\" failures=\"", failures, "\">\n", cases,
      "  </testsuite>\n</testsuites>\n");
}

}  // namespace trapline::replay
