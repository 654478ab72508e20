// SPDX-License-Identifier: Apache-2.0

// A trap of a guest that was made up, as a recorder would have seen it.

#ifndef TRAPLINE_REPLAYER_PROVE_GUEST_TRAP_H_
#define TRAPLINE_REPLAYER_PROVE_GUEST_TRAP_H_

#include <deque>
#include <string>

#include "model/flavor.h"
#include "properties/guest.h"
#include "properties/step.h"
#include "proto/trace.pb.h"
#include "proto/trap.h"

namespace trapline::replay {

// The header of a recording made on this host, of the earliest kernel of its
// flavor.
trace::Header HeaderOf(const model::Host& host);

// Owns what its trap points to.
class GuestTrap {
 public:
  using Step = properties::Step<properties::ConcreteGuest>;

  // What the model does with the trap that `guest` is about to take.
  explicit GuestTrap(const properties::Guest& guest);
  GuestTrap(const GuestTrap&) = delete;
  GuestTrap& operator=(const GuestTrap&) = delete;

  const trace::Trap& trap() const { return trap_; }
  trace::Trap& trap() { return trap_; }

 private:
  void AddState(const properties::Guest& guest, const Step& step);
  void AddAccesses(const Step& step);
  void AddCalls(const Step& step);
  void AddCode(const properties::Guest& guest, const Step& step);

  trace::Trap trap_;
  std::deque<std::string> kept_;
};

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_PROVE_GUEST_TRAP_H_
