// SPDX-License-Identifier: Apache-2.0

// Traps into the message Columns.

#ifndef TRAPLINE_PROTO_COLUMNS_ENCODER_H_
#define TRAPLINE_PROTO_COLUMNS_ENCODER_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "proto/columns.h"
#include "proto/trap.h"

namespace trapline::trace {

class ColumnsEncoder {
 public:
  ColumnsEncoder() { Reset(); }

  // InvalidArgumentError for a trap that columns cannot hold.
  static absl::Status Validate(const Trap& trap);

  // `trap` must be valid.
  void Add(const Trap& trap);

  // Back to the start of a block.
  void Reset();

  const Columns& columns() const { return columns_; }
  uint64_t first_trap() const { return first_trap_; }
  // The words as the last trap left them.
  const WordArray& words() const { return words_; }

 private:
  using Gate = std::array<uint32_t, 2>;

  // Each adds to columns what is not of the shape, and returns its code.
  char AddAccess(const Access& access);
  char AddCall(const Call& call, const WordArray& entry);
  void AddShape(uint64_t before_changed, uint64_t after_changed);

  Columns columns_;
  std::array<WordColumn*, kWordCount> before_;
  std::array<WordColumn*, kWordCount> after_;

  std::string accesses_;  // codes of the trap in hand
  std::string calls_;
  absl::flat_hash_map<std::string, uint32_t> shapes_;  // to their indices

  WordArray words_;
  std::array<Gate, kGates> gates_;
  uint64_t first_trap_;
  uint64_t number_;
  uint64_t present_;
  uint32_t flags_;
  uint32_t address_;
};

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_COLUMNS_ENCODER_H_
