// SPDX-License-Identifier: Apache-2.0

// Traps out of the message Columns, whatever it holds.

#ifndef TRAPLINE_PROTO_COLUMNS_DECODER_H_
#define TRAPLINE_PROTO_COLUMNS_DECODER_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "proto/columns.h"
#include "proto/trap.h"

namespace trapline::trace {

class ColumnsDecoder {
 public:
  // `columns` has to outlive its use. False where CheckColumns finds fault with
  // it; else each column has what Next takes from it.
  bool Start(const Columns& columns, uint32_t traps, uint64_t first_trap);

  // False at the end, which leaves error() null, or on an error.
  bool Next(Trap* trap);

  const char* error() const { return error_; }

  // Of the trap that Next gave last, from 0; the number of traps at the end.
  uint32_t index() const { return index_; }

 private:
  using Gate = std::array<uint32_t, 2>;
  using WordCursors = std::array<const uint32_t*, kWordCount>;

  struct Shape {
    uint64_t before_changed;
    uint64_t after_changed;
    const uint8_t* access;
    const uint8_t* call;
    uint32_t accesses;
    uint32_t calls;
  };

  bool Fail(const char* what);
  void ReadShapes(const Columns& columns);
  bool TakeExtras(uint64_t entry, uint32_t trapnum);
  void TakeAccesses(const Shape& shape, Trap* trap);
  void TakeCalls(const Shape& shape, Trap* trap);

  uint32_t traps_ = 0;
  uint32_t index_ = 0;  // of the trap that Next gives next
  const char* error_ = nullptr;

  std::vector<Shape> shapes_;
  const uint32_t* shape_ = nullptr;  // of each trap

  // The next value of each column.
  WordCursors before_ = {};
  WordCursors after_ = {};
  const uint64_t* next_present_ = nullptr;
  const uint32_t* next_gate_lo_ = nullptr;
  const uint32_t* next_gate_hi_ = nullptr;
  const uint32_t* next_flags_ = nullptr;
  const uint64_t* next_number_ = nullptr;
  const uint32_t* next_access_length_ = nullptr;
  const uint32_t* next_address_ = nullptr;
  const uint8_t* next_data_ = nullptr;
  const uint32_t* next_call_word_ = nullptr;
  const std::string* const* next_message_ = nullptr;

  uint64_t left_changed_ = 0;  // words whose `after` is not yet in `before`
  uint64_t first_trap_ = 0;
  uint64_t number_ = 0;
  uint64_t present_ = 0;
  uint32_t flags_ = 0;
  uint32_t address_ = 0;
  std::array<Gate, kGates> gates_;
};

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_COLUMNS_DECODER_H_
