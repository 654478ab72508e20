// SPDX-License-Identifier: Apache-2.0

#include "properties/logging_world.h"

#include "properties/guest.h"
#include "properties/logging_world_body.h"
#include "properties/symbolic_guest.h"

namespace trapline::properties {

template class LoggingWorld<ConcreteGuest>;
template class LoggingWorld<SymbolicGuest>;

}  // namespace trapline::properties
