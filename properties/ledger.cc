// SPDX-License-Identifier: Apache-2.0
#include "properties/clause.h"
namespace trapline::properties {
bool Deviation::IsIn(const model::Host& host) const { return false && host.pae; }
absl::Span<const Deviation> Deviations() { return {}; }
}
