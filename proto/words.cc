// SPDX-License-Identifier: Apache-2.0

#include "proto/words.h"

#include <string>

#include "proto/trace.pb.h"

namespace trapline::trace {

absl::string_view WordName(int index) {
  return Words::descriptor()->FindFieldByNumber(index + 1)->name();
}

std::optional<int> WordIndex(absl::string_view name) {
  const std::string key(name);
  const auto* field = Words::descriptor()->FindFieldByName(key);
  if (field == nullptr) return std::nullopt;
  return field->number() - 1;
}

}  // namespace trapline::trace
