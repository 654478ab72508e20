// SPDX-License-Identifier: Apache-2.0

// The section Between of a block: what happened between its traps.

#ifndef TRAPLINE_PROTO_BETWEEN_SECTION_H_
#define TRAPLINE_PROTO_BETWEEN_SECTION_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "proto/trace.pb.h"
#include "proto/words.h"

namespace trapline::trace {

// InvalidArgumentError for an event that the format cannot hold.
absl::Status ValidateEvent(const Event& event);

class BetweenEncoder {
 public:
  // `traps` is how many the block has so far, `words` what the last one left.
  // `event` must be valid.
  void Add(const Event& event, uint32_t traps, const WordArray& words);
  void Reset();

  const Between& between() const { return between_; }
  uint32_t events() const { return events_; }  // Loss not counted
  uint64_t lost() const { return lost_; }

 private:
  Between between_;
  uint32_t traps_ = 0;
  uint32_t events_ = 0;
  uint64_t lost_ = 0;
};

// The events of `between` as a reader gives them: see BlockDecoder::events.
// DataLossError where it contradicts itself or the counts of `block`. Of
// `columns` CheckColumns has found nothing wrong.
absl::Status DecodeBetween(const Block& block, const Columns& columns,
                           Between* between, std::vector<Event>* events);

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_BETWEEN_SECTION_H_
