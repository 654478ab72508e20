// SPDX-License-Identifier: Apache-2.0

#include "replayer/benchmark/repeat_trace.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/reader.h"

namespace trapline::benchmark {
namespace {

// The traps of one block.
absl::Status AddBlock(const trace::RawBlock& block, uint64_t traps,
                      uint64_t* added, trace::Writer* writer) {
  trace::BlockDecoder decoder;
  absl::Status status = decoder.Start(block, trace::kCode | trace::kTiming);
  if (!status.ok()) return status;
  trace::Trap trap;
  while (*added < traps && decoder.Next(&trap)) {
    trace::Trap copy = trap;  // a decoder's trap may not be changed
    copy.number = (*added)++;
    status = writer->Add(copy);
    if (!status.ok()) return status;
  }
  return decoder.status();
}

}  // namespace

absl::Status RepeatTrace(const std::string& trace, uint64_t traps,
                         const std::string& path,
                         const trace::WriterOptions& options) {
  absl::StatusOr<std::unique_ptr<trace::Reader>> reader =
      trace::Reader::Open(trace);
  if (!reader.ok()) return reader.status();
  std::vector<trace::RawBlock> blocks;
  while (true) {
    absl::StatusOr<std::optional<trace::RawBlock>> block = (*reader)->Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) break;
    blocks.push_back(**std::move(block));
  }
  absl::StatusOr<std::unique_ptr<trace::Writer>> writer =
      trace::Writer::Create(path, (*reader)->header(), options);
  if (!writer.ok()) return writer.status();
  for (uint64_t added = 0; added < traps;) {
    for (const trace::RawBlock& block : blocks) {
      absl::Status status = AddBlock(block, traps, &added, writer->get());
      if (!status.ok()) return status;
    }
  }
  return (*writer)->Close();
}

}  // namespace trapline::benchmark
