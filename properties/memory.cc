// SPDX-License-Identifier: Apache-2.0

#include "properties/memory.h"

#include <algorithm>

namespace trapline::properties {
namespace {

constexpr uint32_t kLine = 16;  // bytes
constexpr size_t kFewLines = 32;

uint32_t HashOf(uint32_t number) { return (number * 0x9E3779B1) >> 16; }

}  // namespace

Memory::Memory(std::initializer_list<std::pair<uint32_t, uint8_t>> bytes) {
  for (const auto& [pa, byte] : bytes) (*this)[pa] = byte;
}

const Memory::Line* Memory::Find(uint32_t number) const {
  if (index_.empty()) return nullptr;
  const size_t mask = index_.size() - 1;
  for (size_t i = HashOf(number) & mask; index_[i] != 0; i = (i + 1) & mask) {
    const Line& line = lines_[index_[i] - 1];
    if (line.number == number) return &line;
  }
  return nullptr;
}

Memory::Line& Memory::Get(uint32_t number) {
  if (const Line* line = Find(number)) return const_cast<Line&>(*line);
  if (index_.empty()) lines_.reserve(kFewLines);
  lines_.push_back({number});
  if (2 * lines_.size() <= index_.size()) {
    Index(lines_.size() - 1);
  } else {
    index_.assign(std::max(2 * kFewLines, 2 * index_.size()), 0);
    for (size_t i = 0; i < lines_.size(); ++i) Index(i);
  }
  return lines_.back();
}

void Memory::Index(size_t line) {
  const size_t mask = index_.size() - 1;
  size_t i = HashOf(lines_[line].number) & mask;
  while (index_[i] != 0) i = (i + 1) & mask;
  index_[i] = static_cast<uint32_t>(line + 1);
}

bool Memory::contains(uint32_t pa) const {
  const Line* const line = Find(pa / kLine);
  return line != nullptr && (line->known >> (pa % kLine) & 1) != 0;
}

uint8_t Memory::at(uint32_t pa) const {
  const Line* const line = Find(pa / kLine);
  return line == nullptr ? 0 : line->bytes[pa % kLine];
}

Memory::Word Memory::word_at(uint32_t pa) const {
  if (pa % kLine > kLine - 4) {
    Word word = {0, true};
    for (uint32_t i = 0; i < 4; ++i) {
      word.value |= uint32_t{at(pa + i)} << (8 * i);
      word.is_known &= contains(pa + i);
    }
    return word;
  }
  const Line* const line = Find(pa / kLine);
  if (line == nullptr) return {0, false};
  const uint8_t* const bytes = &line->bytes[pa % kLine];
  return {bytes[0] | uint32_t{bytes[1]} << 8 | uint32_t{bytes[2]} << 16 |
              uint32_t{bytes[3]} << 24,
          (line->known >> (pa % kLine) & 0xF) == 0xF};
}

uint8_t& Memory::operator[](uint32_t pa) {
  Line& line = Get(pa / kLine);
  line.known |= 1u << (pa % kLine);
  return line.bytes[pa % kLine];
}

void Memory::put(uint32_t pa, absl::Span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const uint32_t at = pa % kLine;
    const size_t length = std::min<size_t>(bytes.size(), kLine - at);
    Line& line = Get(pa / kLine);
    line.known |= ((1u << length) - 1) << at;
    std::copy_n(bytes.begin(), length, &line.bytes[at]);
    bytes.remove_prefix(length);
    pa += static_cast<uint32_t>(length);
  }
}

void Memory::put_word(uint32_t pa, uint32_t word) {
  uint8_t bytes[4];
  for (uint32_t i = 0; i < 4; ++i) {
    bytes[i] = static_cast<uint8_t>(word >> (8 * i));
  }
  put(pa, bytes);
}

void Memory::erase(uint32_t pa) {
  if (!contains(pa)) return;
  Line& line = Get(pa / kLine);
  line.known &= ~(1u << (pa % kLine));
  line.bytes[pa % kLine] = 0;
}

void Memory::clear() {
  lines_.clear();
  std::fill(index_.begin(), index_.end(), 0);
}

std::vector<uint32_t> Memory::addresses() const {
  std::vector<uint32_t> addresses;
  for (const Line& line : lines_) {
    for (uint32_t i = 0; i < kLine; ++i) {
      if ((line.known >> i & 1) != 0) {
        addresses.push_back(line.number * kLine + i);
      }
    }
  }
  std::sort(addresses.begin(), addresses.end());
  return addresses;
}

}  // namespace trapline::properties
