// SPDX-License-Identifier: Apache-2.0

// The records of several files in the order of their numbers.

#ifndef TRAPLINE_RECORDER_CONVERT_MERGE_H_
#define TRAPLINE_RECORDER_CONVERT_MERGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "recorder/convert/raw_file.h"

namespace trapline::convert {

class Merge {
 public:
  // DataLossError for files of different recordings.
  static absl::StatusOr<Merge> Open(const std::vector<std::string>& paths,
                                    bool recover);

  // The record with the next number there is; nullopt after the last. Good
  // until the next call.
  absl::StatusOr<std::optional<RawRecord>> Next();

  // The file that Next took from last.
  const RawFile& file() const { return *sources_[current_].file; }

  // The module's HEADER record.
  const std::string& header() const { return header_; }

  // What the file whose drain ended last says; nullopt where all were cut.
  std::optional<RawLast> last() const;

  std::vector<std::string> account() const;

 private:
  struct Source {
    std::unique_ptr<RawFile> file;
    std::optional<RawRecord> next;
  };

  // Moves `source` on and puts it in its place in the heap.
  absl::Status Advance(size_t source);

  std::string header_;
  std::vector<Source> sources_;
  std::vector<size_t> heap_;  // of sources with a next record, least on top
  size_t current_ = 0;
  bool begun_ = false;
};

}  // namespace trapline::convert

#endif  // TRAPLINE_RECORDER_CONVERT_MERGE_H_
