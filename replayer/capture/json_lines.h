// SPDX-License-Identifier: Apache-2.0

// Strict reading of one line of JSON, and the words to refuse it with: what is
// wrong, then what was expected. Who knows file and line puts them before.

#ifndef TRAPLINE_REPLAYER_CAPTURE_JSON_LINES_H_
#define TRAPLINE_REPLAYER_CAPTURE_JSON_LINES_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trapline::capture {

using Json = nlohmann::json;

inline constexpr absl::string_view kAWord = "a number from 0 to 4294967295";
inline constexpr absl::string_view kALongWord =
    "a number from 0 to 18446744073709551615";

// The object that `line` holds. DataLossError for anything else, for a key
// that an object has twice, and for nesting deeper than captures have.
absl::StatusOr<Json> ParseLine(absl::string_view line);

// The value as a message shows it, in a few words of ASCII.
std::string Describe(const Json& value);
std::string Quote(absl::string_view text);

// `text` as a JSON string. What is not UTF-8 is replaced.
std::string JsonText(absl::string_view text);

// "WHERE is VALUE, expected EXPECTED". Null `value`: "is missing".
absl::Status Unexpected(absl::string_view where, const Json* value,
                        absl::string_view expected);

// The value of `key`, null where `object` has none.
const Json* Find(const Json& object, absl::string_view key);

// Null and values of another type have none of these.
std::optional<uint32_t> AsWord(const Json* value);
std::optional<uint64_t> AsLongWord(const Json* value);
std::optional<bool> AsBool(const Json* value);
const std::string* AsString(const Json* value);
// Of exactly `size` values, where that is given.
const Json::array_t* AsArray(const Json* value,
                             std::optional<size_t> size = std::nullopt);
const Json::object_t* AsObject(const Json* value);
// Bytes as pairs of lower-case hex digits.
std::optional<std::string> AsBytes(const Json* value);

}  // namespace trapline::capture

#endif  // TRAPLINE_REPLAYER_CAPTURE_JSON_LINES_H_
