// SPDX-License-Identifier: Apache-2.0

#include "proto/columns_decoder.h"

#include <string>

#include "absl/base/optimization.h"

namespace trapline::trace {
namespace {

template <typename T>
Cursor<T> Over(const google::protobuf::RepeatedField<T>& column) {
  return {column.data(), column.data() + column.size()};
}

Cursor<uint8_t> Over(const std::string& bytes) {
  const auto* begin = reinterpret_cast<const uint8_t*>(bytes.data());
  return {begin, begin + bytes.size()};
}

// Takes the next value of the column of each bit in `changed`. Word by word,
// and never the whole array: a wide load right after narrow stores would stall.
template <typename Store>
bool Apply(uint64_t changed, std::array<Cursor<uint32_t>, kWordCount>& columns,
           Store store) {
  for (; changed != 0; changed &= changed - 1) {
    const int word = __builtin_ctzll(changed);
    uint32_t value;
    if (ABSL_PREDICT_FALSE(!columns[word].Take(&value))) return false;
    store(word, value);
  }
  return true;
}

}  // namespace

bool ColumnsDecoder::Start(const Columns& columns, uint32_t traps,
                           uint64_t first_trap) {
  traps_ = traps;
  index_ = 0;
  error_ = nullptr;
  const auto count = static_cast<int>(traps);
  if (columns.before_changed_size() != count ||
      columns.after_changed_size() != count ||
      columns.access_count_size() != count ||
      columns.call_count_size() != count) {
    return Fail("not as many entries as traps");
  }
  before_changed_ = columns.before_changed().data();
  after_changed_ = columns.after_changed().data();
  access_count_ = columns.access_count().data();
  call_count_ = columns.call_count().data();
  for (int i = 0; i < kWordCount; ++i) {
    before_[i] = Over(GetColumn(columns.before(), i));
    after_[i] = Over(GetColumn(columns.after(), i));
  }
  present_column_ = Over(columns.present());
  gate_lo_ = Over(columns.gate_lo());
  gate_hi_ = Over(columns.gate_hi());
  flags_column_ = Over(columns.flags());
  number_column_ = Over(columns.number());
  access_ = Over(columns.access());
  access_length_ = Over(columns.access_length());
  address_column_ = Over(columns.address());
  data_ = Over(columns.data());
  call_ = Over(columns.call());
  call_word_ = Over(columns.call_word());
  message_ = {columns.message().data(),
              columns.message().data() + columns.message_size()};

  first_trap_ = first_trap;
  number_ = first_trap - 1;
  present_ = 0;
  flags_ = 0;
  address_ = 0;
  gates_ = {};
  return true;
}

bool ColumnsDecoder::Fail(const char* what) {
  traps_ = index_;
  error_ = what;
  return false;
}

bool ColumnsDecoder::Finish() {
  if (error_ != nullptr) return false;
  uint64_t left = present_column_.left() + gate_lo_.left() + gate_hi_.left() +
                  flags_column_.left() + number_column_.left() +
                  access_.left() + access_length_.left() +
                  address_column_.left() + data_.left() + call_.left() +
                  call_word_.left() + message_.left();
  for (const auto& column : before_) left += column.left();
  for (const auto& column : after_) left += column.left();
  return left == 0 ? false : Fail("columns have values left over");
}

bool ColumnsDecoder::Next(Trap* trap) {
  if (ABSL_PREDICT_FALSE(index_ == traps_)) return Finish();
  const uint64_t entry = before_changed_[index_];
  const uint64_t exit = after_changed_[index_];
  if (ABSL_PREDICT_FALSE(((entry & ~kEntryBits) | (exit & ~kWordBits)) != 0)) {
    return Fail("a mask has a bit of no meaning");
  }
  // What this trap starts with is what the one before ended with.
  if (index_ == 0) {
    trap->before.fill(0);
    trap->after.fill(0);
  } else {
    for (; left_changed_ != 0; left_changed_ &= left_changed_ - 1) {
      const int word = __builtin_ctzll(left_changed_);
      trap->before[word] = trap->after[word];
    }
  }
  if (!Apply(entry & kWordBits, before_, [trap](int word, uint32_t value) {
        trap->before[word] = value;
        trap->after[word] = value;
      })) {
    return Fail("a column of `before` has run out");
  }
  if (!Apply(exit, after_,
             [trap](int word, uint32_t value) { trap->after[word] = value; })) {
    return Fail("a column of `after` has run out");
  }
  left_changed_ = exit;

  const uint32_t trapnum = trap->before[kTrapnum];
  ++number_;
  if (entry > kWordBits && !TakeExtras(entry, trapnum)) return false;
  if (flags_ != 0 && exit != 0) {
    return Fail("a state after a handler that never returned");
  }
  trap->number = number_;
  trap->seq = 0;
  trap->present = present_;
  trap->returned = flags_ == 0;
  if (trapnum < kGates) {
    trap->gate_lo = gates_[trapnum][0];
    trap->gate_hi = gates_[trapnum][1];
  } else {
    trap->gate_lo = 0;
    trap->gate_hi = 0;
  }
  if (!TakeAccesses(trap) || !TakeCalls(trap)) return false;
  ++index_;
  return true;
}

bool ColumnsDecoder::TakeExtras(uint64_t entry, uint32_t trapnum) {
  if ((entry & kNumberBit) != 0) {
    if (!number_column_.Take(&number_)) return Fail("`number` has run out");
    if (index_ == 0 && number_ != first_trap_) {
      return Fail("the first number is not the block's `first_trap`");
    }
  }
  if ((entry & kFlagsBit) != 0) {
    if (!flags_column_.Take(&flags_)) return Fail("`flags` has run out");
    if ((flags_ & ~kKnownFlags) != 0) return Fail("a flag of no meaning");
  }
  if ((entry & kGateBit) != 0) {
    if (trapnum >= kGates) return Fail("a gate of a trap that has none");
    if (!gate_lo_.Take(&gates_[trapnum][0]) ||
        !gate_hi_.Take(&gates_[trapnum][1])) {
      return Fail("`gate_lo` or `gate_hi` has run out");
    }
  }
  if ((entry & kPresentBit) != 0) {
    if (!present_column_.Take(&present_)) return Fail("`present` has run out");
    if ((present_ & ~kWordBits) != 0) {
      return Fail("`present` names a word there is not");
    }
  }
  return true;
}

bool ColumnsDecoder::TakeAccesses(Trap* trap) {
  const uint32_t count = access_count_[index_];
  if (ABSL_PREDICT_FALSE(count > access_.left())) {
    return Fail("`access` has run out");
  }
  trap->accesses.clear();
  for (uint32_t i = 0; i < count; ++i) {
    Access access;
    const uint8_t code = *access_.next++;
    const int length_code = code >> 1 & 7;
    access.write = (code & 1) != 0;
    access.length = kAccessLengths[length_code];
    if (ABSL_PREDICT_FALSE(access.length == 0)) {
      if (length_code != kAccessLengthListed) {
        return Fail("an access length code of no meaning");
      }
      if (!access_length_.Take(&access.length)) {
        return Fail("`access_length` has run out");
      }
    }
    // Without branches: which of the three it is, is anyone's guess.
    const int relation = code >> 4;
    const bool listed = relation == kAddressListed;
    if (ABSL_PREDICT_FALSE(relation > kAddressBelow)) {
      return Fail("an access address code of no meaning");
    }
    if (ABSL_PREDICT_FALSE(listed && address_column_.left() == 0)) {
      return Fail("`address` has run out");
    }
    const uint32_t* from = listed ? address_column_.next : &address_;
    address_ = *from - (relation == kAddressBelow ? 4 : 0);
    address_column_.next += listed;
    access.address = address_;
    if (ABSL_PREDICT_FALSE(access.length > data_.left())) {
      return Fail("`data` has run out");
    }
    access.data = data_.next;
    data_.next += access.length;
    trap->accesses.push_back(access);
  }
  return true;
}

bool ColumnsDecoder::TakeCalls(Trap* trap) {
  const uint32_t count = call_count_[index_];
  if (ABSL_PREDICT_FALSE(count > call_.left())) {
    return Fail("`call` has run out");
  }
  trap->calls.clear();
  for (uint32_t i = 0; i < count; ++i) {
    const uint8_t code = *call_.next++;
    const int kind = code & 15;
    if (kind == CALL_UNKNOWN || kind > CallKind_MAX) {
      return Fail("a call kind of no meaning");
    }
    Call& call = trap->calls.emplace_back();
    call.kind = static_cast<CallKind>(kind);
    const int arity = CallArity(call.kind);
    if ((code >> 4 & 3) >> arity != 0) {
      return Fail("an argument that the call does not have");
    }
    for (int arg = 0; arg < arity; ++arg) {
      if ((code >> (4 + arg) & 1) != 0) {
        call.args[arg] = ExpectedArg(call.kind, arg, trap->before);
      } else if (!call_word_.Take(&call.args[arg])) {
        return Fail("`call_word` has run out");
      }
    }
    const int outcome = code >> 6;
    call.has_returned = outcome != kReturnedNothing;
    call.returned = outcome == kReturnedOne ? 1 : 0;
    if (outcome == kReturnedListed && !call_word_.Take(&call.returned)) {
      return Fail("`call_word` has run out");
    }
    if (call.kind == KILL_GUEST) {
      const std::string* message = nullptr;
      if (!message_.Take(&message)) return Fail("`message` has run out");
      call.message = *message;
    }
  }
  return true;
}

}  // namespace trapline::trace
