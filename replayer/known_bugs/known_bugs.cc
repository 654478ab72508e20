// SPDX-License-Identifier: Apache-2.0

#include "replayer/known_bugs/known_bugs.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "properties/engines/show_guest.h"
#include "properties/prove.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "replayer/clauses/recorded_guest.h"
#include "replayer/known_bugs/unseen.h"
#include "replayer/prove/guest_trap.h"
#include "replayer/replay_trap.h"
#include "replayer/verdict.h"

namespace trapline::replay {
namespace {

using Json = nlohmann::json;
using properties::Deviation;
using properties::Guest;

std::string NoteName(uint64_t trap) { return absl::StrCat("trap ", trap); }

bool SameAccess(const trace::Access& a, const trace::Access& b) {
  return a.write == b.write && a.length == b.length && a.address == b.address &&
         std::memcmp(a.data, b.data, a.length) == 0;
}

// Whether the guest, were it to take its trap again, would give this recording.
bool Takes(const Guest& guest, const trace::Trap& trap) {
  const GuestTrap again(guest);
  const trace::Trap& other = again.trap();
  return trap.before == other.before && trap.after == other.after &&
         trap.returned == other.returned && trap.insn == other.insn &&
         std::equal(trap.accesses.begin(), trap.accesses.end(),
                    other.accesses.begin(), other.accesses.end(), SameAccess);
}

absl::StatusOr<KnownBug> BugOf(const trace::Header& header,
                               const trace::Trap& trap,
                               RecordedGuest* recorded) {
  const auto text = header.notes().find(NoteName(trap.number));
  if (text == header.notes().end()) return absl::DataLossError("has no note");
  const Json note = Json::parse(text->second, nullptr, false);
  if (!note.is_object() || !note.value("bug", Json()).is_string() ||
      !note.value("breaks", Json()).is_string()) {
    return absl::DataLossError("has a note that names no bug");
  }
  if (!recorded->Load(trap)) {
    return absl::DataLossError("has a kill whose message is not known");
  }
  KnownBug bug = {note["bug"], note["breaks"], recorded->guest()};
  const absl::Status status = AddUnseen(note, &bug.guest);
  if (!status.ok()) return status;
  if (Takes(bug.guest, trap)) return bug;
  return absl::DataLossError("is not what its guest's trap comes to");
}

}  // namespace

bool Shows(const properties::Step<properties::ConcreteGuest>& step,
           const Deviation& deviation) {
  const properties::Clause* clause = properties::FindClause(deviation.clause);
  return clause != nullptr && clause->premise(step) &&
         !clause->conclusion(step) && deviation.when(step);
}

std::vector<const Deviation*> DeviationsToShow(
    const model::Host& host, absl::Span<const Deviation> ledger) {
  std::vector<const Deviation*> shown;
  for (const Deviation& deviation : ledger) {
    for (const model::Host& first : properties::HostsOf(host.flavor)) {
      if (!deviation.IsIn(first)) continue;
      if (properties::HostName(first) == properties::HostName(host)) {
        shown.push_back(&deviation);
      }
      break;
    }
  }
  return shown;
}

std::string KnownBugsName(const model::Host& host) {
  return absl::StrCat("known-bugs-", properties::HostName(host), ".trace");
}

absl::Status WriteKnownBugs(const std::string& path, const KnownBugs& known) {
  trace::Header header = HeaderOf(known.host);
  header.set_workload("each known bug, by one trap");
  RecordedGuest recorded(known.host);
  for (size_t i = 0; i < known.bugs.size(); ++i) {
    const KnownBug& bug = known.bugs[i];
    const GuestTrap trap(bug.guest);
    recorded.Load(trap.trap());
    Json note = Unseen(bug.guest, recorded.guest());
    note["bug"] = bug.id;
    note["breaks"] = bug.clause;
    (*header.mutable_notes())[NoteName(i + 1)] = note.dump();
  }
  auto writer = trace::Writer::Create(path, header);
  if (!writer.ok()) return writer.status();
  for (size_t i = 0; i < known.bugs.size(); ++i) {
    GuestTrap trap(known.bugs[i].guest);
    trap.trap().number = i + 1;
    const absl::Status status = (*writer)->Add(trap.trap());
    if (!status.ok()) return status;
  }
  return (*writer)->Close();
}

absl::StatusOr<KnownBugs> ReadKnownBugs(const std::string& path) {
  absl::StatusOr<std::unique_ptr<trace::Reader>> reader =
      trace::Reader::Open(path);
  if (!reader.ok()) return reader.status();
  const trace::Header& header = (*reader)->header();
  const absl::StatusOr<Setting> setting = MakeSetting(header, "");
  if (!setting.ok()) return InFile(path, setting.status());
  KnownBugs known = {setting->host, {}};
  RecordedGuest recorded(known.host);
  trace::BlockDecoder decoder;
  while (true) {
    const auto block = (*reader)->Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) return known;
    const absl::Status status = decoder.Start(**block, trace::kCode);
    if (!status.ok()) return InFile(path, status);
    trace::Trap trap;
    while (decoder.Next(&trap)) {
      absl::StatusOr<KnownBug> bug = BugOf(header, trap, &recorded);
      if (!bug.ok()) {
        return absl::DataLossError(
            absl::StrCat(path, ": trap ", trap.number, " ",
                         std::string(bug.status().message())));
      }
      known.bugs.push_back(*std::move(bug));
    }
    if (!decoder.status().ok()) return InFile(path, decoder.status());
  }
}

}  // namespace trapline::replay
