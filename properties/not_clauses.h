// SPDX-License-Identifier: Apache-2.0

// The known bugs of lguest that are in no entry of the ledger, for no clause
// can tell of them.

#ifndef TRAPLINE_PROPERTIES_NOT_CLAUSES_H_
#define TRAPLINE_PROPERTIES_NOT_CLAUSES_H_

#include <string_view>

#include "absl/types/span.h"

namespace trapline::properties {

struct NotAClause {
  std::string_view id;
  std::string_view what;
  std::string_view reason;  // that it is not in the ledger
};

// By letter and number.
absl::Span<const NotAClause> NotClauses();

// The list of lguest's bugs, of which each is in the ledger or here: E1 to E27
// are of instructions, D1 to D31 of delivery, P1 to P19 of page faults.
struct BugIds {
  char letter;
  int last;
};
inline constexpr BugIds kBugIds[] = {{'E', 27}, {'D', 31}, {'P', 19}};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_NOT_CLAUSES_H_
