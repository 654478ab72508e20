// SPDX-License-Identifier: Apache-2.0

#include "recorder/convert/convert.h"

#include <map>
#include <memory>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "proto/file.h"
#include "recorder/convert/merge.h"
#include "recorder/convert/record_parser.h"

namespace trapline::convert {
namespace {

constexpr size_t kMaxGuests = 65536;

class Converter {
 public:
  Converter(Merge merge, std::unique_ptr<trace::Writer> writer)
      : merge_(std::move(merge)), writer_(std::move(writer)) {}

  absl::Status Run() {
    for (;;) {
      const auto record = merge_.Next();
      if (!record.ok()) return record.status();
      if (!record->has_value()) break;
      absl::Status status = Add(**record);
      if (!status.ok()) {
        return absl::IsDataLoss(status) || absl::IsInvalidArgument(status)
                   ? merge_.file().Wrong(status.message())
                   : status;
      }
    }
    absl::Status status = AddTail();
    if (!status.ok()) return status;
    counts_.account = merge_.account();
    return writer_->Close();
  }

  const ConvertCounts& counts() const { return counts_; }

 private:
  absl::Status Add(const RawRecord& record) {
    absl::Status status = AddLoss(record.head.seq - next_seq_);
    if (!status.ok()) return status;
    next_seq_ = record.head.seq + 1;
    ++counts_.records;
    const auto parsed = parser_.Parse(record);
    if (!parsed.ok()) return parsed.status();
    if (const auto* trap = std::get_if<const trace::Trap*>(&*parsed)) {
      return AddTrap(**trap, {record.head.guest, record.head.vcpu});
    }
    if (const auto* event = std::get_if<trace::Event>(&*parsed)) {
      if (event->has_loss()) return AddLoss(event->loss().records());
      ++counts_.events;
      return writer_->Add(*event);
    }
    return absl::OkStatus();
  }

  // The module counts the traps of each guest, lost ones too; a trace counts
  // those of all guests.
  absl::Status AddTrap(trace::Trap trap, std::pair<uint32_t, uint16_t> guest) {
    uint64_t& last = guests_[guest];
    if (guests_.size() > kMaxGuests) {
      return absl::DataLossError(
          absl::StrCat("is of a guest beyond ", kMaxGuests));
    }
    if (trap.number <= last) {
      return absl::DataLossError(
          absl::StrCat("is trap ", trap.number, " of its guest after ", last));
    }
    number_ += trap.number - last;
    last = trap.number;
    trap.number = number_;
    ++counts_.traps;
    return writer_->Add(trap);
  }

  absl::Status AddLoss(uint64_t records) {
    if (records == 0) return absl::OkStatus();
    counts_.lost += records;
    ++counts_.gaps;
    trace::Event event;
    event.mutable_loss()->set_records(records);
    return writer_->Add(event);
  }

  // What is missing after the last record.
  absl::Status AddTail() {
    const std::optional<RawLast> last = merge_.last();
    // How many is not known, but a trace must not pass for one of no losses.
    if (!last) return AddLoss(1);
    if (last->totals.seq > next_seq_) {
      absl::Status status = AddLoss(last->totals.seq - next_seq_);
      if (!status.ok()) return status;
    }
    // Losses have numbers of their own; those that should have none are told
    // all the same.
    const trapline_status& status = last->status;
    const uint64_t told = status.lost_no_room + status.lost_missed +
                          status.lost_too_large + status.lost_no_slot +
                          status.lost_unreadable;
    return AddLoss(told > counts_.lost ? told - counts_.lost : 0);
  }

  Merge merge_;
  const std::unique_ptr<trace::Writer> writer_;
  RecordParser parser_;
  // Number of the last trap of each virtual CPU of each guest.
  std::map<std::pair<uint32_t, uint16_t>, uint64_t> guests_;
  uint64_t number_ = 0;  // of the last trap
  uint64_t next_seq_ = 1;
  ConvertCounts counts_;
};

}  // namespace

absl::StatusOr<ConvertCounts> Convert(const std::vector<std::string>& paths,
                                      const std::string& trace_path,
                                      const ConvertOptions& options) {
  auto merge = Merge::Open(paths, options.recover);
  if (!merge.ok()) return merge.status();
  auto header = ParseHeaderRecord(merge->header());
  if (!header.ok()) {
    return absl::DataLossError(
        absl::StrCat(paths[0], ": ", header.status().message()));
  }
  header->set_workload(options.workload);
  auto writer = trace::Writer::Create(trace_path, *header, options.writer);
  if (!writer.ok()) return writer.status();
  absl::Status status;
  {
    Converter converter(*std::move(merge), *std::move(writer));
    status = converter.Run();
    if (status.ok()) return converter.counts();
  }
  trace::RemoveFile(absl::StrCat(trace_path, ".part"));
  // Of a record it was told where; what is left is the totals.
  if (absl::IsInvalidArgument(status)) {
    return absl::DataLossError(absl::StrCat(
        paths[0], ": the totals at the end of the recording claim ",
        status.message()));
  }
  return status;
}

absl::StatusOr<RawCounts> CheckRaw(const std::string& path) {
  auto file = RawFile::Open(path, false);
  if (!file.ok()) return file.status();
  const auto header = ParseHeaderRecord((*file)->header());
  if (!header.ok()) {
    return absl::DataLossError(
        absl::StrCat(path, ": ", header.status().message()));
  }
  RawCounts counts;
  counts.cpu = (*file)->cpu();
  RecordParser parser;
  for (;;) {
    const auto record = (*file)->Next();
    if (!record.ok()) return record.status();
    if (!record->has_value()) return counts;
    const auto parsed = parser.Parse(**record);
    if (!parsed.ok()) return (*file)->Wrong(parsed.status().message());
    if (counts.records++ == 0) counts.first = (*record)->head.seq;
    counts.last = (*record)->head.seq;
    counts.traps += (*record)->head.kind == TRAPLINE_TRAP;
  }
}

}  // namespace trapline::convert
