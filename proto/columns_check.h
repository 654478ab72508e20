// SPDX-License-Identifier: Apache-2.0

// Whether the columns of a block fit each other.

#ifndef TRAPLINE_PROTO_COLUMNS_CHECK_H_
#define TRAPLINE_PROTO_COLUMNS_CHECK_H_

#include <cstdint>

#include "proto/trace.pb.h"

namespace trapline::trace {

// Null where `columns` has the shapes of as many as `traps` traps, each shape
// is one of some trap and has a meaning, and each column has exactly the values
// that the traps take from it. Else what is wrong. What the values are is not
// looked at.
const char* CheckColumns(const Columns& columns, uint32_t traps);

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_COLUMNS_CHECK_H_
