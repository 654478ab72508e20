// SPDX-License-Identifier: Apache-2.0

#include "proto/columns_decoder.h"

#include <string>

#include "absl/base/optimization.h"
#include "proto/columns_check.h"

namespace trapline::trace {
namespace {

const uint8_t* Bytes(const std::string& bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

// Calls `visit` with the index of each bit that is set.
template <typename Visit>
void ForEachBit(uint64_t bits, Visit visit) {
  for (; bits != 0; bits &= bits - 1) visit(__builtin_ctzll(bits));
}

struct AccessCode {
  uint8_t length;  // 0: listed
  bool write;
  bool address_listed;
  uint8_t below;  // bytes, the last address
};

constexpr std::array<AccessCode, 256> kAccessCodes = [] {
  std::array<AccessCode, 256> codes = {};
  for (int code = 0; code < 256; ++code) {
    const int mode = code >> 4;
    codes[code] = {kAccessLengths[code >> 1 & 7], (code & 1) != 0,
                   mode == kAddressListed,
                   static_cast<uint8_t>(mode == kAddressBelow ? 4 : 0)};
  }
  return codes;
}();

}  // namespace

bool ColumnsDecoder::Start(const Columns& columns, uint32_t traps,
                           uint64_t first_trap) {
  traps_ = traps;
  index_ = 0;
  error_ = CheckColumns(columns, traps);
  if (error_ != nullptr) {
    traps_ = 0;
    return false;
  }
  ReadShapes(columns);
  shape_ = columns.shape().data();
  for (int i = 0; i < kWordCount; ++i) {
    before_[i] = GetColumn(columns.before(), i).data();
    after_[i] = GetColumn(columns.after(), i).data();
  }
  next_present_ = columns.present().data();
  next_gate_lo_ = columns.gate_lo().data();
  next_gate_hi_ = columns.gate_hi().data();
  next_flags_ = columns.flags().data();
  next_number_ = columns.number().data();
  next_access_length_ = columns.access_length().data();
  next_address_ = columns.address().data();
  next_data_ = Bytes(columns.data());
  next_call_word_ = columns.call_word().data();
  next_message_ = columns.message().data();

  left_changed_ = 0;
  first_trap_ = first_trap;
  number_ = first_trap - 1;
  present_ = 0;
  flags_ = 0;
  address_ = 0;
  gates_ = {};
  return true;
}

void ColumnsDecoder::ReadShapes(const Columns& columns) {
  const uint8_t* access = Bytes(columns.access());
  const uint8_t* call = Bytes(columns.call());
  shapes_.clear();
  for (int i = 0; i < columns.before_changed_size(); ++i) {
    const Shape shape = {
        columns.before_changed(i), columns.after_changed(i), access, call,
        columns.access_count(i),   columns.call_count(i)};
    access += shape.accesses;
    call += shape.calls;
    shapes_.push_back(shape);
  }
}

bool ColumnsDecoder::Fail(const char* what) {
  traps_ = index_;
  error_ = what;
  return false;
}

bool ColumnsDecoder::Next(Trap* trap) {
  if (ABSL_PREDICT_FALSE(index_ == traps_)) return false;
  const Shape& shape = shapes_[shape_[index_]];
  const uint64_t entry = shape.before_changed;
  const uint64_t exit = shape.after_changed;
  WordArray& before = trap->before;
  WordArray& after = trap->after;
  if (index_ == 0) {
    before.fill(0);
    after.fill(0);
  }
  // What this trap starts with is what the one before ended with. Word by word,
  // and never the whole array: a wide load right after narrow stores would
  // stall.
  ForEachBit(left_changed_, [&](int word) { before[word] = after[word]; });
  ForEachBit(entry & kWordBits,
             [&](int word) { before[word] = after[word] = *before_[word]++; });
  ForEachBit(exit, [&](int word) { after[word] = *after_[word]++; });
  left_changed_ = exit;

  const uint32_t trapnum = before[kTrapnum];
  ++number_;
  if (entry > kWordBits && !TakeExtras(entry, trapnum)) return false;
  if (flags_ != 0 && exit != 0) {
    return Fail("a state after a handler that never returned");
  }
  trap->number = number_;
  trap->seq = 0;
  trap->present = present_;
  trap->returned = flags_ == 0;
  const Gate gate = trapnum < kGates ? gates_[trapnum] : Gate();
  trap->gate_lo = gate[0];
  trap->gate_hi = gate[1];
  TakeAccesses(shape, trap);
  TakeCalls(shape, trap);
  ++index_;
  return true;
}

bool ColumnsDecoder::TakeExtras(uint64_t entry, uint32_t trapnum) {
  if ((entry & kNumberBit) != 0) {
    number_ = *next_number_++;
    if (index_ == 0 && number_ != first_trap_) {
      return Fail("the first number is not the block's `first_trap`");
    }
  }
  if ((entry & kFlagsBit) != 0) {
    flags_ = *next_flags_++;
    if ((flags_ & ~kKnownFlags) != 0) return Fail("a flag of no meaning");
  }
  if ((entry & kGateBit) != 0) {
    if (trapnum >= kGates) return Fail("a gate of a trap that has none");
    gates_[trapnum] = {*next_gate_lo_++, *next_gate_hi_++};
  }
  if ((entry & kPresentBit) != 0) {
    present_ = *next_present_++;
    if ((present_ & ~kWordBits) != 0) {
      return Fail("`present` names a word there is not");
    }
  }
  return true;
}

void ColumnsDecoder::TakeAccesses(const Shape& shape, Trap* trap) {
  if (trap->accesses.size() != shape.accesses) {
    trap->accesses.resize(shape.accesses);
  }
  const uint8_t* from = shape.access;
  for (Access& access : trap->accesses) {
    const AccessCode code = kAccessCodes[*from++];
    // Without branches: which of the three it is, is anyone's guess.
    const uint32_t* base = code.address_listed ? next_address_ : &address_;
    next_address_ += code.address_listed;
    address_ = *base - code.below;
    access.data = next_data_;
    access.address = address_;
    access.length = code.length;
    access.write = code.write;
    if (ABSL_PREDICT_FALSE(code.length == 0)) {
      access.length = *next_access_length_++;
    }
    next_data_ += access.length;
  }
}

void ColumnsDecoder::TakeCalls(const Shape& shape, Trap* trap) {
  if (trap->calls.size() != shape.calls) trap->calls.resize(shape.calls);
  const uint8_t* from = shape.call;
  for (Call& call : trap->calls) {
    const int code = *from++;
    call.kind = static_cast<CallKind>(code & 15);
    const int arity = CallArity(call.kind);
    for (int arg = 0; arg < 2; ++arg) {
      call.args[arg] = arg >= arity ? 0
                       : (code >> (4 + arg) & 1) != 0
                           ? ExpectedArg(call.kind, arg, trap->before)
                           : *next_call_word_++;
    }
    const int outcome = code >> 6;
    call.has_returned = outcome != kReturnedNothing;
    call.returned = outcome == kReturnedListed ? *next_call_word_++
                                               : outcome == kReturnedOne;
    call.message =
        call.kind == KILL_GUEST ? **next_message_++ : absl::string_view();
  }
}

}  // namespace trapline::trace
