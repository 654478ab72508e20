// SPDX-License-Identifier: Apache-2.0

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "proto/frame.h"
#include "traces/bad/corpus.h"

namespace trapline::bad {
namespace {

using trace::TestFrame;

// Frames of a recording of three blocks.
enum Place { kHeader, kBlock1, kBlock2, kBlock3, kEnd, kAfterEnd };

std::string FlipBit(std::string bytes, size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
  return bytes;
}

// The prefix of another version before the frames of this.
std::string WithVersion(std::string bytes, uint32_t version) {
  trace::StoreLittle32(version, &bytes[trace::kMagic.size()]);
  return bytes;
}

std::string WithFormatVersion(Recording recording, uint32_t version) {
  recording.header.set_format_version(version);
  return Join(recording);
}

// `from` put in the place `to`, its ordinal as it was.
std::string Replace(std::vector<TestFrame> frames, Place to, TestFrame from) {
  frames[to] = std::move(from);
  return trace::JoinFrames(std::move(frames), kForgedVersion);
}

std::string WithoutBlock2(std::vector<TestFrame> frames) {
  frames.erase(frames.begin() + kBlock2);
  return trace::JoinFrames(std::move(frames), kForgedVersion);
}

std::string Swapped(std::vector<TestFrame> frames, bool renumbered) {
  std::swap(frames[kBlock1], frames[kBlock3]);
  if (renumbered) std::swap(frames[kBlock1].ordinal, frames[kBlock3].ordinal);
  return trace::JoinFrames(std::move(frames), kForgedVersion);
}

std::string WithFieldOfNoName(std::vector<TestFrame> frames) {
  frames[kBlock2].payload += "\x7A\x01?";  // field 15, one byte
  return trace::JoinFrames(std::move(frames), kForgedVersion);
}

std::string WithEndOfOneTrapMore(std::vector<TestFrame> frames) {
  trace::End end;
  end.ParseFromString(frames[kEnd].payload);
  end.set_traps(end.traps() + 1);
  frames[kEnd].payload = Serialize(end);
  return trace::JoinFrames(std::move(frames), kForgedVersion);
}

std::string WithKernelNotUtf8(std::vector<TestFrame> frames) {
  trace::Header header;
  header.ParseFromString(frames[kHeader].payload);
  char* const kernel =
      &frames[kHeader].payload[frames[kHeader].payload.find(header.kernel())];
  *kernel = '\xFF';
  return trace::JoinFrames(std::move(frames), kForgedVersion);
}

std::string With4GiBClaimed(std::string bytes, size_t frame) {
  trace::StoreLittle32(0xFFFFFFFF, &bytes[frame + 8]);
  return bytes;
}

}  // namespace

std::vector<BadTrace> ContainerFaults(const Sources& sources) {
  const Recording& recording = sources.recording;
  const std::vector<TestFrame> frames = Frames(recording);
  const std::string whole = trace::JoinFrames(frames, kForgedVersion);
  const std::vector<size_t> at = Offsets(frames);
  TestFrame header = frames[kHeader];
  header.ordinal = kBlock2;
  return {
      {"empty", ""},
      {"text", "A recording of lguest is not made of words.\n"},
      {"json-lines-capture", "{\"lguest_capture\":1,\"kernel\":\"3.12.9\"}\n"},
      {"zstd-compressed", Stored(whole)},
      {"transferred-as-text", absl::StrReplaceAll(whole, {{"\r\n", "\n"}})},
      {"cut-in-prefix", whole.substr(0, 10)},
      {"version-0", WithVersion(whole, 0)},
      {"version-3", WithVersion(WithFormatVersion(recording, 3), 3)},
      {"messages-of-version-2",
       WithFormatVersion(recording, kForgedVersion + 1)},
      {"header-damaged", FlipBit(whole, at[kHeader] + 40)},
      {"header-not-utf-8", WithKernelNotUtf8(frames)},
      {"header-twice", Replace(frames, kBlock2, header)},
      {"cut-in-header", whole.substr(0, at[kHeader] + 60)},
      {"cut-in-frame-head", whole.substr(0, at[kBlock2] + 10)},
      {"cut-in-block", whole.substr(0, (at[kBlock2] + at[kBlock3]) / 2)},
      {"cut-before-end", whole.substr(0, at[kEnd])},
      {"block-damaged", FlipBit(whole, (at[kBlock2] + at[kBlock3]) / 2)},
      {"block-missing", WithoutBlock2(frames)},
      {"blocks-swapped", Swapped(frames, false)},
      {"blocks-swapped-and-renumbered", Swapped(frames, true)},
      {"block-of-another-recording",
       Replace(frames, kBlock2, Frames(sources.other)[kBlock2])},
      {"block-with-an-unknown-field", WithFieldOfNoName(frames)},
      {"block-claims-4-gib", With4GiBClaimed(whole, at[kBlock2])},
      {"bytes-between-blocks",
       absl::StrCat(whole.substr(0, at[kBlock2]), "what is this?",
                    whole.substr(at[kBlock2]))},
      {"end-counts-wrong", WithEndOfOneTrapMore(frames)},
      {"bytes-after-end", absl::StrCat(whole, "what is this?")},
  };
}

}  // namespace trapline::bad
