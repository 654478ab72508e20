// SPDX-License-Identifier: Apache-2.0

// A rule that a correct trap handler keeps, and a known deviation from one.

#ifndef TRAPLINE_PROPERTIES_CLAUSE_H_
#define TRAPLINE_PROPERTIES_CLAUSE_H_

#include <functional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/types/span.h"
#include "model/flavor.h"
#include "properties/guest.h"
#include "properties/step.h"
#include "properties/symbolic_guest.h"

namespace trapline::properties {

// What can be said of a step, of one guest or of all guests at once. Made from
// a generic lambda that takes a `const Step<Guest>&`. One that captures
// nothing, as those of the clauses do, costs a call and no more.
class Predicate {
 public:
  template <class Lambda>
  Predicate(Lambda lambda)  // NOLINT: so that a clause is one definition
      : symbolic_(lambda) {
    if constexpr (std::is_convertible_v<Lambda, Plain>) {
      plain_ = lambda;
    } else {
      concrete_ = lambda;
    }
  }

  bool operator()(const Step<ConcreteGuest>& step) const {
    return plain_ != nullptr ? plain_(step) : concrete_(step);
  }
  SymbolicBool operator()(const Step<SymbolicGuest>& step) const {
    return symbolic_(step);
  }

 private:
  using Plain = bool (*)(const Step<ConcreteGuest>&);

  Plain plain_ = nullptr;
  std::function<bool(const Step<ConcreteGuest>&)> concrete_;
  std::function<SymbolicBool(const Step<SymbolicGuest>&)> symbolic_;
};

using HostPredicate = bool (*)(const model::Host&);

struct Clause {
  std::string_view id;        // "topic.rule"
  std::string_view sentence;  // what holds
  std::string_view source;    // SDM volume and section, or lguest's contract
  Predicate premise;          // when it says anything
  Predicate conclusion;
  // The hosts that it is about; null: all.
  HostPredicate applies = nullptr;

  bool AppliesTo(const model::Host& host) const {
    return applies == nullptr || applies(host);
  }
};

// A bug: wherever `when` holds in a host that has it, the clause may be broken,
// and somewhere it is. Elsewhere the clause holds.
struct Deviation {
  std::string_view id;       // as in docs/BUGS.md
  std::string_view clause;   // that it breaks
  std::string_view flavors;  // that have it: "F2 F3"
  std::string_view reason;
  Predicate when;
  // The hosts of those flavors that have it; null: all.
  HostPredicate hosts = nullptr;

  bool IsIn(const model::Host& host) const;
};

// All of them, by topic.
absl::Span<const Clause> Clauses();
absl::Span<const Deviation> Deviations();

// Null where there is none.
const Clause* FindClause(std::string_view id);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_CLAUSE_H_
