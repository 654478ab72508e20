// SPDX-License-Identifier: Apache-2.0

#include "replayer/known_bugs/bugs_doc.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "properties/engines/show_guest.h"
#include "properties/not_clauses.h"
#include "properties/prove.h"
#include "replayer/known_bugs/check_known_bugs.h"
#include "replayer/prove/guest_text.h"

namespace trapline::replay {
namespace {

using model::Flavor;
using model::Host;
using properties::Clause;
using properties::Deviation;

constexpr char kHead[] = R"(<!-- SPDX-License-Identifier: Apache-2.0 -->

# Known bugs

What the trap handlers of real kernels do against the
[clauses](CLAUSES.md). This page is printed by `bazel run
//replayer/known_bugs:print_bugs_doc` of [the ledger](../properties/ledger.cc)
and of the traces that show it, and a test compares it.

Each bug is a clause that holds of every guest but of those that the ledger
tells: that is proved, in every kernel. And it is shown, in every flavor that has
it, by one trap, as small as it gets: "`F2_old` 3" is trap 3 of
`traces/historic/known-bugs-F2_old.trace`, where `old` and `new` are the forms of
the address check. These traces replay VERIFIED, for the model has the bugs too;
`trapline dump` shows them. Of a guest all is zero that is not told, and by an
address in brackets stands its memory.

E, D and P are bugs of instructions, delivery and page faults that were known
before; N were found by the prover. [Those that no clause can
tell](#what-no-clause-tells) are at the end.

| bug | breaks | kernels |
|---|---|---|
)";

constexpr char kUntold[] = R"(
## What no clause tells

A clause is about one trap: what handle_trap is given and what it makes of it.

| bug | what | why it is not in the ledger |
|---|---|---|
)";

std::string Text(std::string_view view) { return std::string(view); }

// The first and the last release of a flavor.
std::string First(const Flavor& flavor) {
  const std::string kernels = Text(flavor.kernels);
  return kernels.substr(0, kernels.find(' '));
}

std::string Last(const Flavor& flavor) {
  const std::string kernels = Text(flavor.kernels);
  return kernels.substr(kernels.rfind(' ') + 1);
}

std::string Range(const std::string& first, const std::string& last) {
  return first == last ? first : absl::StrCat(first, " to ", last);
}

// What a kernel of the flavor must be to have it: " with PAE"; empty where each
// has it.
std::string HostsText(const Deviation& deviation, const Flavor& flavor) {
  const auto all = properties::HostsOf(flavor);
  const auto has = [&](const Host& host) { return deviation.IsIn(host); };
  const auto is = [&](auto condition) {
    return std::all_of(all.begin(), all.end(), [&](const Host& host) {
      return has(host) == condition(host);
    });
  };
  if (std::all_of(all.begin(), all.end(), has)) return "";
  if (is([](const Host& host) { return host.pae; })) return " with PAE";
  if (is([](const Host& host) {
        return host.address_ok == model::AddressOk::kOld;
      })) {
    return " with the old address check";
  }
  if (is([](const Host& host) {
        return host.address_ok == model::AddressOk::kNew;
      })) {
    return " with the new address check";
  }
  return " in part";
}

// "`F2_old` 3, `F3_old` 3", and the guest of the first.
struct Shown {
  std::string traps;
  const properties::Guest* guest = nullptr;
};

Shown ShownBy(absl::Span<const KnownBugs> traces, const Deviation& deviation) {
  Shown shown;
  for (const Flavor& flavor : model::kFlavors) {
    for (const KnownBugs& trace : traces) {
      if (trace.host.flavor.name != flavor.name) continue;
      for (size_t i = 0; i < trace.bugs.size(); ++i) {
        const KnownBug& bug = trace.bugs[i];
        if (bug.id != deviation.id || bug.clause != deviation.clause) continue;
        absl::StrAppend(&shown.traps, shown.traps.empty() ? "" : ", ", "`",
                        properties::HostName(trace.host), "` ", i + 1);
        if (shown.guest == nullptr) shown.guest = &bug.guest;
      }
    }
  }
  return shown;
}

void AddRow(const std::string& what, const std::string& text,
            std::string* doc) {
  absl::StrAppend(doc, "| ", what, " | ", text, " |\n");
}

// `last` is the text of the guest that the page told of last.
void AddDeviation(absl::Span<const KnownBugs> traces,
                  const Deviation& deviation, std::string* last,
                  std::string* doc) {
  const Clause& clause = *properties::FindClause(deviation.clause);
  const Shown shown = ShownBy(traces, deviation);
  absl::StrAppend(doc, "\n| ", Text(clause.id), " | ", Text(clause.source),
                  " |\n|---|---|\n");
  AddRow("expected", Text(clause.sentence), doc);
  AddRow("actual", Text(deviation.reason), doc);
  AddRow("kernels", KernelsOf(deviation), doc);
  AddRow("shown by", shown.traps, doc);
  const std::string text = GuestText(*shown.guest);
  if (text == *last) {
    absl::StrAppend(doc, "\nBy the same guest.\n");
  } else {
    absl::StrAppend(doc, "\n```\n", text, "```\n");
  }
  *last = text;
}

// Each once: those of the list in its order, then what was found since.
std::vector<std::string_view> SortedIds(absl::Span<const Deviation> ledger) {
  std::vector<std::string_view> ids;
  for (const Deviation& deviation : ledger) ids.push_back(deviation.id);
  const auto key = [](std::string_view id) {
    const auto letter = std::find_if(
        std::begin(properties::kBugIds), std::end(properties::kBugIds),
        [&](const properties::BugIds& ids) { return ids.letter == id[0]; });
    return std::make_tuple(letter, id.size(), id);
  };
  std::sort(ids.begin(), ids.end(),
            [&](auto a, auto b) { return key(a) < key(b); });
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace

std::string KernelsOf(const Deviation& deviation) {
  struct Run {
    const Flavor* first;
    const Flavor* last;
    std::string hosts;
  };
  std::vector<Run> runs;
  for (const Flavor& flavor : model::kFlavors) {
    const auto hosts = properties::HostsOf(flavor);
    if (std::none_of(hosts.begin(), hosts.end(),
                     [&](const Host& host) { return deviation.IsIn(host); })) {
      continue;
    }
    const std::string text = HostsText(deviation, flavor);
    if (!runs.empty() && runs.back().last == &flavor - 1 &&
        runs.back().hosts == text) {
      runs.back().last = &flavor;
    } else {
      runs.push_back({&flavor, &flavor, text});
    }
  }
  return absl::StrJoin(runs, ", ", [](std::string* out, const Run& run) {
    absl::StrAppend(out, Range(First(*run.first), Last(*run.last)), run.hosts,
                    " (", Range(Text(run.first->name), Text(run.last->name)),
                    ")");
  });
}

absl::StatusOr<std::string> BugsDoc(absl::Span<const KnownBugs> traces,
                                    absl::Span<const Deviation> ledger) {
  const auto faults = FaultsOf(traces, ledger);
  if (!faults.empty()) {
    return absl::FailedPreconditionError(absl::StrJoin(faults, "\n"));
  }
  std::string table, entries, last;
  for (const std::string_view id : SortedIds(ledger)) {
    const std::string name = Text(id);
    absl::StrAppend(&entries, "\n## ", name, "\n");
    for (const Deviation& deviation : ledger) {
      if (deviation.id != id) continue;
      AddRow(
          absl::StrFormat("[%s](#%s) | %s", name, absl::AsciiStrToLower(name),
                          Text(deviation.clause)),
          KernelsOf(deviation), &table);
      AddDeviation(traces, deviation, &last, &entries);
    }
  }
  std::string doc = absl::StrCat(kHead, table, entries, kUntold);
  for (const properties::NotAClause& bug : properties::NotClauses()) {
    AddRow(absl::StrCat(Text(bug.id), " | ", Text(bug.what)), Text(bug.reason),
           &doc);
  }
  return doc;
}

}  // namespace trapline::replay
