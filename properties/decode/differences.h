// SPDX-License-Identifier: Apache-2.0

// How the handler's decoding differs from the architecture's: which strings,
// how many, and which entry of the ledger says so.

#ifndef TRAPLINE_PROPERTIES_DECODE_DIFFERENCES_H_
#define TRAPLINE_PROPERTIES_DECODE_DIFFERENCES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "properties/decode/handler_reader.h"
#include "properties/decode/reading.h"

namespace trapline::properties {

// One more than the handler looks at, or steps over.
inline constexpr size_t kLongestString = 4;

struct KnownDifference {
  std::string_view form;  // as DecodingForm names it
  Difference difference;
  std::string_view entry;    // of the ledger, which has the reason
  std::string_view strings;  // which they are
  // Of the strings of 1 byte, of 2, and so on.
  std::array<uint64_t, kLongestString> count;
};

absl::Span<const KnownDifference> KnownDifferences();

// Strings by what differs and what the ledger calls it, as in
// "under-accepted E11".
using DifferenceCounts = std::map<std::string, uint64_t>;

// What the table has of a form's strings of `size` bytes.
DifferenceCounts KnownCounts(const DecodingForm& form, size_t size);

// What there is, by trying all of them.
DifferenceCounts CountDifferences(const DecodingForm& form, size_t size,
                                  Reader handler, Reader architecture);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_DECODE_DIFFERENCES_H_
