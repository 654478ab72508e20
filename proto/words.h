// SPDX-License-Identifier: Apache-2.0

// The words of recorded state: one for each column of the message Words.

#ifndef TRAPLINE_PROTO_WORDS_H_
#define TRAPLINE_PROTO_WORDS_H_

#include <array>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace trapline::trace {

// Columns of Words. A word's index is its field number less one.
inline constexpr int kWordCount = 44;

using WordArray = std::array<uint32_t, kWordCount>;

// The name of word `index` as the kernel and the schema spell it.
absl::string_view WordName(int index);

// The index of the word called `name`.
std::optional<int> WordIndex(absl::string_view name);

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_WORDS_H_
