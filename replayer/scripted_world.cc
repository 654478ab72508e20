// SPDX-License-Identifier: Apache-2.0

#include "replayer/scripted_world.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "replayer/kill_call.h"

namespace trapline::replay {

ScriptedWorld::ScriptedWorld(const trace::Trap& trap, LogFault fault,
                             bool in_place)
    : trap_(trap),
      fault_(fault),
      in_place_(in_place),
      log_size_(trap.accesses.size() -
                (fault.kind == LogFault::kExtra ? 1 : 0)) {}

size_t ScriptedWorld::Index(size_t place) const {
  if (fault_.kind == LogFault::kExtra && place >= fault_.index) {
    return place + 1;
  }
  if (fault_.kind == LogFault::kOrder) {
    if (place == fault_.index) return place + 1;
    if (place == fault_.index + 1) return place - 1;
  }
  return place;
}

bool ScriptedWorld::LguestDataAccessible() const {
  return trap_.present >> model::kStateIndex.ld_irq_enabled & 1;
}

bool ScriptedWorld::IsKillNext(model::KillReason reason, uint32_t arg) const {
  return calls_.size() < trap_.calls.size() &&
         IsKill(trap_.calls[calls_.size()], reason, arg);
}

bool ScriptedWorld::ShadowAbsent(uint32_t) {
  const model::KillReason reason = ShadowKill(shadows_++);
  if (IsKillNext(reason, 0)) return true;
  const bool told = std::any_of(
      trap_.calls.begin(), trap_.calls.end(),
      [](const trace::Call& call) { return call.kind == trace::KILL_GUEST; });
  return !told && trap_.after[model::kStateIndex.dead] !=
                      trap_.before[model::kStateIndex.dead];
}

bool ScriptedWorld::PageUnavailable(uint32_t pfn) const {
  return IsKillNext(model::KillReason::kFailedToGetPage, pfn);
}

const trace::Access* ScriptedWorld::Match(uint32_t pa, size_t length,
                                          bool write, bool ok) {
  ModelAccess& mine = accesses_.emplace_back();
  mine.address = pa;
  mine.length = static_cast<uint32_t>(length);
  mine.write = write;
  mine.refused = !ok;
  if (lost_) return nullptr;
  const size_t place = accesses_.size() - 1;
  if (fault_.kind == LogFault::kMissing && fault_.index == place) {
    return nullptr;
  }
  if (used_ < log_size_) {
    const size_t index = Index(used_);
    const trace::Access& access = trap_.accesses[index];
    if ((fault_.kind == LogFault::kChanged && fault_.index == index) ||
        ((access.address == pa || !in_place_) && access.length == length &&
         access.write == write)) {
      ++used_;
      mine.recorded = index;
      return &access;
    }
  }
  lost_ = true;
  matching_ = place;
  return nullptr;
}

void ScriptedWorld::ReadInto(uint32_t pa, bool ok, void* value, size_t length) {
  const trace::Access* access = Match(pa, length, false, ok);
  if (!ok) {
    accesses_.back().data.assign(length, '\0');
  } else if (access != nullptr && access->length == length &&
             !(fault_.kind == LogFault::kRead &&
               fault_.index == accesses_.back().recorded)) {
    std::memcpy(value, access->data, length);
  } else if (!lost_) {
    std::memcpy(value, &fault_.value, length);
  }
}

void ScriptedWorld::Write(uint32_t pa, const void* value, size_t length,
                          bool ok) {
  Match(pa, length, true, ok);
  accesses_.back().data.assign(static_cast<const char*>(value), length);
}

void ScriptedWorld::DemandPage(uint32_t vaddr, uint32_t errcode, bool result) {
  shadows_ = 0;
  calls_.push_back({trace::DEMAND_PAGE, true, {vaddr, errcode}, result, {}});
  messages_.emplace_back();
}

void ScriptedWorld::DeliverTrap(uint32_t num, bool result) {
  calls_.push_back({trace::DELIVER_TRAP, true, {num, 0}, result, {}});
  messages_.emplace_back();
}

void ScriptedWorld::PagetableClearAll() {
  calls_.push_back({trace::GUEST_PAGETABLE_CLEAR_ALL, false, {}, 0, {}});
  messages_.emplace_back();
}

void ScriptedWorld::KillGuest(bool when, model::KillReason reason,
                              uint32_t arg0, uint32_t arg1, uint32_t arg2) {
  if (!when) return;
  calls_.push_back({trace::KILL_GUEST, false, {}, 0, {}});
  messages_.push_back(model::KillMessage(reason, arg0, arg1, arg2));
}

}  // namespace trapline::replay
