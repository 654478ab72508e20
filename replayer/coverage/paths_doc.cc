// SPDX-License-Identifier: Apache-2.0

#include "replayer/coverage/paths_doc.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "properties/coverage/feasible_paths.h"
#include "proto/reader.h"
#include "replayer/coverage/taken_paths.h"
#include "replayer/replay_trap.h"
#include "replayer/verdict.h"

namespace trapline::replay {
namespace {

using properties::FeasiblePaths;
using properties::HostKind;
using properties::HostKinds;
using Paths = std::set<std::string_view>;
using PathList = std::vector<std::string_view>;

constexpr std::string_view kSeparator = ", ";

constexpr char kHead[] = R"(<!-- SPDX-License-Identifier: Apache-2.0 -->

# Paths of the handler

Where the handler goes two ways is a branch of
[model/branch.h](../model/branch.h); the ways that one trap takes, in order, are
its path. What decides a value rather than a way, such as whether an access is
refused or the guest is killed, is no branch. Z3 finds the paths that some guest
can take; [the list](../properties/coverage/feasible_paths.inc) is compared with
it by a test. `trapline stats` tells which of them a recording took.

This page is printed by `bazel run //replayer/coverage:print_paths_doc`, and a
test compares it.

| host | feasible paths | taken by `traces/good` |
|---|---|---|
)";

constexpr char kNever[] = R"(
## What no recording takes

Of all %d paths the recordings in `traces/good` take %d, each counted once,
whatever hosts have it. These are the others: how many, and how they begin.

```
)";

absl::Status AddTaken(const std::string& trace,
                      std::map<std::string, Paths>* taken) {
  absl::StatusOr<std::unique_ptr<trace::Reader>> reader =
      trace::Reader::Open(trace);
  if (!reader.ok()) return reader.status();
  absl::StatusOr<Setting> setting = MakeSetting((*reader)->header(), "");
  if (!setting.ok()) return InFile(trace, setting.status());
  PathCounter counter(*setting);
  trace::BlockDecoder decoder;
  while (true) {
    absl::StatusOr<std::optional<trace::RawBlock>> block = (*reader)->Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) break;
    absl::Status status = decoder.Start(**block, trace::kReplayColumns);
    if (!status.ok()) return InFile(trace, status);
    trace::Trap trap;
    while (decoder.Next(&trap)) counter.Add(trap);
    if (!decoder.status().ok()) return InFile(trace, decoder.status());
  }
  absl::StatusOr<Coverage> coverage = counter.Finish();
  if (!coverage.ok()) return InFile(trace, coverage.status());
  const HostKind kind = {&setting->host.flavor, setting->host.pae};
  for (const auto& [path, traps] : coverage->taken) {
    (*taken)[kind.Name()].insert(path);
  }
  return absl::OkStatus();
}

bool Begins(std::string_view path, std::string_view head) {
  return path.substr(0, head.size()) == head &&
         (path.size() == head.size() ||
          path.substr(head.size(), kSeparator.size()) == kSeparator);
}

}  // namespace

std::vector<std::pair<std::string, int>> Shortened(
    absl::Span<const std::string_view> all,
    absl::Span<const std::string_view> taken) {
  std::vector<std::pair<std::string, int>> lines;
  for (const std::string_view path : all) {
    if (std::count(taken.begin(), taken.end(), path) != 0) continue;
    // The shortest beginning that no path taken has.
    std::string_view head;
    for (size_t end = 0; head.size() < path.size(); end += kSeparator.size()) {
      end = std::min(path.find(kSeparator, end), path.size());
      head = path.substr(0, end);
      if (std::none_of(taken.begin(), taken.end(),
                       [head](auto other) { return Begins(other, head); })) {
        break;
      }
    }
    if (lines.empty() || lines.back().first != head) {
      lines.push_back({std::string(head), 0});
    }
    ++lines.back().second;
  }
  return lines;
}

absl::StatusOr<std::string> PathsDoc(const std::vector<std::string>& traces) {
  std::map<std::string, Paths> taken;  // by kind of host
  for (const std::string& trace : traces) {
    const absl::Status status = AddTaken(trace, &taken);
    if (!status.ok()) return status;
  }
  std::string text = kHead;
  Paths all, all_taken;
  for (const HostKind& kind : HostKinds()) {
    const auto paths = FeasiblePaths(kind);
    all.insert(paths.begin(), paths.end());
    const auto found = taken.find(kind.Name());
    const bool recorded = found != taken.end();
    if (recorded) all_taken.insert(found->second.begin(), found->second.end());
    absl::StrAppend(&text, "| ", kind.Name(), " | ", paths.size(), " | ",
                    recorded ? absl::StrCat(found->second.size()) : "-",
                    " |\n");
  }
  absl::StrAppend(&text, absl::StrFormat(kNever, all.size(), all_taken.size()));
  for (const auto& [head, count] :
       Shortened(PathList(all.begin(), all.end()),
                 PathList(all_taken.begin(), all_taken.end()))) {
    absl::StrAppend(&text, absl::StrFormat("%3d  %s\n", count, head));
  }
  absl::StrAppend(&text, "```\n");
  return text;
}

}  // namespace trapline::replay
