// SPDX-License-Identifier: Apache-2.0

// One guest out of all those that a symbolic run stands for.

#ifndef TRAPLINE_PROPERTIES_WITNESS_H_
#define TRAPLINE_PROPERTIES_WITNESS_H_

#include <z3++.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/state.h"
#include "properties/memory_world.h"
#include "properties/outcome.h"
#include "properties/symbolic_world.h"

namespace trapline::properties {

struct Witness {
  model::State<uint32_t> before;
  model::Gate<uint32_t> gate;
  std::map<uint32_t, uint8_t> memory;  // what the run reads
  std::vector<bool> choices;
  // What the symbolic run makes of it.
  model::State<uint32_t> after;
  std::map<uint32_t, uint8_t> memory_after;  // what it has read or written
  bool result;
  bool bug;
  std::vector<MemoryWorld::Kill> kills;
};

// The values that Z3 assigned. `assignment` leads along the path of `outcome`.
Witness MakeWitness(const z3::model& assignment,
                    const Outcome<SymbolicWorld>& outcome);

// What the concrete run of `witness` made differently; empty where nothing.
std::string Disagreement(const Witness& witness,
                         const Outcome<MemoryWorld>& concrete);

// The words of the state that are not zero, before and after, and the memory.
std::string ToString(const Witness& witness);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_WITNESS_H_
