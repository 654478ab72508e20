// SPDX-License-Identifier: Apache-2.0

#include "proto/columns_encoder.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "google/protobuf/stubs/common.h"

namespace trapline::trace {
namespace {

// Appends to `columns` where `now` differs from `was`, and says where.
uint64_t AddChanges(const WordArray& was, const WordArray& now,
                    const std::array<WordColumn*, kWordCount>& columns) {
  uint64_t changed = 0;
  for (int i = 0; i < kWordCount; ++i) {
    if (now[i] == was[i]) continue;
    changed |= uint64_t{1} << i;
    columns[i]->Add(now[i]);
  }
  return changed;
}

absl::Status ValidateCall(const Call& call) {
  if (!CallKind_IsValid(call.kind) || call.kind == CALL_UNKNOWN) {
    return absl::InvalidArgumentError(
        absl::StrCat("a call of unknown kind ", static_cast<int>(call.kind)));
  }
  for (int arg = CallArity(call.kind); arg < 2; ++arg) {
    if (call.args[arg] == 0) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("too many arguments for ", CallKind_Name(call.kind)));
  }
  if (!call.has_returned && call.returned != 0) {
    return absl::InvalidArgumentError(
        "a call that returned nothing, and a "
        "value");
  }
  if (call.kind != KILL_GUEST && !call.message.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a message of ", CallKind_Name(call.kind)));
  }
  if (!google::protobuf::internal::IsStructurallyValidUTF8(
          call.message.data(), static_cast<int>(call.message.size()))) {
    return absl::InvalidArgumentError("a message that is not UTF-8");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ColumnsEncoder::Validate(const Trap& trap) {
  if ((trap.present & ~kWordBits) != 0) {
    return absl::InvalidArgumentError("`present` names a word there is not");
  }
  if (trap.before[kTrapnum] >= kGates &&
      (trap.gate_lo != 0 || trap.gate_hi != 0)) {
    return absl::InvalidArgumentError(
        absl::StrCat("a gate of trap ", trap.before[kTrapnum]));
  }
  if (!trap.returned && trap.after != trap.before) {
    return absl::InvalidArgumentError(
        "a state after a handler that never returned");
  }
  for (const Call& call : trap.calls) {
    absl::Status status = ValidateCall(call);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

void ColumnsEncoder::Reset() {
  columns_.Clear();
  for (int i = 0; i < kWordCount; ++i) {
    before_[i] = MutableColumn(columns_.mutable_before(), i);
    after_[i] = MutableColumn(columns_.mutable_after(), i);
  }
  shapes_.clear();
  words_ = {};
  gates_ = {};
  first_trap_ = 0;
  number_ = 0;
  present_ = 0;
  flags_ = 0;
  address_ = 0;
}

void ColumnsEncoder::Add(const Trap& trap) {
  if (columns_.shape().empty()) {
    first_trap_ = trap.number;
    number_ = trap.number - 1;
  }
  uint64_t entry = AddChanges(words_, trap.before, before_);
  words_ = trap.returned ? trap.after : trap.before;
  const uint64_t exit = AddChanges(trap.before, words_, after_);

  if (trap.number != ++number_) {
    entry |= kNumberBit;
    columns_.add_number(number_ = trap.number);
  }
  if (const uint32_t flags = trap.returned ? 0 : TRAP_FLAG_NOT_RETURNED;
      flags != flags_) {
    entry |= kFlagsBit;
    columns_.add_flags(flags_ = flags);
  }
  if (trap.before[kTrapnum] < kGates) {
    Gate& last = gates_[trap.before[kTrapnum]];
    const Gate gate = {trap.gate_lo, trap.gate_hi};
    if (gate != last) {
      entry |= kGateBit;
      columns_.add_gate_lo(gate[0]);
      columns_.add_gate_hi(gate[1]);
      last = gate;
    }
  }
  if (trap.present != present_) {
    entry |= kPresentBit;
    columns_.add_present(present_ = trap.present);
  }
  accesses_.clear();
  for (const Access& access : trap.accesses) {
    accesses_.push_back(AddAccess(access));
  }
  calls_.clear();
  for (const Call& call : trap.calls) {
    calls_.push_back(AddCall(call, trap.before));
  }
  AddShape(entry, exit);
}

void ColumnsEncoder::AddShape(uint64_t before_changed, uint64_t after_changed) {
  const auto next = static_cast<uint32_t>(shapes_.size());
  const auto [found, added] =
      shapes_.emplace(absl::StrCat(before_changed, " ", after_changed, " ",
                                   accesses_.size(), " ", accesses_, calls_),
                      next);
  columns_.add_shape(found->second);
  if (!added) return;
  columns_.add_before_changed(before_changed);
  columns_.add_after_changed(after_changed);
  columns_.add_access_count(static_cast<uint32_t>(accesses_.size()));
  columns_.mutable_access()->append(accesses_);
  columns_.add_call_count(static_cast<uint32_t>(calls_.size()));
  columns_.mutable_call()->append(calls_);
}

char ColumnsEncoder::AddAccess(const Access& access) {
  int length = 0;
  while (length < kAccessLengthListed &&
         (access.length == 0 || kAccessLengths[length] != access.length)) {
    ++length;
  }
  if (length == kAccessLengthListed) {
    columns_.add_access_length(access.length);
  }
  AddressMode mode = kAddressListed;
  if (access.address == address_) {
    mode = kAddressSame;
  } else if (access.address == address_ - 4) {
    mode = kAddressBelow;
  } else {
    columns_.add_address(access.address);
  }
  address_ = access.address;
  columns_.mutable_data()->append(reinterpret_cast<const char*>(access.data),
                                  access.length);
  return static_cast<char>((access.write ? 1 : 0) | length << 1 | mode << 4);
}

char ColumnsEncoder::AddCall(const Call& call, const WordArray& entry) {
  int code = call.kind;
  for (int arg = 0; arg < CallArity(call.kind); ++arg) {
    if (call.args[arg] == ExpectedArg(call.kind, arg, entry)) {
      code |= 1 << (4 + arg);
    } else {
      columns_.add_call_word(call.args[arg]);
    }
  }
  CallOutcome outcome = kReturnedNothing;
  if (call.has_returned) {
    outcome = call.returned == 0   ? kReturnedZero
              : call.returned == 1 ? kReturnedOne
                                   : kReturnedListed;
  }
  if (outcome == kReturnedListed) columns_.add_call_word(call.returned);
  if (call.kind == KILL_GUEST) {
    columns_.add_message(call.message.data(), call.message.size());
  }
  return static_cast<char>(code | outcome << 6);
}

}  // namespace trapline::trace
