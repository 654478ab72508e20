// SPDX-License-Identifier: Apache-2.0

#include "proto/columns_check.h"

#include <array>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/columns.h"
#include "proto/frame.h"
#include "proto/trap.h"

namespace trapline::trace {
namespace {

constexpr const char* kLeftOver = "columns have values left over";

// Values taken from each column that shapes take from.
struct Taken {
  std::array<uint64_t, kWordCount> before = {};
  std::array<uint64_t, kWordCount> after = {};
  uint64_t present = 0, gates = 0, flags = 0, number = 0;
  uint64_t access_length = 0, address = 0, data = 0;
  uint64_t call_word = 0, message = 0;
  uint64_t calls = 0;
};

void CountWords(uint64_t changed, uint64_t uses,
                std::array<uint64_t, kWordCount>* taken) {
  for (changed &= kWordBits; changed != 0; changed &= changed - 1) {
    (*taken)[__builtin_ctzll(changed)] += uses;
  }
}

const char* CountMasks(uint64_t before, uint64_t after, uint64_t uses,
                       Taken* taken) {
  if ((before & ~kEntryBits) != 0 || (after & ~kWordBits) != 0) {
    return "a mask has a bit of no meaning";
  }
  CountWords(before, uses, &taken->before);
  CountWords(after, uses, &taken->after);
  if ((before & kPresentBit) != 0) taken->present += uses;
  if ((before & kGateBit) != 0) taken->gates += uses;
  if ((before & kFlagsBit) != 0) taken->flags += uses;
  if ((before & kNumberBit) != 0) taken->number += uses;
  return nullptr;
}

const char* CountAccess(uint8_t code, uint64_t uses, Taken* taken) {
  const int length = code >> 1 & 7;
  const int mode = code >> 4;
  if (length == kAccessLengthListed) {
    taken->access_length += uses;
  } else if (kAccessLengths[length] == 0) {
    return "an access length code of no meaning";
  }
  taken->data += uses * kAccessLengths[length];
  if (mode > kAddressBelow) return "an access address code of no meaning";
  if (mode == kAddressListed) taken->address += uses;
  return nullptr;
}

const char* CountCall(uint8_t code, uint64_t uses, Taken* taken) {
  const int kind = code & 15;
  if (kind == CALL_UNKNOWN || kind > CallKind_MAX) {
    return "a call kind of no meaning";
  }
  const int arity = CallArity(static_cast<CallKind>(kind));
  const int expected = code >> 4 & 3;
  if (expected >> arity != 0) {
    return "an argument that the call does not have";
  }
  taken->call_word += uses * (arity - __builtin_popcount(expected));
  if (code >> 6 == kReturnedListed) taken->call_word += uses;
  if (kind == KILL_GUEST) taken->message += uses;
  taken->calls += uses;
  return nullptr;
}

// What one shape after the other takes.
class ShapeCounter {
 public:
  explicit ShapeCounter(const Columns& columns)
      : columns_(columns), access_(columns.access()), call_(columns.call()) {}

  const char* Count(int shape, uint64_t uses, Taken* taken) {
    const char* wrong = CountMasks(columns_.before_changed(shape),
                                   columns_.after_changed(shape), uses, taken);
    const uint32_t accesses = columns_.access_count(shape);
    const uint32_t calls = columns_.call_count(shape);
    if (accesses > access_.size()) return "`access` has run out";
    if (calls > call_.size()) return "`call` has run out";
    for (const char code : access_.substr(0, accesses)) {
      if (wrong != nullptr) return wrong;
      wrong = CountAccess(static_cast<uint8_t>(code), uses, taken);
    }
    for (const char code : call_.substr(0, calls)) {
      if (wrong != nullptr) return wrong;
      wrong = CountCall(static_cast<uint8_t>(code), uses, taken);
    }
    access_.remove_prefix(accesses);
    call_.remove_prefix(calls);
    return wrong;
  }

  bool AtEnd() const { return access_.empty() && call_.empty(); }

 private:
  const Columns& columns_;
  absl::string_view access_;  // of the shapes to come
  absl::string_view call_;
};

const char* Compare(const Taken& taken, const Columns& columns) {
  struct Column {
    uint64_t taken;
    uint64_t size;
    const char* run_out;
  };
  const auto size = [](const auto& column) { return uint64_t(column.size()); };
  const Column all[] = {
      {taken.present, size(columns.present()), "`present` has run out"},
      {taken.gates, size(columns.gate_lo()), "`gate_lo` has run out"},
      {taken.gates, size(columns.gate_hi()), "`gate_hi` has run out"},
      {taken.flags, size(columns.flags()), "`flags` has run out"},
      {taken.number, size(columns.number()), "`number` has run out"},
      {taken.access_length, size(columns.access_length()),
       "`access_length` has run out"},
      {taken.address, size(columns.address()), "`address` has run out"},
      {taken.data, size(columns.data()), "`data` has run out"},
      {taken.call_word, size(columns.call_word()), "`call_word` has run out"},
      {taken.message, size(columns.message()), "`message` has run out"},
  };
  const char* wrong = nullptr;
  const auto compare = [&](const Column& column) {
    if (column.size < column.taken) wrong = column.run_out;
    if (column.size > column.taken) wrong = kLeftOver;
  };
  for (int i = 0; i < kWordCount; ++i) {
    compare({taken.before[i], size(GetColumn(columns.before(), i)),
             "a column of `before` has run out"});
    compare({taken.after[i], size(GetColumn(columns.after(), i)),
             "a column of `after` has run out"});
  }
  for (const Column& column : all) compare(column);
  return wrong;
}

}  // namespace

const char* CheckColumns(const Columns& columns, uint32_t traps) {
  const int shapes = columns.before_changed_size();
  if (columns.shape_size() != static_cast<int>(traps)) {
    return "not as many entries as traps";
  }
  if (columns.after_changed_size() != shapes ||
      columns.access_count_size() != shapes ||
      columns.call_count_size() != shapes) {
    return "not as many entries as shapes";
  }
  if (shapes > columns.shape_size()) return "more shapes than traps";
  std::vector<uint32_t> uses(shapes);
  for (const uint32_t shape : columns.shape()) {
    if (shape >= uses.size()) return "a shape that there is not";
    ++uses[shape];
  }
  Taken taken;
  ShapeCounter counter(columns);
  for (int shape = 0; shape < shapes; ++shape) {
    if (uses[shape] == 0) return "a shape of no trap";
    const char* wrong = counter.Count(shape, uses[shape], &taken);
    if (wrong != nullptr) return wrong;
  }
  if (!counter.AtEnd()) return kLeftOver;
  if (taken.calls > kMaxCalls) return "too many calls";
  taken.data = std::accumulate(columns.access_length().begin(),
                               columns.access_length().end(), taken.data);
  return Compare(taken, columns);
}

}  // namespace trapline::trace
