// SPDX-License-Identifier: Apache-2.0

#include "replayer/minimize/course.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/string_view.h"
#include "model/handle_trap.h"
#include "model/state.h"

namespace trapline::replay {
namespace {

absl::string_view BytesOf(const trace::Access& access) {
  return {reinterpret_cast<const char*>(access.data), access.length};
}

// `mine` follows `to` where `was` is as `from`.
template <class Value, class Mine>
void FitValue(const Value& was, const Value& from, const Value& to,
              Mine* mine) {
  if (*mine == was && was == from) *mine = to;
}

void FitAccess(const trace::Access& was, const ModelAccess& old,
               const ModelAccess& now, trace::Access* mine,
               std::deque<std::string>* bytes) {
  FitValue(was.address, old.address, now.address, &mine->address);
  if (!mine->write || now.data.size() != mine->length ||
      BytesOf(*mine) != old.data) {
    return;
  }
  bytes->push_back(now.data);
  mine->data = reinterpret_cast<const uint8_t*>(bytes->back().data());
}

void FitCall(const trace::Call& was, const Course& from, const Course& to,
             size_t i, trace::Call* mine) {
  const trace::Call& old = from.calls[i];
  const trace::Call& now = to.calls[i];
  if (was.kind != old.kind || was.kind != now.kind) return;
  for (int j = 0; j < trace::CallArity(was.kind); ++j) {
    FitValue(was.args[j], old.args[j], now.args[j], &mine->args[j]);
  }
  FitValue(was.returned, old.returned, now.returned, &mine->returned);
}

}  // namespace

Course Follow(const Setting& setting, const trace::Trap& trap,
              const LogFault& fault) {
  ScriptedWorld world(trap, fault, /*in_place=*/false);
  auto cpu = MakeCpu(setting, trap, world);
  model::handle_trap(cpu);
  Course course = {fault, world.accesses(), world.calls(), world.messages(),
                   trap.after};
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    course.after[i] = cpu.state.*model::kStateWords<uint32_t>[i];
  }
  return course;
}

void Fit(const Setting& setting, const trace::Trap& was, const Course& from,
         trace::Trap* trap, std::deque<std::string>* bytes) {
  const Course to = Follow(setting, *trap, from.fault);
  for (size_t i = 0; i < std::min(from.accesses.size(), to.accesses.size());
       ++i) {
    const ModelAccess& old = from.accesses[i];
    const ModelAccess& now = to.accesses[i];
    const size_t at = old.recorded;
    if (at == ModelAccess::kUnrecorded || at != now.recorded) continue;
    FitAccess(was.accesses[at], old, now, &trap->accesses[at], bytes);
  }
  const size_t calls =
      std::min({trap->calls.size(), from.calls.size(), to.calls.size()});
  for (size_t i = 0; i < calls; ++i) {
    trace::Call& mine = trap->calls[i];
    FitCall(was.calls[i], from, to, i, &mine);
    if (mine.kind != trace::KILL_GUEST || mine.message != from.messages[i]) {
      continue;
    }
    bytes->push_back(to.messages[i]);
    mine.message = bytes->back();
  }
  for (size_t i = 0; i < trap->after.size(); ++i) {
    FitValue(was.after[i], from.after[i], to.after[i], &trap->after[i]);
  }
}

}  // namespace trapline::replay
