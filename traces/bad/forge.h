// SPDX-License-Identifier: Apache-2.0

// A short recording taken apart, so that its pieces can be spoilt and put
// together again with checksums that are right.

#ifndef TRAPLINE_TRACES_BAD_FORGE_H_
#define TRAPLINE_TRACES_BAD_FORGE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "proto/testing_files.h"
#include "proto/trace.pb.h"

namespace trapline::bad {

// Of the recordings that are forged.
inline constexpr uint32_t kForgedVersion = 1;

struct BadTrace {
  std::string name;  // of the file, without ".trace"
  std::string bytes;
};

struct Recording {
  trace::Header header;
  std::vector<trace::Block> blocks;  // without their header
};

// The first traps of the trace `path`. Sections are stored rather than
// compressed, so that no version of zstd has a say in the bytes.
absl::StatusOr<Recording> Slice(const std::string& path, int blocks,
                                int traps_per_block);

// The frames of the recording, with the sums of its blocks in the End.
std::vector<trace::TestFrame> Frames(const Recording& recording);

// The trace of the recording.
std::string Join(const Recording& recording);

// Where each frame begins in the trace of `frames`, and where the last ends.
std::vector<size_t> Offsets(const std::vector<trace::TestFrame>& frames);

// Forges the columns of the first block.
void EditColumns(Recording* recording,
                 const std::function<void(trace::Columns*)>& edit);

std::string Serialize(const google::protobuf::Message& message);

// One zstd frame of `content`, not compressed.
std::string Stored(absl::string_view content);

// One zstd frame that claims `claimed` bytes and holds that many blocks of
// 128 KiB, all zero, in 4 bytes each.
std::string Zeros(uint64_t claimed, int blocks);

}  // namespace trapline::bad

#endif  // TRAPLINE_TRACES_BAD_FORGE_H_
