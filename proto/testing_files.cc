// SPDX-License-Identifier: Apache-2.0

#include "proto/testing_files.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace trapline::trace {

Header TestHeader() {
  Header header;
  header.set_format_version(kVersion);
  header.set_kernel("2.6.32.69");
  header.set_flavor("F6");
  header.set_address_ok(Header::ADDRESS_OK_OLD);
  header.set_switcher_addr(0xFFC00000);
  header.set_recorded_at(1234567890);
  (*header.mutable_notes())["mutant"] = "\"none\"";
  return header;
}

absl::Status WriteTrace(const std::string& path,
                        const std::vector<Record>& records,
                        const WriterOptions& options) {
  auto writer = Writer::Create(path, TestHeader(), options);
  if (!writer.ok()) return writer.status();
  for (const Record& record : records) {
    absl::Status status =
        std::visit([&](const auto& it) { return (*writer)->Add(it); }, record);
    if (!status.ok()) return status;
  }
  return (*writer)->Close();
}

absl::StatusOr<std::vector<std::string>> ReadBlock(const RawBlock& block) {
  BlockDecoder decoder;
  absl::Status status = decoder.Start(block, kEverything);
  if (!status.ok()) return status;
  std::vector<std::string> lines;
  size_t event = 0;
  const auto add_events = [&](uint32_t traps) {
    const std::vector<Event>& events = decoder.events();
    for (; event < events.size() && events[event].traps() <= traps; ++event) {
      lines.push_back(Describe(events[event]));
    }
  };
  Trap trap;
  uint32_t traps = 0;
  add_events(0);
  while (decoder.Next(&trap)) {
    lines.push_back(Describe(trap));
    add_events(++traps);
  }
  if (!decoder.status().ok()) return decoder.status();
  return lines;
}

absl::StatusOr<std::vector<RawBlock>> ReadBlocks(const std::string& path) {
  auto reader = Reader::Open(path);
  if (!reader.ok()) return reader.status();
  std::vector<RawBlock> blocks;
  for (;;) {
    auto block = (*reader)->Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) return blocks;
    blocks.push_back(**std::move(block));
  }
}

absl::StatusOr<std::vector<std::string>> ReadTrace(const std::string& path) {
  auto blocks = ReadBlocks(path);
  if (!blocks.ok()) return blocks.status();
  std::vector<std::string> lines;
  for (const RawBlock& block : *blocks) {
    auto more = ReadBlock(block);
    if (!more.ok()) return more.status();
    lines.insert(lines.end(), more->begin(), more->end());
  }
  return lines;
}

std::string ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteBytes(const std::string& path, absl::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string TestPath(absl::string_view name) {
  return absl::StrCat(::testing::TempDir(), "/", name);
}

std::vector<TestFrame> SplitFrames(absl::string_view bytes) {
  std::vector<TestFrame> frames;
  bytes.remove_prefix(kPrefixSize);
  while (!bytes.empty()) {
    const FrameHead head = *ParseHead(bytes);
    frames.push_back({static_cast<FrameKind>(head.kind), head.ordinal,
                      std::string(bytes.substr(kHeadSize, head.length))});
    bytes.remove_prefix(kHeadSize + head.length);
  }
  return frames;
}

std::string JoinFrames(std::vector<TestFrame> frames, uint32_t version) {
  std::string bytes = Prefix(version);
  Hash digest;
  for (TestFrame& frame : frames) {
    End end;
    if (frame.kind == kEndFrame && end.ParseFromString(frame.payload) &&
        end.digest() != 0) {
      end.set_digest(digest.Digest());
      frame.payload = end.SerializeAsString();
    }
    std::string sealed = std::string(kHeadSize, '\0') + frame.payload;
    const uint64_t checksum = SealFrame(frame.kind, frame.ordinal, &sealed);
    char little[8];
    StoreLittle64(checksum, little);
    digest.Update(absl::string_view(little, sizeof little));
    bytes += sealed;
  }
  return bytes;
}

std::string BlockPayload(Block block) {
  const std::string field = HeaderField(block.header().SerializeAsString());
  block.clear_header();
  return field + block.SerializeAsString();
}

}  // namespace trapline::trace
