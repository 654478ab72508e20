// SPDX-License-Identifier: Apache-2.0

// Reads a file of the drain (recorder/file_format.h) record by record.

#ifndef TRAPLINE_RECORDER_CONVERT_RAW_FILE_H_
#define TRAPLINE_RECORDER_CONVERT_RAW_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "recorder/file_format.h"
#include "recorder/raw_format.h"

namespace trapline::convert {

// A record as it stands in the file; its payload may be anything.
struct RawRecord {
  trapline_record head;
  absl::string_view bytes;  // the head too; good until the next is read
  uint64_t offset = 0;      // in the file, bytes
};

// How a file ends that was ended.
struct RawLast {
  trapline_file_last last;
  trapline_record totals;  // its `seq` is that of the next record
  trapline_status status;
};

// All errors are DataLossError (no such file, damaged, cut), UnimplementedError
// (of a newer version) or those of the file system, each with the file's name
// and the offset.
class RawFile {
 public:
  // With `recover` damaged frames are passed over, and a file may be cut:
  // account() tells. The first frame has to be intact in any case.
  static absl::StatusOr<std::unique_ptr<RawFile>> Open(const std::string& path,
                                                       bool recover);
  virtual ~RawFile() = default;

  virtual const std::string& path() const = 0;
  virtual uint32_t cpu() const = 0;

  // The module's HEADER record.
  virtual const std::string& header() const = 0;

  // The next record, its number greater than that of the last; nullopt at the
  // end of the file.
  virtual absl::StatusOr<std::optional<RawRecord>> Next() = 0;

  // At the end: nullopt where the file was cut.
  virtual const std::optional<RawLast>& last() const = 0;

  // Sentences on what was damaged and passed over.
  virtual const std::vector<std::string>& account() const = 0;

  // DataLossError on the record that Next gave last.
  virtual absl::Status Wrong(absl::string_view what) const = 0;
};

// Whether the file begins as one of the drain does.
bool IsRawFile(const std::string& path);

}  // namespace trapline::convert

#endif  // TRAPLINE_RECORDER_CONVERT_RAW_FILE_H_
