// SPDX-License-Identifier: Apache-2.0

// The readers of one form, and readers that are wrong about one string.

#ifndef TRAPLINE_PROPERTIES_DECODE_TESTING_READERS_H_
#define TRAPLINE_PROPERTIES_DECODE_TESTING_READERS_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "absl/strings/str_replace.h"
#include "properties/decode/architecture_reader.h"
#include "properties/decode/every_string.h"
#include "properties/decode/handler_reader.h"
#include "properties/decode/reading.h"

namespace trapline::properties {

inline void PrintTo(const DecodingForm& form, std::ostream* out) {
  *out << form.name;
}

inline auto HandlerReader(const DecodingForm& form) {
  return [flavor = form.flavors.front()](Bytes start) {
    return ReadByHandler(*flavor, start);
  };
}

// `reader`, but for one string, of which `reading` is made.
template <class ReaderOf>
class FlippedReader {
 public:
  FlippedReader(ReaderOf reader, std::vector<uint8_t> string, Reading reading)
      : reader_(reader), string_(std::move(string)), reading_(reading) {}

  std::optional<Reading> operator()(Bytes start) const {
    const size_t length = std::min(start.size(), string_.size());
    if (!std::equal(start.begin(), start.begin() + length, string_.begin())) {
      return reader_(start);
    }
    if (length < string_.size()) return std::nullopt;
    return reading_;
  }

 private:
  const ReaderOf reader_;
  const std::vector<uint8_t> string_;
  const Reading reading_;
};

// Tests over the decoding forms.
class EachForm : public testing::TestWithParam<DecodingForm> {};

#define TRAPLINE_EACH_FORM(suite)                                             \
  INSTANTIATE_TEST_SUITE_P(                                                   \
      Form, suite, testing::ValuesIn(DecodingForms()), [](const auto& info) { \
        return absl::StrReplaceAll(info.param.name, {{" ", ""}});             \
      })

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_DECODE_TESTING_READERS_H_
