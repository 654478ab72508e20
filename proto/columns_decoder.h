// SPDX-License-Identifier: Apache-2.0

// Traps out of the message Columns, whatever it holds.

#ifndef TRAPLINE_PROTO_COLUMNS_DECODER_H_
#define TRAPLINE_PROTO_COLUMNS_DECODER_H_

#include <array>
#include <cstdint>

#include "proto/columns.h"
#include "proto/trap.h"

namespace trapline::trace {

// A column and how far it has been read.
template <typename T>
struct Cursor {
  const T* next = nullptr;
  const T* end = nullptr;

  bool Take(T* value) {
    if (next == end) return false;
    *value = *next++;
    return true;
  }
  uint64_t left() const { return static_cast<uint64_t>(end - next); }
};

class ColumnsDecoder {
 public:
  // `columns` has to outlive its use. False where it has not one entry for
  // each of `traps` where it should.
  bool Start(const Columns& columns, uint32_t traps, uint64_t first_trap);

  // False at the end, which leaves error() null, or on an error.
  bool Next(Trap* trap);

  const char* error() const { return error_; }

  // Of the trap that Next gave last, from 0; the number of traps at the end.
  uint32_t index() const { return index_; }

 private:
  using Gate = std::array<uint32_t, 2>;

  bool Fail(const char* what);
  bool Finish();
  bool TakeExtras(uint64_t entry, uint32_t trapnum);
  bool TakeAccesses(Trap* trap);
  bool TakeCalls(Trap* trap);

  uint32_t traps_ = 0;
  uint32_t index_ = 0;  // of the trap that Next gives next
  const char* error_ = nullptr;

  // One entry a trap.
  const uint64_t* before_changed_ = nullptr;
  const uint64_t* after_changed_ = nullptr;
  const uint32_t* access_count_ = nullptr;
  const uint32_t* call_count_ = nullptr;

  std::array<Cursor<uint32_t>, kWordCount> before_;
  std::array<Cursor<uint32_t>, kWordCount> after_;
  Cursor<uint64_t> present_column_;
  Cursor<uint32_t> gate_lo_;
  Cursor<uint32_t> gate_hi_;
  Cursor<uint32_t> flags_column_;
  Cursor<uint64_t> number_column_;
  Cursor<uint8_t> access_;
  Cursor<uint32_t> access_length_;
  Cursor<uint32_t> address_column_;
  Cursor<uint8_t> data_;
  Cursor<uint8_t> call_;
  Cursor<uint32_t> call_word_;
  Cursor<const std::string*> message_;

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
