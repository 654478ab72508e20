// SPDX-License-Identifier: Apache-2.0

// Files of the drain, for tests.

#ifndef TRAPLINE_RECORDER_CONVERT_TESTING_RAW_H_
#define TRAPLINE_RECORDER_CONVERT_TESTING_RAW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "recorder/file_format.h"
#include "recorder/raw_format.h"

namespace trapline::convert {

// The bytes of a structure.
template <typename T>
std::string Bytes(const T& value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

// A record of guest 1.
std::string Record(trapline_kind kind, uint64_t seq, absl::string_view payload,
                   uint16_t flags = 0);

// A HEADER record; `text` is its lines.
std::string HeaderRecord(
    absl::string_view text = "flavor F10\nkernel 3.12.9\ncpu a cpu\n");

// A STATUS record.
std::string StatusRecord(uint64_t seq, const trapline_status& status = {});

// A trap 14 that reads 4 bytes, calls demand_page(0xC0001000, 2), which
// returns 1, and changes eip.
std::string TrapRecord(uint64_t seq, uint32_t number, uint16_t flags = 0);
std::string TrapPayload(uint32_t number);

// A step of a trap, padded.
std::string Step(uint8_t kind, uint32_t argument, absl::string_view data,
                 uint8_t returned = 0);

// A hypercall of three arguments.
std::string HypercallRecord(uint64_t seq);

// One record of each kind that the module writes, numbers 1, 2, ...
std::vector<std::string> RecordOfEachKind();

// A frame with its checksum right.
std::string Frame(uint32_t kind, uint32_t ordinal, absl::string_view payload);

struct TestFile {
  uint32_t cpu = 0;
  std::string header = HeaderRecord();
  std::vector<std::string> records = {};
  size_t records_per_frame = 2;
  bool ended = true;
  uint64_t next_seq = 0;  // of the totals at the end
  trapline_status status = {};
};

std::string FileBytes(const TestFile& file);

}  // namespace trapline::convert

#endif  // TRAPLINE_RECORDER_CONVERT_TESTING_RAW_H_
