// SPDX-License-Identifier: Apache-2.0

#include "replayer/prove/witnesses.h"

#include <z3++.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "properties/coverage/feasible_paths.h"
#include "properties/prove.h"
#include "properties/step.h"
#include "properties/symbolic_guest.h"
#include "proto/writer.h"
#include "replayer/prove/guest_trap.h"
#include "replayer/prove/shrink_witness.h"

namespace trapline::replay {
namespace {

using properties::ConcreteGuest;
using properties::Guest;
using properties::Path;
using properties::Step;
using properties::SymbolicBool;
using properties::SymbolicGuest;
using properties::Taken;

// Whether the model, run on numbers, goes the way it went on symbols.
bool Takes(const Guest& guest, const Step<SymbolicGuest>& symbolic) {
  const ConcreteGuest concrete(guest);
  const Step<ConcreteGuest> step = TakeTrap(concrete);
  const auto same = [](const Taken& a, const Taken& b) {
    return a.branch == b.branch && a.taken == b.taken;
  };
  return step.bug == symbolic.bug &&
         std::equal(step.did.path.begin(), step.did.path.end(),
                    symbolic.did.path.begin(), symbolic.did.path.end(), same);
}

// What is wanted of a witness; the first of these that some guest meets.
std::vector<SymbolicBool> Wishes(const Step<SymbolicGuest>& step) {
  SymbolicBool here =
      step.guest.switcher_addr() == step.guest.host().switcher_addr;
  SymbolicBool alive = here && step.before.dead == 0;
  SymbolicBool lives = alive && step.guest.lguest_data_accessible();
  for (const auto& kill : step.did.kills) lives = lives && !kill.when;
  return {lives, alive, here};
}

}  // namespace

absl::StatusOr<std::vector<Witness>> PathWitnesses(
    const model::Host& host, const properties::Limits& limits) {
  std::vector<Witness> witnesses;
  absl::Status status;
  const auto visit = [&](Path& path, const SymbolicGuest& symbols,
                         const Step<SymbolicGuest>& step) {
    const std::string text = PathText(step.did.path, step.bug);
    for (const SymbolicBool& wish : Wishes(step)) {
      const auto found = path.Find(wish.Lift(path.context()));
      if (!found.ok()) return false;
      if (!found->has_value()) continue;
      const Guest guest = symbols.Instance(**found);
      if (!Takes(guest, step)) break;
      const uint32_t dead = guest.state.dead;
      witnesses.push_back(
          {text, ShrinkWitness(guest, [dead](const auto& plain) {
             return plain.before.dead == dead;
           })});
      return true;
    }
    status = absl::InternalError(
        absl::StrCat("no guest takes the path '", text, "'"));
    return false;
  };
  properties::ProveOptions options;
  options.limits = limits;
  properties::Symbols session;
  const auto paths = ForEachPath(&session, host, options, visit);
  if (!paths.ok()) return paths.status();
  if (!status.ok()) return status;
  return witnesses;
}

absl::Status WriteWitnesses(const std::string& path, const model::Host& host,
                            const std::string& workload,
                            const std::vector<Witness>& witnesses) {
  trace::Header header = HeaderOf(host);
  header.set_workload(workload);
  for (size_t i = 0; i < witnesses.size(); ++i) {
    (*header.mutable_notes())[absl::StrCat("trap ", i + 1)] =
        nlohmann::json(witnesses[i].text).dump();
  }
  auto writer = trace::Writer::Create(path, header);
  if (!writer.ok()) return writer.status();
  for (size_t i = 0; i < witnesses.size(); ++i) {
    GuestTrap trap(witnesses[i].guest);
    trap.trap().number = i + 1;
    const absl::Status status = (*writer)->Add(trap.trap());
    if (!status.ok()) return status;
  }
  return (*writer)->Close();
}

}  // namespace trapline::replay
