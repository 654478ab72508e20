// SPDX-License-Identifier: Apache-2.0

// What the encoder and the decoder of the message Columns share.

#ifndef TRAPLINE_PROTO_COLUMNS_H_
#define TRAPLINE_PROTO_COLUMNS_H_

#include <cstdint>

#include "google/protobuf/repeated_field.h"
#include "proto/trace.pb.h"
#include "proto/words.h"

namespace trapline::trace {

using WordColumn = google::protobuf::RepeatedField<uint32_t>;

// The column of word `index`.
const WordColumn& GetColumn(const Words& words, int index);
WordColumn* MutableColumn(Words* words, int index);

inline constexpr int kTrapnum = Words::kTrapnumFieldNumber - 1;
inline constexpr int kErrcode = Words::kErrcodeFieldNumber - 1;
inline constexpr int kEip = Words::kEipFieldNumber - 1;
inline constexpr int kLastPagefault = Words::kLastPagefaultFieldNumber - 1;

// Bits of before_changed and, the words alone, after_changed.
inline constexpr uint64_t kWordBits = (uint64_t{1} << kWordCount) - 1;
inline constexpr uint64_t kNumberBit = uint64_t{1} << 60;
inline constexpr uint64_t kFlagsBit = uint64_t{1} << 61;
inline constexpr uint64_t kGateBit = uint64_t{1} << 62;
inline constexpr uint64_t kPresentBit = uint64_t{1} << 63;
inline constexpr uint64_t kEntryBits =
    kWordBits | kNumberBit | kFlagsBit | kGateBit | kPresentBit;

inline constexpr uint32_t kKnownFlags = TRAP_FLAG_NOT_RETURNED;

// Only these vectors have a gate.
inline constexpr uint32_t kGates = 256;

// A byte of `access`: write, length code << 1, address mode << 4.
inline constexpr uint8_t kAccessLengths[8] = {1, 2, 3, 4, 7, 8, 0, 0};
inline constexpr int kAccessLengthListed = 7;
enum AddressMode { kAddressListed = 0, kAddressSame = 1, kAddressBelow = 2 };

// A byte of `call`: kind, expected arguments << 4, outcome << 6.
enum CallOutcome {
  kReturnedZero = 0,
  kReturnedOne = 1,
  kReturnedNothing = 2,
  kReturnedListed = 3
};

// The argument that a call of `kind` is expected to have; those beyond
// CallArity(kind) have no meaning.
inline uint32_t ExpectedArg(CallKind kind, int arg, const WordArray& entry) {
  if (kind == DELIVER_TRAP) return entry[kTrapnum];
  return arg == 0 ? entry[kLastPagefault] : entry[kErrcode];
}

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_COLUMNS_H_
