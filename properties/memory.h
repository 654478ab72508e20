// SPDX-License-Identifier: Apache-2.0

// What is known of one guest's memory: bytes by guest-physical address, few and
// far between. Looked at and filled many times for every trap.

#ifndef TRAPLINE_PROPERTIES_MEMORY_H_
#define TRAPLINE_PROPERTIES_MEMORY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace trapline::properties {

class Memory {
 public:
  Memory() = default;
  Memory(std::initializer_list<std::pair<uint32_t, uint8_t>> bytes);

  bool contains(uint32_t pa) const;
  // Zero where nothing is known.
  uint8_t at(uint32_t pa) const;
  // Four bytes, little endian.
  struct Word {
    uint32_t value;
    bool is_known;  // all of it; what is not is zero
  };
  Word word_at(uint32_t pa) const;

  // Known from now on.
  uint8_t& operator[](uint32_t pa);
  void put(uint32_t pa, absl::Span<const uint8_t> bytes);
  void put_word(uint32_t pa, uint32_t word);

  void erase(uint32_t pa);
  // Keeps its buffers.
  void clear();

  // Of all bytes that are known, ascending.
  std::vector<uint32_t> addresses() const;

 private:
  // Sixteen bytes that stand together.
  struct Line {
    uint32_t number;     // its address / 16
    uint32_t known = 0;  // a bit for each byte
    std::array<uint8_t, 16> bytes = {};
  };

  const Line* Find(uint32_t number) const;
  Line& Get(uint32_t number);
  void Index(size_t line);

  std::vector<Line> lines_;
  // Each line's place in lines_, counted from 1: at the hash of its number, or
  // behind. A power of two, and at most half full.
  std::vector<uint32_t> index_;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_MEMORY_H_
