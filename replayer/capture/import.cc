// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/import.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/file.h"
#include "proto/trap.h"
#include "replayer/capture/event_line.h"
#include "replayer/capture/header_line.h"
#include "replayer/capture/json_lines.h"
#include "replayer/capture/line_reader.h"
#include "replayer/capture/trap_parser.h"

namespace trapline::capture {
namespace {

class Importer {
 public:
  Importer(std::unique_ptr<LineReader> lines, std::string trace_path,
           const trace::WriterOptions& options)
      : lines_(std::move(lines)),
        trace_path_(std::move(trace_path)),
        options_(options) {}

  // DataLossError without file and line.
  absl::Status Run() {
    for (;;) {
      ++counts_.lines;
      const absl::StatusOr<std::optional<absl::string_view>> line =
          lines_->Next();
      if (!line.ok()) return line.status();
      if (!line->has_value()) break;
      const absl::StatusOr<Json> value = ParseLine(**line);
      if (!value.ok()) return value.status();
      absl::Status status = writer_ == nullptr ? Start(*value) : Add(*value);
      if (!status.ok()) return status;
    }
    if (writer_ == nullptr) {
      return absl::DataLossError("is empty, expected the header of a capture");
    }
    --counts_.lines;
    return writer_->Close();
  }

  // After a Run that failed.
  void RemovePart() {
    if (writer_ == nullptr) return;
    writer_.reset();
    trace::RemoveFile(absl::StrCat(trace_path_, ".part"));
  }

  const ImportCounts& counts() const { return counts_; }

 private:
  absl::Status Start(const Json& line) {
    const absl::StatusOr<trace::Header> header = ParseHeader(line);
    if (!header.ok()) return header.status();
    auto writer = trace::Writer::Create(trace_path_, *header, options_);
    if (!writer.ok()) return writer.status();
    writer_ = *std::move(writer);
    return absl::OkStatus();
  }

  absl::Status Add(const Json& line) {
    if (Find(line, "trap") != nullptr) return AddTrap(line);
    const absl::StatusOr<trace::Event> event = ParseEvent(line);
    if (!event.ok()) return event.status();
    return AddEvent(*event);
  }

  absl::Status AddEvent(const trace::Event& event) {
    ++counts_.events;
    lost_ += event.loss().records();
    return AsDataLoss(writer_->Add(event));
  }

  absl::Status AddTrap(const Json& line) {
    absl::Status status = parser_.Parse(line, &trap_);
    if (!status.ok()) return status;
    if (counts_.traps > 0) status = AddMissing();
    if (!status.ok()) return status;
    ++counts_.traps;
    last_number_ = trap_.number;
    lost_ = 0;
    return AsDataLoss(writer_->Add(trap_));
  }

  // The Loss before `trap_`, unless lines of the capture told of it.
  absl::Status AddMissing() {
    if (trap_.number <= last_number_) {
      return absl::DataLossError(
          absl::StrCat("trap is ", trap_.number, " after ", last_number_,
                       ", expected numbers that rise by one"));
    }
    const uint64_t missing = trap_.number - last_number_ - 1;
    if (missing <= lost_) return absl::OkStatus();
    trace::Event event;
    event.mutable_loss()->set_records(missing - lost_);
    return AddEvent(event);
  }

  // What a trace cannot hold is wrong with the capture here.
  static absl::Status AsDataLoss(const absl::Status& status) {
    return absl::IsInvalidArgument(status)
               ? absl::DataLossError(status.message())
               : status;
  }

  const std::unique_ptr<LineReader> lines_;
  const std::string trace_path_;
  const trace::WriterOptions options_;
  std::unique_ptr<trace::Writer> writer_;
  TrapParser parser_;
  trace::Trap trap_;
  uint64_t last_number_ = 0;
  uint64_t lost_ = 0;  // since the last trap
  ImportCounts counts_;
};

}  // namespace

absl::StatusOr<ImportCounts> Import(const std::string& capture,
                                    const std::string& trace_path,
                                    const trace::WriterOptions& options) {
  auto lines = LineReader::Open(capture);
  if (!lines.ok()) return lines.status();
  Importer importer(*std::move(lines), trace_path, options);
  const absl::Status status = importer.Run();
  if (status.ok()) return importer.counts();
  importer.RemovePart();
  if (!absl::IsDataLoss(status)) return status;
  return absl::DataLossError(absl::StrCat(capture, ":", importer.counts().lines,
                                          ": ", status.message()));
}

}  // namespace trapline::capture
