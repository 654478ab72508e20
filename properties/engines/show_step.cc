// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/show_step.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "model/handle_trap.h"
#include "model/kill_message.h"
#include "model/state.h"

namespace trapline::properties {
namespace {

using ConcreteStep = Step<ConcreteGuest>;
using Row = std::array<std::string, 4>;  // name, before, handler, model

std::string Hex(uint32_t word) { return absl::StrFormat("%08x", word); }

std::string Text(const Access<ConcreteGuest>& access) {
  std::string bytes;
  for (uint32_t i = 0; i < access.length; ++i) {
    const uint32_t word = i < 4 ? access.lo : access.hi;
    absl::StrAppendFormat(&bytes, "%02x", word >> (8 * (i % 4)) & 0xFF);
  }
  return absl::StrCat(access.write ? "write " : "read ", Hex(access.pa), " ",
                      bytes, access.ok ? "" : ", refused");
}

std::string Text(const Call<ConcreteGuest>& call) {
  switch (call.kind) {
    case Call<ConcreteGuest>::kDemandPage:
      return absl::StrFormat("demand_page(%08x, %08x) = %d", call.arg,
                             call.errcode, call.result);
    case Call<ConcreteGuest>::kDeliverTrap:
      return absl::StrFormat("deliver_trap(%08x) = %d", call.arg, call.result);
    case Call<ConcreteGuest>::kPagetableClearAll:
      return "guest_pagetable_clear_all()";
  }
  return "";
}

std::string Text(const Kill<ConcreteGuest>& kill) {
  return model::KillMessage(kill.reason, kill.args[0], kill.args[1],
                            kill.args[2]);
}

std::vector<Kill<ConcreteGuest>> KillsOf(const ConcreteStep& step) {
  std::vector<Kill<ConcreteGuest>> kills;
  std::copy_if(step.did.kills.begin(), step.did.kills.end(),
               std::back_inserter(kills),
               [](const auto& kill) { return kill.when; });
  return kills;
}

void AddRow(std::string name, std::string before, std::string did,
            std::string model, std::vector<Row>* rows) {
  if (model == did) model = "=";
  rows->push_back(
      {std::move(name), std::move(before), std::move(did), std::move(model)});
}

template <class List>
void AddList(absl::string_view name, const List& did, const List& model,
             std::vector<Row>* rows) {
  for (size_t i = 0; i < std::max(did.size(), model.size()); ++i) {
    AddRow(absl::StrCat(name, "[", i, "]"), "-",
           i < did.size() ? Text(did[i]) : "-",
           i < model.size() ? Text(model[i]) : "-", rows);
  }
}

std::string Table(const std::vector<Row>& rows) {
  std::array<size_t, 4> width = {};
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      width[i] = std::max(width[i], row[i].size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    absl::StrAppendFormat(&text, "  %-*s | %-*s | %-*s | %s\n", width[0],
                          row[0], width[1], row[1], width[2], row[2], row[3]);
  }
  return text;
}

}  // namespace

std::string ShowStep(const Guest& guest, Handler<ConcreteGuest> handler) {
  const ConcreteGuest concrete(guest);
  const ConcreteStep did = TakeTrap(concrete, handler);
  const ConcreteStep model = TakeTrap(concrete);
  std::vector<Row> rows = {{"", "before", "handler", "model"}};
  AddList("mem", did.did.accesses, model.did.accesses, &rows);
  AddList("calls", did.did.calls, model.did.calls, &rows);
  AddList("kills", KillsOf(did), KillsOf(model), &rows);
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    const auto word = model::kStateWords<uint32_t>[i];
    const uint32_t before = did.before.*word;
    if (did.after.*word == before && model.after.*word == before) continue;
    AddRow(absl::StrCat("post.", std::string(model::kStateWordNames[i])),
           Hex(before), Hex(did.after.*word), Hex(model.after.*word), &rows);
  }
  AddRow("returned", "-", did.bug ? "0 (host BUG)" : "1",
         model.bug ? "0 (host BUG)" : "1", &rows);
  return Table(rows);
}

}  // namespace trapline::properties
