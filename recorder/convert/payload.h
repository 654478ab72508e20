// SPDX-License-Identifier: Apache-2.0

// The bytes of a record, taken apart.

#ifndef TRAPLINE_RECORDER_CONVERT_PAYLOAD_H_
#define TRAPLINE_RECORDER_CONVERT_PAYLOAD_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/columns.h"
#include "proto/trace.pb.h"
#include "proto/words.h"
#include "recorder/raw_format.h"

namespace trapline::convert {

// Takes structures off the front of bytes.
class Payload {
 public:
  explicit Payload(absl::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  bool Take(T* value) {
    if (bytes_.size() < sizeof *value) return false;
    std::memcpy(value, bytes_.data(), sizeof *value);
    bytes_.remove_prefix(sizeof *value);
    return true;
  }

  std::optional<absl::string_view> Take(size_t size) {
    if (bytes_.size() < size) return std::nullopt;
    const absl::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  size_t size() const { return bytes_.size(); }

 private:
  absl::string_view bytes_;
};

inline absl::Status TooShort() {
  return absl::DataLossError("is shorter than its kind is");
}

// The words that a record may have: the first columns of Words.
inline constexpr uint64_t kWords = (uint64_t{1} << TRAPLINE_WORDS) - 1;

inline void SetColumns(const trace::WordArray& words, uint64_t which,
                       trace::Words* columns) {
  for (int i = 0; i < TRAPLINE_WORDS; ++i) {
    if ((which >> i & 1) == 0) continue;
    trace::MutableColumn(columns, i)->Add(words[i]);
  }
}

}  // namespace trapline::convert

#endif  // TRAPLINE_RECORDER_CONVERT_PAYLOAD_H_
