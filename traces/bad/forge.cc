// SPDX-License-Identifier: Apache-2.0

#include "traces/bad/forge.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "proto/between_section.h"
#include "proto/code_section.h"
#include "proto/columns_encoder.h"
#include "proto/frame.h"
#include "proto/reader.h"
#include "proto/section.h"

namespace trapline::bad {
namespace {

// Of zstd's format, RFC 8878.
constexpr absl::string_view kZstdMagic = "\x28\xB5\x2F\xFD";
constexpr char kSizeOf4Bytes = '\xA0';  // single segment
constexpr char kSizeOf8Bytes = '\xE0';  // single segment
constexpr uint32_t kRawBlock = 0;
constexpr uint32_t kRepeatedByte = 1;
constexpr size_t kZstdBlock = size_t{128} << 10;  // bytes at most

std::string BlockHead(size_t size, uint32_t type, bool last) {
  char head[4];
  trace::StoreLittle32(
      static_cast<uint32_t>(size << 3) | type << 1 | (last ? 1 : 0), head);
  return std::string(head, 3);
}

// Takes the next `traps` of the decoder's block, and the events before them.
absl::StatusOr<trace::Block> TakeBlock(int traps, trace::BlockDecoder* decoder,
                                       trace::Trap* trap, uint32_t* taken,
                                       size_t* event) {
  trace::ColumnsEncoder columns;
  trace::CodeEncoder code;
  trace::TimingEncoder timing;
  trace::BetweenEncoder between;
  const std::vector<trace::Event>& events = decoder->events();
  for (int i = 0; i < traps; ++i) {
    if (!decoder->Next(trap)) {
      return absl::InvalidArgumentError("the recording has too few traps");
    }
    for (; *event < events.size() && events[*event].traps() <= *taken;
         ++*event) {
      between.Add(events[*event], i, columns.words());
    }
    columns.Add(*trap);
    code.Add(*trap);
    timing.Add(*trap);
    ++*taken;
  }
  trace::Block block;
  block.set_traps(traps);
  block.set_events(between.events());
  block.set_lost(between.lost());
  block.set_first_trap(columns.first_trap());
  block.set_columns(Stored(Serialize(columns.columns())));
  block.set_code(Stored(Serialize(code.code())));
  block.set_timing(Stored(Serialize(timing.timing())));
  if (between.between().event_size() != 0) {
    block.set_between(Stored(Serialize(between.between())));
  }
  return block;
}

}  // namespace

std::string Serialize(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&out);
  out.Trim();
  return bytes;
}

std::string Stored(absl::string_view content) {
  std::string frame = absl::StrCat(kZstdMagic, std::string(1, kSizeOf4Bytes));
  char size[4];
  trace::StoreLittle32(static_cast<uint32_t>(content.size()), size);
  frame.append(size, sizeof size);
  do {
    const absl::string_view part = content.substr(0, kZstdBlock);
    content.remove_prefix(part.size());
    absl::StrAppend(&frame, BlockHead(part.size(), kRawBlock, content.empty()),
                    part);
  } while (!content.empty());
  return frame;
}

std::string Zeros(uint64_t claimed, int blocks) {
  std::string frame = absl::StrCat(kZstdMagic, std::string(1, kSizeOf8Bytes));
  char size[8];
  trace::StoreLittle64(claimed, size);
  frame.append(size, sizeof size);
  for (int i = 1; i <= blocks; ++i) {
    frame += BlockHead(kZstdBlock, kRepeatedByte, i == blocks);
    frame += '\0';
  }
  return frame;
}

absl::StatusOr<Recording> Slice(const std::string& path, int blocks,
                                int traps_per_block) {
  auto reader = trace::Reader::Open(path);
  if (!reader.ok()) return reader.status();
  const auto raw = (*reader)->Next();
  if (!raw.ok()) return raw.status();
  trace::BlockDecoder decoder;
  const absl::Status status = decoder.Start(**raw, trace::kEverything);
  if (!status.ok()) return status;

  Recording recording;
  recording.header = (*reader)->header();
  trace::Trap trap;
  uint32_t taken = 0;
  size_t event = 0;
  uint64_t seq = 0;
  for (int i = 0; i < blocks; ++i) {
    auto block = TakeBlock(traps_per_block, &decoder, &trap, &taken, &event);
    if (!block.ok()) return block.status();
    block->set_first_seq(seq);
    seq += block->traps() + block->events() + block->lost();
    recording.blocks.push_back(*std::move(block));
  }
  return recording;
}

std::vector<trace::TestFrame> Frames(const Recording& recording) {
  const std::string header = Serialize(recording.header);
  std::vector<trace::TestFrame> frames = {{trace::kHeaderFrame, 0, header}};
  trace::End end;
  end.set_digest(1);  // for JoinFrames to put right
  uint32_t ordinal = 1;
  for (const trace::Block& block : recording.blocks) {
    frames.push_back({trace::kBlockFrame, ordinal++,
                      trace::HeaderField(header) + Serialize(block)});
    end.set_blocks(end.blocks() + 1);
    end.set_traps(end.traps() + block.traps());
    end.set_events(end.events() + block.events());
    end.set_lost(end.lost() + block.lost());
  }
  frames.push_back({trace::kEndFrame, ordinal, Serialize(end)});
  return frames;
}

std::string Join(const Recording& recording) {
  return trace::JoinFrames(Frames(recording), kForgedVersion);
}

std::vector<size_t> Offsets(const std::vector<trace::TestFrame>& frames) {
  std::vector<size_t> offsets = {trace::kPrefixSize};
  for (const trace::TestFrame& frame : frames) {
    offsets.push_back(offsets.back() + trace::kHeadSize + frame.payload.size());
  }
  return offsets;
}

void EditColumns(Recording* recording,
                 const std::function<void(trace::Columns*)>& edit) {
  trace::Block& block = recording->blocks[0];
  trace::Columns columns;
  trace::SectionUnpacker unpacker;
  if (!unpacker.Unpack(block.columns(), &columns).ok()) return;
  edit(&columns);
  block.set_columns(Stored(Serialize(columns)));
}

}  // namespace trapline::bad
