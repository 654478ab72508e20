// SPDX-License-Identifier: Apache-2.0

// The verbs `recover` and `slice`: a part of a trace as a trace of its own.

#include <cinttypes>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/reader.h"
#include "proto/recover.h"
#include "proto/writer.h"
#include "replayer/command/verbs.h"
#include "replayer/verdict.h"

namespace trapline::command {
namespace {

int RunRecover(const Arguments& arguments) {
  const std::string path = arguments.Get("o");
  if (path.empty()) return FailUse("recover needs -o TRACE, where to write to");
  absl::StatusOr<trace::Recovery> recovery =
      trace::Recover(arguments.positional()[0], path);
  if (!recovery.ok()) return Fail(recovery.status());
  for (const std::string& sentence : recovery->account) {
    std::printf("%s\n", sentence.c_str());
  }
  std::printf("%s: %" PRIu64 " blocks, %" PRIu64 " traps, %" PRIu64
              " events recovered; %s%" PRIu64 " record%s missing\n",
              path.c_str(), recovery->blocks, recovery->traps, recovery->events,
              recovery->end_missing ? "at least " : "", recovery->lost,
              recovery->lost == 1 ? "" : "s");
  return kOk;
}

// Copies the traps of the range, and what happened before and between them.
absl::Status Copy(const std::string& path, trace::Reader& reader,
                  const TrapRange& range, trace::Writer* writer,
                  uint64_t* copied) {
  trace::BlockDecoder decoder;
  uint64_t number = 0;  // of the trap to come, past a block's last too
  while (true) {
    absl::StatusOr<std::optional<trace::RawBlock>> block = reader.Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) return absl::OkStatus();
    if (const uint64_t first = (*block)->block.first_trap();
        first >= range.end) {
      number = first;
      continue;
    }
    absl::Status written;
    const auto add = [&](const auto& record) {
      if (number < range.begin || number >= range.end) return false;
      if (written.ok()) written = writer->Add(record);
      return true;
    };
    const std::vector<trace::Event>& events = decoder.events();
    size_t next_event = 0;
    const auto add_events = [&](uint64_t traps) {
      for (; next_event < events.size() && events[next_event].traps() <= traps;
           ++next_event) {
        add(events[next_event]);
      }
    };
    const bool started = decoder.Start(**block, trace::kEverything).ok();
    trace::Trap trap;
    for (uint64_t i = 0; started && written.ok() && decoder.Next(&trap); ++i) {
      number = trap.number;
      add_events(i);
      *copied += add(trap);
      ++number;
    }
    add_events(UINT64_MAX);
    if (!written.ok()) return written;
    if (!decoder.status().ok()) return replay::InFile(path, decoder.status());
  }
}

int RunSlice(const Arguments& arguments) {
  const std::string path = arguments.Get("o");
  if (path.empty()) return FailUse("slice needs -o TRACE, where to write to");
  absl::StatusOr<TrapRange> range = GetRange(arguments);
  if (!range.ok()) return Fail(range.status());
  if (!arguments.Has("range")) {
    return FailUse("slice needs --range A:B, the traps to keep");
  }
  const std::string& input = arguments.positional()[0];
  absl::Status status = CheckOutput(input, path);
  if (!status.ok()) return Fail(status);
  absl::StatusOr<std::unique_ptr<trace::Reader>> reader =
      trace::Reader::Open(input);
  if (!reader.ok()) return Fail(reader.status());
  absl::StatusOr<std::unique_ptr<trace::Writer>> writer =
      trace::Writer::Create(path, (*reader)->header());
  if (!writer.ok()) return Fail(writer.status());
  uint64_t copied = 0;
  status = Copy(input, **reader, *range, writer->get(), &copied);
  if (status.ok() && copied == 0) {
    status = absl::InvalidArgumentError(
        absl::StrCat("'", input, "' holds no trap of the range"));
  }
  if (status.ok()) status = (*writer)->Close();
  if (!status.ok()) {
    writer->reset();
    std::remove((path + ".part").c_str());
    return Fail(status);
  }
  std::fprintf(stderr, "%s: %" PRIu64 " traps\n", path.c_str(), copied);
  return kOk;
}

}  // namespace

Verb RecoverVerb() {
  return {"recover",
          "BAD -o TRACE",
          "Saves every intact block of a damaged or cut trace",
          "tools/trapline recover cut.trace.part -o saved.trace",
          {{"o", "TRACE", "the trace to write"}},
          1,
          1,
          RunRecover};
}

Verb SliceVerb() {
  return {"slice",
          "TRACE --range A:B -o TRACE",
          "Cuts a range of traps out of a trace",
          "tools/trapline slice boot.trace --range 100:200 -o part.trace",
          {{"o", "TRACE", "the trace to write"},
           {"range", "A:B", "traps A to B, B not included"}},
          1,
          1,
          RunSlice};
}

}  // namespace trapline::command
