// SPDX-License-Identifier: Apache-2.0

// The World of a recorded trap: guest memory and the host's choices are those
// of the recording, and every effect of the model is held against it.

#ifndef TRAPLINE_REPLAYER_RECORDED_WORLD_H_
#define TRAPLINE_REPLAYER_RECORDED_WORLD_H_

#include <array>
#include <cstdint>
#include <cstring>

#include "model/concrete.h"
#include "model/cpu.h"
#include "model/state.h"
#include "proto/trap.h"
#include "replayer/kill_call.h"

namespace trapline::replay {

// Answers only whether all agrees; explain.h tells what does not. Assumes that
// the Launcher has mapped all of its guest's memory, as it does at start: a
// read or write within the limits succeeds, and every page can be had unless
// the recording shows that the guest was killed for one.
class RecordedWorld : public model::ConcreteValues {
 public:
  // `kill_messages`: the recording shows the message of every kill.
  RecordedWorld(const trace::Trap& trap, bool kill_messages)
      : trap_(trap),
        access_(trap.accesses.data()),
        access_end_(access_ + trap.accesses.size()),
        call_(trap.calls.data()),
        call_end_(call_ + trap.calls.size()),
        kill_messages_(kill_messages) {}

  // Whether all that happened was recorded and the other way round.
  bool Agrees() const {
    return agrees_ && access_ == access_end_ && call_ == call_end_;
  }

  uint8_t ReadByte(uint32_t pa, bool ok) { return Read<uint8_t>(pa, ok); }
  std::array<uint8_t, 3> ReadBytes3(uint32_t pa, bool ok) {
    return Read<std::array<uint8_t, 3>>(pa, ok);
  }
  uint32_t ReadWord(uint32_t pa, bool ok) { return Read<uint32_t>(pa, ok); }
  model::PageEntry<uint32_t> ReadPair(uint32_t pa, bool ok) {
    return Read<model::PageEntry<uint32_t>>(pa, ok);
  }
  void WriteBytes3(uint32_t pa, std::array<uint8_t, 3> bytes, bool) {
    Write(pa, bytes);
  }
  void WriteWord(uint32_t pa, uint32_t value, bool) { Write(pa, value); }
  void WritePair(uint32_t pa, model::PageEntry<uint32_t> pair, bool) {
    Write(pa, pair);
  }

  bool LguestDataAccessible() const {
    return trap_.present >> model::kStateIndex.ld_irq_enabled & 1;
  }
  // Nothing records the shadow tables, and they matter only to whether a bad
  // directory kills: the recording tells whether it did.
  bool ShadowAbsent(uint32_t) {
    const model::KillReason reason = ShadowKill(shadows_++);
    if (call_ != call_end_ && IsKill(*call_, reason)) return true;
    return !kill_messages_ && trap_.after[model::kStateIndex.dead] !=
                                  trap_.before[model::kStateIndex.dead];
  }
  bool PageUnavailable(uint32_t pfn) const {
    return call_ != call_end_ &&
           IsKill(*call_, model::KillReason::kFailedToGetPage, pfn);
  }

  void DemandPage(uint32_t vaddr, uint32_t errcode, bool result) {
    shadows_ = 0;
    const trace::Call* call = NextCall(trace::DEMAND_PAGE);
    if (call == nullptr) return;
    agrees_ &= call->args[0] == vaddr && call->args[1] == errcode &&
               call->has_returned && call->returned == (result ? 1u : 0u);
  }
  void DeliverTrap(uint32_t num, bool result) {
    const trace::Call* call = NextCall(trace::DELIVER_TRAP);
    if (call == nullptr) return;
    agrees_ &= call->args[0] == num && call->has_returned &&
               call->returned == (result ? 1u : 0u);
  }
  void PagetableClearAll() { NextCall(trace::GUEST_PAGETABLE_CLEAR_ALL); }
  void KillGuest(bool when, model::KillReason reason, uint32_t arg0,
                 uint32_t arg1, uint32_t arg2) {
    if (!when) return;
    const bool recorded =
        call_ != call_end_ && call_->kind == trace::KILL_GUEST;
    if (!recorded && !kill_messages_) return;
    const trace::Call* call = NextCall(trace::KILL_GUEST);
    if (call == nullptr) return;
    agrees_ &= call->message == model::KillMessage(reason, arg0, arg1, arg2);
  }

 private:
  template <class Value>
  const trace::Access* NextAccess(uint32_t pa, bool write) {
    if (access_ == access_end_ || access_->address != pa ||
        access_->length != sizeof(Value) || access_->write != write) {
      agrees_ = false;
      return nullptr;
    }
    return access_++;
  }

  // The recorded bytes are little endian, as is every host that replays.
  template <class Value>
  Value Read(uint32_t pa, bool ok) {
    Value value = {};
    const trace::Access* access = NextAccess<Value>(pa, false);
    if (access == nullptr) return value;
    if (ok) {
      std::memcpy(&value, access->data, sizeof(value));
    } else {
      agrees_ &= std::memcmp(access->data, &value, sizeof(value)) == 0;
    }
    return value;
  }

  template <class Value>
  void Write(uint32_t pa, const Value& value) {
    const trace::Access* access = NextAccess<Value>(pa, true);
    if (access == nullptr) return;
    agrees_ &= std::memcmp(access->data, &value, sizeof(value)) == 0;
  }

  const trace::Call* NextCall(trace::CallKind kind) {
    if (call_ == call_end_ || call_->kind != kind) {
      agrees_ = false;
      return nullptr;
    }
    return call_++;
  }

  const trace::Trap& trap_;
  const trace::Access* access_;
  const trace::Access* access_end_;
  const trace::Call* call_;
  const trace::Call* call_end_;
  const bool kill_messages_;
  int shadows_ = 0;  // asked for in this demand_page
  bool agrees_ = true;
};

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_RECORDED_WORLD_H_
