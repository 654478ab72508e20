// SPDX-License-Identifier: Apache-2.0

// Traces in files, for tests: written, read as text, taken apart.

#ifndef TRAPLINE_PROTO_TESTING_FILES_H_
#define TRAPLINE_PROTO_TESTING_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/frame.h"
#include "proto/reader.h"
#include "proto/testing_records.h"
#include "proto/writer.h"

namespace trapline::trace {

Header TestHeader();

absl::Status WriteTrace(const std::string& path,
                        const std::vector<Record>& records,
                        const WriterOptions& options = {});

// A line for each record of the block, in order.
absl::StatusOr<std::vector<std::string>> ReadBlock(const RawBlock& block);

// A line for each record of the trace, in order.
absl::StatusOr<std::vector<std::string>> ReadTrace(const std::string& path);

absl::StatusOr<std::vector<RawBlock>> ReadBlocks(const std::string& path);

std::string ReadBytes(const std::string& path);
void WriteBytes(const std::string& path, absl::string_view bytes);

// A path for a file of this test.
std::string TestPath(absl::string_view name);

// A frame, its checksum verified by no one.
struct TestFrame {
  FrameKind kind;
  uint32_t ordinal;
  std::string payload;
};

std::vector<TestFrame> SplitFrames(absl::string_view bytes);

// A trace of `version` of these frames, its checksums right, and the digest of
// an End too unless it is 0.
std::string JoinFrames(std::vector<TestFrame> frames,
                       uint32_t version = kVersion);

// As a writer serializes it: the header first.
std::string BlockPayload(Block block);

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_TESTING_FILES_H_
