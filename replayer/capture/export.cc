// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/export.h"

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "proto/reader.h"
#include "proto/trap.h"
#include "replayer/capture/event_line.h"
#include "replayer/capture/header_line.h"
#include "replayer/capture/trap_printer.h"

namespace trapline::capture {
namespace {

class Exporter {
 public:
  Exporter(std::ostream& out, uint64_t begin, uint64_t end)
      : out_(out), begin_(begin), end_(end) {}

  absl::Status Write(const std::string& text) {
    if (out_.write(text.data(), static_cast<std::streamsize>(text.size()))) {
      return absl::OkStatus();
    }
    return absl::UnknownError("The export could not be written.");
  }

  absl::Status Write(const trace::RawBlock& block) {
    if (block.block.traps() > 0) next_ = block.block.first_trap();
    if (!IsBelowEnd(next_)) return absl::OkStatus();
    absl::Status status = decoder_.Start(block, trace::kEverything);
    if (!status.ok()) return status;
    size_t event = 0;
    for (uint32_t i = 0;; ++i) {
      const bool more = decoder_.Next(&trap_);
      if (!decoder_.status().ok()) return decoder_.status();
      for (; event < decoder_.events().size(); ++event) {
        if (more && decoder_.events()[event].traps() > i) break;
        if (status = WriteEvent(decoder_.events()[event]); !status.ok()) {
          return status;
        }
      }
      if (!more) return absl::OkStatus();
      if (status = WriteTrap(); !status.ok()) return status;
    }
  }

 private:
  bool IsBelowEnd(uint64_t number) const {
    return number < end_ || end_ == UINT64_MAX;
  }

  bool Covers(uint64_t number) const {
    return begin_ <= number && IsBelowEnd(number);
  }

  absl::Status WriteEvent(const trace::Event& event) {
    if (!Covers(next_)) return absl::OkStatus();
    text_.clear();
    absl::Status status = AppendEventLine(event, &text_);
    return status.ok() ? Write(text_) : status;
  }

  absl::Status WriteTrap() {
    next_ = trap_.number + 1;
    if (!Covers(trap_.number)) return absl::OkStatus();
    text_.clear();
    AppendTrapLine(trap_, &text_);
    return Write(text_);
  }

  std::ostream& out_;
  const uint64_t begin_;
  const uint64_t end_;
  uint64_t next_ = 0;  // number of the trap to come
  trace::BlockDecoder decoder_;
  trace::Trap trap_;
  std::string text_;
};

}  // namespace

absl::Status Export(const std::string& trace, std::ostream& out, uint64_t begin,
                    uint64_t end) {
  auto reader = trace::Reader::Open(trace);
  if (!reader.ok()) return reader.status();
  Exporter exporter(out, begin, end);
  absl::Status status = exporter.Write(HeaderLine((*reader)->header()));
  while (status.ok()) {
    const absl::StatusOr<std::optional<trace::RawBlock>> block =
        (*reader)->Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) break;
    status = exporter.Write(**block);
    if (absl::IsDataLoss(status)) {
      return absl::DataLossError(absl::StrCat(trace, ": ", status.message()));
    }
  }
  return status;
}

}  // namespace trapline::capture
