// SPDX-License-Identifier: Apache-2.0

// The sections Code (bytes at eip) and Timing of a block.

#ifndef TRAPLINE_PROTO_CODE_SECTION_H_
#define TRAPLINE_PROTO_CODE_SECTION_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "proto/trap.h"

namespace trapline::trace {

inline constexpr size_t kMaxInsn = 16;  // bytes

class CodeEncoder {
 public:
  // `trap.insn` must be at most kMaxInsn bytes.
  void Add(const Trap& trap);
  void Reset();
  const Code& code() const { return code_; }

 private:
  struct Known {
    std::string insn;
    uint64_t pa = 0;
  };
  Code code_;
  absl::flat_hash_map<uint32_t, Known> known_;  // by eip
};

class CodeDecoder {
 public:
  // `code` has to outlive its use. Both return null or what is wrong.
  const char* Start(const Code& code, uint32_t traps);
  const char* Next(Trap* trap);

  // After the last trap: null, or what is wrong.
  const char* Finish() const;

 private:
  struct Known {
    absl::string_view insn;
    uint64_t pa = 0;
  };
  const Code* code_ = nullptr;
  int index_ = 0;
  int taken_ = 0;                               // of `length` and `pa`
  size_t data_ = 0;                             // bytes of `data` taken
  absl::flat_hash_map<uint32_t, Known> known_;  // by eip
};

class TimingEncoder {
 public:
  void Add(const Trap& trap);
  void Reset();
  const Timing& timing() const { return timing_; }

 private:
  Timing timing_;
  uint64_t tsc_ = 0;
};

class TimingDecoder {
 public:
  const char* Start(const Timing& timing, uint32_t traps);
  void Next(Trap* trap);

 private:
  const Timing* timing_ = nullptr;
  int index_ = 0;
  uint64_t tsc_ = 0;
};

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_CODE_SECTION_H_
