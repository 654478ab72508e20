// SPDX-License-Identifier: Apache-2.0

// One trap, before and after: what clauses speak of.

#ifndef TRAPLINE_PROPERTIES_STEP_H_
#define TRAPLINE_PROPERTIES_STEP_H_

#include "model/cpu.h"
#include "model/handle_trap.h"
#include "model/state.h"
#include "properties/findings.h"
#include "properties/logging_world.h"

namespace trapline::properties {

template <class GuestType>
struct Step {
  using Guest = GuestType;
  using Word = typename Guest::Word;
  using Byte = typename Guest::Byte;
  using Bool = typename Guest::Bool;

  const Guest& guest;  // before the trap
  model::State<Word> before;
  model::State<Word> after;
  bool bug;  // the host ran into BUG_ON: there is no after
  Effects<Guest> did;
  mutable Findings<Guest> findings = {};
};

// A handler of traps: the model, or a mutant of it.
template <class Guest>
using Handler = void (*)(model::Cpu<LoggingWorld<Guest>>&);

// Its guest's trap, in place of what was in `step`, whose buffers are kept.
template <class Guest>
void TakeTrap(Handler<Guest> handler, Step<Guest>* step) {
  step->before = step->guest.state();
  step->did.Clear();
  step->findings.Clear();
  LoggingWorld<Guest> world(step->guest, &step->did);
  model::Cpu<LoggingWorld<Guest>> cpu{step->guest.host(), world, step->before,
                                      step->guest.gate(),
                                      step->guest.switcher_addr()};
  handler(cpu);
  step->after = cpu.state;
  step->bug = cpu.bug;
}

// `guest` must outlive the result.
template <class Guest>
Step<Guest> TakeTrap(
    const Guest& guest,
    Handler<Guest> handler = model::handle_trap<LoggingWorld<Guest>>) {
  Step<Guest> step = {guest, {}, {}, false, {}};
  TakeTrap(handler, &step);
  return step;
}

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_STEP_H_
