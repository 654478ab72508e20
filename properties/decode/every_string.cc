// SPDX-License-Identifier: Apache-2.0

#include "properties/decode/every_string.h"

#include <algorithm>
#include <array>
#include <optional>

namespace trapline::properties {
namespace {

constexpr size_t kMaxInsn = 15;  // SDM volume 2, section 2.3.11

class Walker {
 public:
  Walker(size_t size, Reader handler, Reader architecture,
         absl::FunctionRef<void(const AlikeStrings&)> visit)
      : size_(size),
        handler_(handler),
        architecture_(architecture),
        visit_(visit) {
    bytes_.fill(kFiller);
  }

  // All strings that go on from the first `length` bytes, which told what is
  // here of the sides.
  void GoOn(size_t length, const std::optional<Reading>& handler,
            const std::optional<Reading>& architecture) {
    for (int byte = 0; byte < 256; ++byte) {
      bytes_[length] = static_cast<uint8_t>(byte);
      Visit(length + 1, handler ? handler : Read(handler_, length + 1),
            architecture ? architecture : Read(architecture_, length + 1));
    }
    bytes_[length] = kFiller;
  }

 private:
  std::optional<Reading> Read(Reader reader, size_t length) const {
    if (length < size_) return reader(Bytes(bytes_.data(), length));
    return reader(bytes_).value_or(Reading());
  }

  void Visit(size_t length, const std::optional<Reading>& handler,
             const std::optional<Reading>& architecture) {
    if (!handler || !architecture) {
      GoOn(length, handler, architecture);
      return;
    }
    visit_({Bytes(bytes_.data(), length), uint64_t{1} << (8 * (size_ - length)),
            *handler, *architecture});
  }

  const size_t size_;
  const Reader handler_;
  const Reader architecture_;
  const absl::FunctionRef<void(const AlikeStrings&)> visit_;
  std::array<uint8_t, kMaxInsn> bytes_;
};

}  // namespace

void ForEachString(size_t size, Reader handler, Reader architecture,
                   absl::FunctionRef<void(const AlikeStrings&)> visit) {
  Walker(size, handler, architecture, visit).GoOn(0, {}, {});
}

Reading ReadWhole(Reader reader, Bytes string) {
  std::array<uint8_t, kMaxInsn> bytes;
  bytes.fill(kFiller);
  std::copy(string.begin(), string.end(), bytes.begin());
  return reader(bytes).value_or(Reading());
}

}  // namespace trapline::properties
