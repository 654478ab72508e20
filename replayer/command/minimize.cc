// SPDX-License-Identifier: Apache-2.0

// The verb `minimize`.

#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "model/flavor.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "replayer/command/verbs.h"
#include "replayer/minimize/minimize_trap.h"
#include "replayer/replay.h"

namespace trapline::command {
namespace {

// Of the header, what a replay goes by.
trace::Header MinimizedHeader(const trace::Header& header) {
  trace::Header least;
  least.set_format_version(header.format_version());
  least.set_kernel(header.kernel());
  least.set_flavor(header.flavor());
  least.set_pae(header.pae());
  least.set_address_ok(header.address_ok());
  least.set_switcher_addr(header.switcher_addr());
  least.set_kill_messages(header.kill_messages());
  (*least.mutable_notes())["minimized"] = "true";
  return least;
}

// The first trap of the range that diverges, minimized.
absl::StatusOr<replay::MinimizedTrap> Minimize(
    const std::string& path, const replay::ReplayOptions& options,
    const replay::Divergence& divergence) {
  absl::StatusOr<std::unique_ptr<trace::Reader>> reader =
      trace::Reader::Open(path);
  if (!reader.ok()) return reader.status();
  absl::StatusOr<replay::Setting> setting =
      replay::MakeSetting((*reader)->header(), options.flavor);
  if (!setting.ok()) return setting.status();
  trace::BlockDecoder decoder;
  while (true) {
    absl::StatusOr<std::optional<trace::RawBlock>> block = (*reader)->Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) break;
    if ((*block)->offset != divergence.block_offset) continue;
    const absl::Status status = decoder.Start(**block, trace::kCode);
    if (!status.ok()) return status;
    trace::Trap trap;
    while (decoder.Next(&trap)) {
      if (trap.number != divergence.trap) continue;
      return replay::MinimizeTrap(*setting, trap);
    }
  }
  return absl::DataLossError(
      absl::StrCat(path, ": changed while it was being read"));
}

absl::Status Write(const std::string& path, const trace::Header& header,
                   const trace::Trap& trap) {
  absl::StatusOr<std::unique_ptr<trace::Writer>> writer =
      trace::Writer::Create(path, MinimizedHeader(header));
  if (!writer.ok()) return writer.status();
  absl::Status status = (*writer)->Add(trap);
  if (status.ok()) status = (*writer)->Close();
  if (!status.ok()) {
    writer->reset();
    std::remove((path + ".part").c_str());
  }
  return status;
}

int RunMinimize(const Arguments& arguments) {
  const std::string path = arguments.Get("o");
  if (path.empty())
    return FailUse("minimize needs -o TRACE, where to write to");
  const std::string& input = arguments.positional()[0];
  absl::StatusOr<TrapRange> range = GetRange(arguments);
  if (!range.ok()) return Fail(range.status());
  if (absl::Status status = CheckOutput(input, path); !status.ok()) {
    return Fail(status);
  }
  replay::ReplayOptions options;
  options.begin = range->begin;
  options.end = range->end;
  options.stop_first = true;
  options.flavor = arguments.Get("flavor");
  if (arguments.Has("flavor") && model::FindFlavor(options.flavor) == nullptr) {
    return FailUse(
        absl::StrCat("--flavor takes F2 to F10, not '", options.flavor, "'"));
  }
  const replay::FileResult found = replay::Replay({input}, options)[0];
  if (!found.status.ok()) return Fail(found.status);
  if (found.divergences.empty()) {
    return FailUse(absl::StrCat("no trap of '", input,
                                "' diverges, so there is nothing to minimize"));
  }
  const replay::Divergence& divergence = found.divergences[0];
  absl::StatusOr<replay::MinimizedTrap> least =
      Minimize(input, options, divergence);
  if (!least.ok()) return Fail(least.status());
  const absl::Status status = Write(path, found.header, least->trap);
  if (!status.ok()) return Fail(status);
  std::fprintf(
      stderr, "%s: trap %" PRIu64 ", which differs at %s; %ju of %ju bytes\n",
      path.c_str(), divergence.trap, replay::FieldOf(divergence).c_str(),
      static_cast<uintmax_t>(std::filesystem::file_size(path)),
      static_cast<uintmax_t>(std::filesystem::file_size(input)));
  return kOk;
}

}  // namespace

Verb MinimizeVerb() {
  return {
      "minimize",
      "TRACE -o TRACE",
      "Makes the smallest trace that still diverges in the same way",
      "tools/trapline minimize broken.trace -o least.trace",
      {{"o", "TRACE", "the trace to write"},
       {"range", "A:B", "the first that diverges of A to B, B not included"},
       {"flavor", "NAME", "replay against this flavor, F2 to F10"}},
      1,
      1,
      RunMinimize};
}

}  // namespace trapline::command
