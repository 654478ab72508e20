// SPDX-License-Identifier: Apache-2.0

// The verbs `info` and `check`.

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/reader.h"
#include "recorder/convert/convert.h"
#include "recorder/convert/raw_file.h"
#include "replayer/command/verbs.h"
#include "replayer/verdict.h"

namespace trapline::command {
namespace {

using Json = nlohmann::ordered_json;

// What the frames tell, without decompressing one.
struct Totals {
  uint64_t blocks = 0, traps = 0, events = 0, lost = 0, first_trap = 0;
};

absl::StatusOr<Totals> Count(trace::Reader& reader) {
  Totals totals;
  totals.lost = reader.header().lost();
  while (true) {
    absl::StatusOr<std::optional<trace::RawBlock>> block = reader.Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) return totals;
    const trace::Block& b = (*block)->block;
    ++totals.blocks;
    if (totals.traps == 0) totals.first_trap = b.first_trap();
    totals.traps += b.traps();
    totals.events += b.events();
    totals.lost += b.lost();
  }
}

absl::StatusOr<Json> HeaderJson(const trace::Header& header) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(header, &text, options)
           .ok()) {
    return absl::DataLossError("the header cannot be told as JSON");
  }
  Json json = Json::parse(text, nullptr, false);
  // 64-bit numbers are strings in protobuf's JSON, and notes are JSON already.
  json["lost"] = header.lost();
  json["tsc_khz"] = header.tsc_khz();
  json["recorded_at"] = header.recorded_at();
  for (auto& [name, value] : json["notes"].items()) {
    Json parsed = Json::parse(value.get<std::string>(), nullptr, false);
    if (!parsed.is_discarded()) value = std::move(parsed);
  }
  return json;
}

int RunInfo(const Arguments& arguments) {
  absl::StatusOr<std::unique_ptr<trace::Reader>> reader =
      trace::Reader::Open(arguments.positional()[0]);
  if (!reader.ok()) return Fail(reader.status());
  absl::StatusOr<Json> header = HeaderJson((*reader)->header());
  if (!header.ok()) return Fail(header.status());
  absl::StatusOr<Totals> totals = Count(**reader);
  if (!totals.ok()) return Fail(totals.status());
  const Json json = {{"header", *header},
                     {"blocks", totals->blocks},
                     {"first_trap", totals->first_trap},
                     {"traps", totals->traps},
                     {"events", totals->events},
                     {"lost", totals->lost},
                     {"bytes", (*reader)->size()}};
  std::printf("%s\n",
              json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
  return kOk;
}

// Every section of every block, whether a replay would look at it or not.
absl::StatusOr<Totals> CheckAll(const std::string& path) {
  absl::StatusOr<std::unique_ptr<trace::Reader>> opened =
      trace::Reader::Open(path);
  if (!opened.ok()) return opened.status();
  trace::Reader& reader = **opened;
  Totals totals;
  totals.lost = reader.header().lost();
  trace::BlockDecoder decoder;
  while (true) {
    absl::StatusOr<std::optional<trace::RawBlock>> block = reader.Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) return totals;
    absl::Status status = decoder.Start(**block, trace::kEverything);
    if (!status.ok()) return replay::InFile(path, status);
    trace::Trap trap;
    while (decoder.Next(&trap)) ++totals.traps;
    if (!decoder.status().ok()) return replay::InFile(path, decoder.status());
    ++totals.blocks;
    totals.events += (*block)->block.events();
    totals.lost += (*block)->block.lost();
  }
}

// A file of the recorder's drain.
int CheckRawFile(const std::string& path) {
  const auto counts = convert::CheckRaw(path);
  if (!counts.ok()) return Fail(counts.status());
  std::printf("%s: sound, CPU %u, %llu records, %llu to %llu, %llu traps\n",
              path.c_str(), counts->cpu,
              static_cast<unsigned long long>(counts->records),
              static_cast<unsigned long long>(counts->first),
              static_cast<unsigned long long>(counts->last),
              static_cast<unsigned long long>(counts->traps));
  return kOk;
}

int RunCheck(const Arguments& arguments) {
  int worst = kOk;
  for (const std::string& path : arguments.positional()) {
    if (convert::IsRawFile(path)) {
      worst = std::max(worst, CheckRawFile(path));
      continue;
    }
    absl::StatusOr<Totals> totals = CheckAll(path);
    if (!totals.ok()) {
      worst = std::max(worst, Fail(totals.status()));
      continue;
    }
    std::printf("%s: sound, %llu blocks, %llu traps, %llu events, %llu lost\n",
                path.c_str(), static_cast<unsigned long long>(totals->blocks),
                static_cast<unsigned long long>(totals->traps),
                static_cast<unsigned long long>(totals->events),
                static_cast<unsigned long long>(totals->lost));
  }
  return worst;
}

}  // namespace

Verb InfoVerb() {
  return {"info",
          "TRACE",
          "Prints a trace's header and counts as JSON",
          "tools/trapline info traces/good/v3.12-boot.trace",
          {},
          1,
          1,
          RunInfo};
}

Verb CheckVerb() {
  return {
      "check",
      "FILE...",
      "Checks structure and checksums of traces and of the recorder's files",
      "tools/trapline check traces/good/*.trace",
      {},
      1,
      SIZE_MAX,
      RunCheck};
}

}  // namespace trapline::command
