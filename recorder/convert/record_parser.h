// SPDX-License-Identifier: Apache-2.0

// From a record of the module to what a trace holds.

#ifndef TRAPLINE_RECORDER_CONVERT_RECORD_PARSER_H_
#define TRAPLINE_RECORDER_CONVERT_RECORD_PARSER_H_

#include <deque>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/trace.pb.h"
#include "proto/trap.h"
#include "recorder/convert/raw_file.h"

namespace trapline::convert {

// A STATUS, which a trace has no place for.
struct NoRecord {};

class RecordParser {
 public:
  // What the record holds; it lives until the next call, as long as the
  // record's bytes do. The number of a trap is that of its guest. A trap or
  // interrupt inside which the module was unloaded is a Loss of one record.
  // DataLossError, without place, for what the module does not write.
  absl::StatusOr<std::variant<NoRecord, const trace::Trap*, trace::Event>>
  Parse(const RawRecord& record);

 private:
  absl::Status ParseTrap(const RawRecord& record);

  trace::Trap trap_;
  std::deque<std::string> messages_;  // of its calls
};

// The lines of the HEADER record. DataLossError, without place.
absl::StatusOr<trace::Header> ParseHeaderRecord(absl::string_view bytes);

// `text` as UTF-8: whatever is not is told as \xNN.
std::string AsText(absl::string_view text);

}  // namespace trapline::convert

#endif  // TRAPLINE_RECORDER_CONVERT_RECORD_PARSER_H_
