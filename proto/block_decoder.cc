// SPDX-License-Identifier: Apache-2.0

#include "absl/strings/str_cat.h"
#include "proto/between_section.h"
#include "proto/code_section.h"
#include "proto/columns_decoder.h"
#include "proto/frame.h"
#include "proto/reader.h"
#include "proto/section.h"

namespace trapline::trace {

struct BlockDecoder::Impl {
  absl::Status Start(const Block& block);
  bool Finish();
  bool Fail(absl::string_view section, absl::string_view what);
  void CountRecords(Trap* trap);

  SectionUnpacker unpacker;
  Columns columns;
  Code code;
  Timing timing;
  ColumnsDecoder columns_decoder;
  CodeDecoder code_decoder;
  TimingDecoder timing_decoder;
  std::vector<Event> events;

  int sections = 0;
  uint64_t ordinal = 0;  // of the block
  uint64_t offset = 0;
  size_t next_event = 0;
  uint64_t next_seq = 0;
  absl::Status status;
};

BlockDecoder::BlockDecoder() : impl_(std::make_unique<Impl>()) {}
BlockDecoder::~BlockDecoder() = default;

const std::vector<Event>& BlockDecoder::events() const { return impl_->events; }
const absl::Status& BlockDecoder::status() const { return impl_->status; }

bool BlockDecoder::Impl::Fail(absl::string_view section,
                              absl::string_view what) {
  status = absl::DataLossError(
      absl::StrCat("block ", ordinal, " at offset ", offset, ", trap ",
                   columns_decoder.index(), " of it: ", section, ": ", what));
  return false;
}

absl::Status BlockDecoder::Impl::Start(const Block& block) {
  if (block.traps() > kMaxTraps) return absl::DataLossError("too many traps");
  absl::Status parsed = unpacker.Unpack(block.columns(), &columns);
  if (!parsed.ok()) return parsed;
  if (!columns_decoder.Start(columns, block.traps(), block.first_trap())) {
    return absl::DataLossError(
        absl::StrCat("Columns: ", columns_decoder.error()));
  }
  if ((sections & kCode) != 0) {
    parsed = unpacker.Unpack(block.code(), &code);
    if (!parsed.ok()) return parsed;
    if (const char* wrong = code_decoder.Start(code, block.traps())) {
      return absl::DataLossError(absl::StrCat("Code: ", wrong));
    }
  }
  if ((sections & kTiming) != 0) {
    parsed = unpacker.Unpack(block.timing(), &timing);
    if (!parsed.ok()) return parsed;
    if (const char* wrong = timing_decoder.Start(timing, block.traps())) {
      return absl::DataLossError(absl::StrCat("Timing: ", wrong));
    }
  }
  if ((sections & kBetween) != 0) {
    Between between;
    parsed = unpacker.Unpack(block.between(), &between,
                             block.header().format_version());
    if (!parsed.ok()) return parsed;
    parsed = DecodeBetween(block, columns, &between, &events);
    if (!parsed.ok()) {
      return absl::DataLossError(absl::StrCat("Between: ", parsed.message()));
    }
  }
  return absl::OkStatus();
}

absl::Status BlockDecoder::Start(const RawBlock& block, int sections) {
  Impl& impl = *impl_;
  impl.sections = sections;
  impl.ordinal = block.ordinal;
  impl.offset = block.offset;
  impl.events.clear();
  impl.next_event = 0;
  impl.next_seq = block.block.first_seq();
  impl.status = impl.Start(block.block);
  if (!impl.status.ok()) {
    impl.status = absl::DataLossError(
        absl::StrCat("block ", impl.ordinal, " at offset ", impl.offset, ": ",
                     impl.status.message()));
  }
  return impl.status;
}

void BlockDecoder::Impl::CountRecords(Trap* trap) {
  const uint32_t traps_before = columns_decoder.index() - 1;
  while (next_event < events.size() &&
         events[next_event].traps() <= traps_before) {
    const Event& event = events[next_event++];
    next_seq += event.has_loss() ? event.loss().records() : 1;
  }
  trap->seq = next_seq++;
}

bool BlockDecoder::Impl::Finish() {
  if (columns_decoder.error() != nullptr) {
    return Fail("Columns", columns_decoder.error());
  }
  if ((sections & kCode) != 0) {
    if (const char* wrong = code_decoder.Finish()) return Fail("Code", wrong);
  }
  return false;
}

bool BlockDecoder::Next(Trap* trap) {
  Impl& impl = *impl_;
  if (!impl.status.ok()) return false;
  if (!impl.columns_decoder.Next(trap)) return impl.Finish();
  if (impl.sections == kReplayColumns) return true;
  if ((impl.sections & kCode) != 0) {
    if (const char* wrong = impl.code_decoder.Next(trap)) {
      return impl.Fail("Code", wrong);
    }
  }
  if ((impl.sections & kTiming) != 0) impl.timing_decoder.Next(trap);
  if ((impl.sections & kBetween) != 0) impl.CountRecords(trap);
  return true;
}

}  // namespace trapline::trace
