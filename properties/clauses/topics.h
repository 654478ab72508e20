// SPDX-License-Identifier: Apache-2.0

// The clauses, topic by topic; one file defines each.

#ifndef TRAPLINE_PROPERTIES_CLAUSES_TOPICS_H_
#define TRAPLINE_PROPERTIES_CLAUSES_TOPICS_H_

#include "absl/types/span.h"
#include "properties/clause.h"

namespace trapline::properties {

absl::Span<const Clause> DispatchClauses();

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_CLAUSES_TOPICS_H_
