// SPDX-License-Identifier: Apache-2.0

#include "proto/fuzz/seal_frames.h"

#include <algorithm>
#include <cstdint>

#include "proto/frame.h"

namespace trapline::trace {
namespace {

uint32_t LoadLittle(absl::string_view bytes, size_t at) {
  uint32_t word = 0;
  for (size_t i = 0; i < 4; ++i) {
    word |= uint32_t{static_cast<uint8_t>(bytes[at + i])} << (8 * i);
  }
  return word;
}

}  // namespace

std::string SealFrames(absl::string_view file) {
  std::string sealed(file.substr(0, kPrefixSize));
  for (size_t at = kPrefixSize; at + kHeadSize <= file.size();) {
    const uint32_t kind = LoadLittle(file, at + 4);
    const size_t left = file.size() - at - kHeadSize;
    const size_t length = std::min<size_t>(LoadLittle(file, at + 8), left);
    std::string frame(file.substr(at, kHeadSize + length));
    SealFrame(static_cast<FrameKind>(kind), LoadLittle(file, at + 12), &frame);
    sealed += frame;
    at += kHeadSize + length;
  }
  return sealed;
}

}  // namespace trapline::trace
