// SPDX-License-Identifier: Apache-2.0

// The symbols of one thread. They mean the same along every path and in every
// host, so that what was found out about them stays true.

#ifndef TRAPLINE_PROPERTIES_SYMBOLS_H_
#define TRAPLINE_PROPERTIES_SYMBOLS_H_

#include <z3++.h>

#include "properties/refutations.h"
#include "properties/simplifications.h"
#include "properties/symbolic_memory.h"

namespace trapline::properties {

struct Symbols {
  z3::context context;
  SymbolicMemory memory{&context};
  Refutations refutations{&context};
  Simplifications simplifications{&context};
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_SYMBOLS_H_
