// SPDX-License-Identifier: Apache-2.0

// One run of a function of the model in a World, and what a claim says of it.

#ifndef TRAPLINE_PROPERTIES_OUTCOME_H_
#define TRAPLINE_PROPERTIES_OUTCOME_H_

#include <vector>

#include "model/cpu.h"
#include "model/flavor.h"
#include "model/state.h"

namespace trapline::properties {

template <class World>
struct Outcome {
  using Word = typename World::Word;

  model::State<Word> before;
  model::Gate<Word> gate;
  model::State<Word> after;
  bool result;
  bool bug;  // of the host, as in model::Cpu
  const World& world;
};

// `subject` is called with a Cpu<World>&.
template <class World, class Subject>
Outcome<World> RunSubject(const model::Host& host, const Subject& subject,
                          const model::State<typename World::Word>& before,
                          const model::Gate<typename World::Word>& gate,
                          World& world) {
  model::Cpu<World> cpu{host, world, before, gate};
  const bool result = subject(cpu);
  return {before, gate, cpu.state, result, cpu.bug, world};
}

// A claim is a template body from Outcome<World> to Finding<World>, and a list
// case_names() of the cases in which it must be seen to say something.
template <class World>
struct Finding {
  typename World::Bool holds;
  // Whether the outcome is one of each case, in the order of their names.
  std::vector<typename World::Bool> cases;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_OUTCOME_H_
