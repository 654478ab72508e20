// SPDX-License-Identifier: Apache-2.0

// A World of a few bytes of code: no paging, nothing else in memory.

#ifndef TRAPLINE_PROPERTIES_DECODE_BYTES_WORLD_H_
#define TRAPLINE_PROPERTIES_DECODE_BYTES_WORLD_H_

#include <cstdint>

#include "model/branch.h"
#include "model/concrete.h"
#include "model/cpu.h"
#include "model/kill.h"
#include "properties/decode/reading.h"

namespace trapline::properties {

class BytesWorld : public model::ConcreteValues {
 public:
  // Where the first byte stands.
  static constexpr uint32_t kCode = 0x00100000;

  explicit BytesWorld(Bytes code) : code_(code) {}

  // Whether a byte after the last was asked for.
  bool asked_for_more() const { return asked_for_more_; }
  Reading::Kind kind() const { return kind_; }

  // Which way emulate_insn goes tells what it takes the bytes for.
  bool Take(model::Branch branch, bool condition) {
    if (condition) {
      switch (branch) {
        case model::Branch::kCli:
          kind_ = Reading::kCli;
          break;
        case model::Branch::kInImmediate:
        case model::Branch::kInDx:
          kind_ = Reading::kIn;
          break;
        case model::Branch::kOutImmediate:
        case model::Branch::kOutDx:
          kind_ = Reading::kOut;
          break;
        default:
          break;
      }
    }
    return condition;
  }

  uint8_t ReadByte(uint32_t pa, bool) {
    const uint32_t at = pa - kCode;
    if (at < code_.size()) return code_[at];
    asked_for_more_ = true;
    return 0;
  }
  uint32_t ReadWord(uint32_t, bool) { return 0; }
  model::PageEntry<uint32_t> ReadPair(uint32_t, bool) { return {0, 0}; }
  void KillGuest(bool, model::KillReason, uint32_t, uint32_t, uint32_t) {}

 private:
  const Bytes code_;
  bool asked_for_more_ = false;
  Reading::Kind kind_ = Reading::kOther;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_DECODE_BYTES_WORLD_H_
