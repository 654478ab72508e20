// SPDX-License-Identifier: Apache-2.0

// A recorded trap as clauses take one: what was seen of the guest, and what the
// host did, whatever the model says.

#ifndef TRAPLINE_REPLAYER_CLAUSES_RECORDED_GUEST_H_
#define TRAPLINE_REPLAYER_CLAUSES_RECORDED_GUEST_H_

#include <cstdint>

#include "model/flavor.h"
#include "properties/guest.h"
#include "properties/step.h"
#include "proto/trap.h"

namespace trapline::replay {

// Takes trap after trap and keeps its buffers. Assumes that cs and ss are flat
// 32-bit segments, as Linux has them: nothing records the guest's GDT.
class RecordedGuest {
 public:
  explicit RecordedGuest(const model::Host& host);
  RecordedGuest(const RecordedGuest&) = delete;
  RecordedGuest& operator=(const RecordedGuest&) = delete;

  // The memory is what the handler read, where it had not written before, and
  // the instruction at eip where that was decoded. False where the recording
  // does not tell what the guest was killed for: then no clause can speak.
  bool Load(const trace::Trap& trap);

  // Of the last Load, with what is known of the memory.
  const properties::Guest& guest() const { return guest_; }

  // Of the last Load that gave true.
  const properties::Step<properties::ConcreteGuest>& step() const {
    return step_;
  }

 private:
  using Guest = properties::ConcreteGuest;

  void LoadState(const trace::Trap& trap);
  void LoadAccesses(const trace::Trap& trap);
  void LoadCalls(const trace::Trap& trap);
  void LoadCode(const trace::Trap& trap);
  bool LoadKill(const trace::Trap& trap);
  // Where no message tells: takes what the model kills such a guest for.
  bool InferKill();
  void Remember(uint32_t pa, const uint8_t* bytes, uint32_t length);

  properties::Guest guest_;
  const Guest concrete_;
  properties::Step<Guest> step_;
};

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_CLAUSES_RECORDED_GUEST_H_
