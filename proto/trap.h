// SPDX-License-Identifier: Apache-2.0

// One recorded call of lguest_arch_handle_trap.

#ifndef TRAPLINE_PROTO_TRAP_H_
#define TRAPLINE_PROTO_TRAP_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/trace.pb.h"
#include "proto/words.h"

namespace trapline::trace {

// A __lgread or __lgwrite.
struct Access {
  const uint8_t* data;  // what was read or written
  uint32_t address;     // guest-physical
  uint32_t length;      // bytes
  bool write;
};

// A call that the handler made, in order of return.
struct Call {
  CallKind kind = CALL_UNKNOWN;
  bool has_returned = false;  // whether `returned` holds a value
  uint32_t args[2] = {0, 0};  // as many as CallArity(kind)
  uint32_t returned = 0;
  absl::string_view message;  // of KILL_GUEST
};

constexpr int CallArity(CallKind kind) {
  return kind == DEMAND_PAGE ? 2 : kind == DELIVER_TRAP ? 1 : 0;
}

// A trap does not own its bytes and strings. From a reader they live as long as
// the block they came from.
struct Trap {
  uint64_t number = 0;  // counts traps; windows of a recording keep theirs
  // Counts records of every kind, lost ones too. 0 where Between is not
  // decoded.
  uint64_t seq = 0;
  uint64_t present = 0;  // bit i: word i could be read
  WordArray before = {};
  WordArray after = {};  // as `before` where the handler never returned
  uint32_t gate_lo = 0;  // idt[trapnum]; 0 for trapnum >= 256
  uint32_t gate_hi = 0;
  bool returned = true;
  std::vector<Access> accesses;
  std::vector<Call> calls;

  // Of the sections Timing and Code; left alone where those are not decoded.
  uint64_t tsc = 0;                 // ticks, at entry
  uint64_t cycles = 0;              // ticks inside the call
  absl::string_view insn;           // bytes at eip, at most 16
  std::optional<uint32_t> insn_pa;  // guest-physical address of eip
};

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_TRAP_H_
