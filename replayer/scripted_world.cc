// SPDX-License-Identifier: Apache-2.0

#include "replayer/scripted_world.h"

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "replayer/kill_message.h"

namespace trapline::replay {

ScriptedWorld::ScriptedWorld(const trace::Trap& trap, LogFault fault)
    : trap_(trap), fault_(fault), log_(trap.accesses) {
  if (fault_.kind == LogFault::kExtra) {
    log_.erase(log_.begin() + fault_.index);
  } else if (fault_.kind == LogFault::kOrder) {
    std::swap(log_[fault_.index], log_[fault_.index + 1]);
  }
}

bool ScriptedWorld::LguestDataAccessible() const {
  return trap_.present >> model::kStateIndex.ld_irq_enabled & 1;
}

bool ScriptedWorld::ShadowAbsent(uint32_t) const {
  return trap_.after[model::kStateIndex.dead] !=
         trap_.before[model::kStateIndex.dead];
}

const trace::Access* ScriptedWorld::Match(uint32_t pa, size_t length,
                                          bool write) {
  if (lost_) return nullptr;
  const size_t index = accesses_.size();  // of the model's newest access
  if (fault_.kind == LogFault::kMissing && fault_.index == index) {
    return nullptr;
  }
  if (used_ < log_.size() && log_[used_].length == length &&
      log_[used_].write == write) {
    if (fault_.kind == LogFault::kAddress && fault_.index == used_) {
      log_[used_].address = pa;
    }
    if (log_[used_].address == pa) return &log_[used_++];
  }
  lost_ = true;
  return nullptr;
}

void ScriptedWorld::ReadInto(uint32_t pa, bool ok, void* value, size_t length) {
  const trace::Access* access = Match(pa, length, false);
  if (access != nullptr && ok) {
    std::memcpy(value, access->data, length);
  } else if (access == nullptr && !lost_) {
    // A read that the log misses: what the same place held before.
    for (const trace::Access& other : trap_.accesses) {
      if (other.address == pa && other.length == length) {
        std::memcpy(value, other.data, length);
      }
    }
  }
  accesses_.push_back({pa, static_cast<uint32_t>(length), false,
                       std::string(static_cast<char*>(value), length), !ok});
}

void ScriptedWorld::Write(uint32_t pa, const void* value, size_t length,
                          bool ok) {
  Match(pa, length, true);
  accesses_.push_back({pa, static_cast<uint32_t>(length), true,
                       std::string(static_cast<const char*>(value), length),
                       !ok});
}

void ScriptedWorld::DemandPage(uint32_t vaddr, uint32_t errcode, bool result) {
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

void ScriptedWorld::KillGuest(model::KillReason reason, uint32_t arg0,
                              uint32_t arg1, uint32_t arg2) {
  calls_.push_back({trace::KILL_GUEST, false, {}, 0, {}});
  messages_.push_back(KillMessage(reason, arg0, arg1, arg2));
}

}  // namespace trapline::replay
