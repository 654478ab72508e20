// SPDX-License-Identifier: Apache-2.0

// The clauses, topic by topic; one file defines each.

#ifndef TRAPLINE_PROPERTIES_CLAUSES_TOPICS_H_
#define TRAPLINE_PROPERTIES_CLAUSES_TOPICS_H_

#include "absl/types/span.h"
#include "properties/clause.h"

namespace trapline::properties {

absl::Span<const Clause> DispatchClauses();
absl::Span<const Clause> DecodeClauses();
absl::Span<const Clause> RegisterClauses();
absl::Span<const Clause> PrivilegeClauses();
absl::Span<const Clause> PageFaultClauses();
absl::Span<const Clause> DeliverClauses();
absl::Span<const Clause> MemoryClauses();
absl::Span<const Clause> VmcallClauses();
absl::Span<const Clause> DeathClauses();

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_CLAUSES_TOPICS_H_
