// SPDX-License-Identifier: Apache-2.0

// The lines of a text file, plain or zstd-compressed, in bounded memory.

#ifndef TRAPLINE_REPLAYER_CAPTURE_LINE_READER_H_
#define TRAPLINE_REPLAYER_CAPTURE_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trapline::capture {

inline constexpr size_t kMaxLineBytes = size_t{1} << 20;

class LineReader {
 public:
  // Errors are those of the file system.
  static absl::StatusOr<std::unique_ptr<LineReader>> Open(
      const std::string& path);
  virtual ~LineReader() = default;

  // The next line, without its newline; nullopt after the last. It lives until
  // the next call. DataLossError, told as what is wrong with this line, where
  // it is too long or the zstd stream is damaged or cut.
  virtual absl::StatusOr<std::optional<absl::string_view>> Next() = 0;
};

}  // namespace trapline::capture

#endif  // TRAPLINE_REPLAYER_CAPTURE_LINE_READER_H_
