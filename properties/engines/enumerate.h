// SPDX-License-Identifier: Apache-2.0

// The enumeration: small domains of a plain guest, run through completely.

#ifndef TRAPLINE_PROPERTIES_ENGINES_ENUMERATE_H_
#define TRAPLINE_PROPERTIES_ENGINES_ENUMERATE_H_

#include <vector>

#include "model/flavor.h"
#include "properties/engines/hunt.h"
#include "properties/guest.h"
#include "properties/step.h"

namespace trapline::properties {

struct EnumerationOptions : HuntOptions {
  bool exhaustive = false;  // else a part of each domain: a second of work
};

// Takes the trap of each guest. Violation::trap counts them from 0.
std::vector<Violation> RunEnumeration(const model::Host& host,
                                      Handler<ConcreteGuest> handler,
                                      const EnumerationOptions& options = {});

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_ENUMERATE_H_
