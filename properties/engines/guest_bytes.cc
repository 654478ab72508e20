// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/guest_bytes.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "model/state.h"

namespace trapline::properties {
namespace {

constexpr int kMaskBytes = 6;
constexpr int kAnswers = 8;
constexpr size_t kMaxRun = 255;

// Calls `visit` with every word of the guest, in the order of the mask.
template <class GuestType, class Visit>
void VisitWords(GuestType& guest, Visit visit) {
  static_assert(model::kStateWordNames.size() + 5 <= 8 * kMaskBytes);
  for (const auto word : model::kStateWords<uint32_t>) {
    visit(guest.state.*word);
  }
  visit(guest.gate.lo);
  visit(guest.gate.hi);
  visit(guest.host.switcher_addr);
  visit(guest.cs.base);
  visit(guest.ss.base);
}

class Source {
 public:
  explicit Source(absl::Span<const uint8_t> bytes) : bytes_(bytes) {}

  bool IsEmpty() const { return at_ >= bytes_.size(); }
  uint64_t Take(int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) {
      if (!IsEmpty()) value |= uint64_t{bytes_[at_++]} << (8 * i);
    }
    return value;
  }

 private:
  const absl::Span<const uint8_t> bytes_;
  size_t at_ = 0;
};

void Put(uint64_t value, int bytes, std::string* to) {
  for (int i = 0; i < bytes; ++i) {
    to->push_back(static_cast<char>(value >> (8 * i)));
  }
}

std::vector<bool> TakeAnswers(Source* source) {
  const uint64_t bits = source->Take(1);
  std::vector<bool> answers;
  for (int i = 0; i < kAnswers; ++i) answers.push_back((bits >> i & 1) != 0);
  return answers;
}

void PutAnswers(const std::vector<bool>& answers, std::string* to) {
  uint64_t bits = 0;
  for (size_t i = 0; i < std::min<size_t>(answers.size(), kAnswers); ++i) {
    bits |= uint64_t{answers[i]} << i;
  }
  Put(bits, 1, to);
}

void PutMemory(const Guest& guest, std::string* to) {
  const std::vector<uint32_t> addresses = guest.memory.addresses();
  for (size_t first = 0, end; first < addresses.size(); first = end) {
    end = first + 1;
    while (end < addresses.size() && end - first < kMaxRun &&
           addresses[end] == addresses[end - 1] + 1) {
      ++end;
    }
    Put(addresses[first], 4, to);
    Put(end - first, 1, to);
    for (size_t i = first; i < end; ++i) {
      Put(guest.memory.at(addresses[i]), 1, to);
    }
  }
}

}  // namespace

Guest GuestOfBytes(const model::Host& host, absl::Span<const uint8_t> bytes) {
  Source source(bytes);
  Guest guest;
  guest.host = host;
  guest.host.switcher_addr = 0;
  uint64_t mask = source.Take(kMaskBytes);
  VisitWords(guest, [&](uint32_t& word) {
    if ((mask & 1) != 0) word = static_cast<uint32_t>(source.Take(4));
    mask >>= 1;
  });
  guest.host.switcher_addr ^= host.switcher_addr;
  const uint64_t flags = source.Take(1);
  guest.lguest_data_accessible = (flags & 1) == 0;
  guest.cs.is_32_bit = (flags & 2) == 0;
  guest.ss.is_32_bit = (flags & 4) == 0;
  guest.shadow_absent = TakeAnswers(&source);
  guest.page_unavailable = TakeAnswers(&source);
  while (!source.IsEmpty()) {
    uint32_t pa = static_cast<uint32_t>(source.Take(4));
    for (uint64_t left = source.Take(1); left != 0 && !source.IsEmpty();
         --left) {
      guest.memory[pa++] = static_cast<uint8_t>(source.Take(1));
    }
  }
  return guest;
}

std::string BytesOfGuest(const model::Host& host, const Guest& guest) {
  Guest put = guest;
  put.host.switcher_addr ^= host.switcher_addr;
  std::string words;
  uint64_t mask = 0, bit = 1;
  VisitWords(put, [&](uint32_t word) {
    if (word != 0) {
      mask |= bit;
      Put(word, 4, &words);
    }
    bit <<= 1;
  });
  std::string bytes;
  Put(mask, kMaskBytes, &bytes);
  bytes += words;
  Put((guest.lguest_data_accessible ? 0 : 1) | (guest.cs.is_32_bit ? 0 : 2) |
          (guest.ss.is_32_bit ? 0 : 4),
      1, &bytes);
  PutAnswers(guest.shadow_absent, &bytes);
  PutAnswers(guest.page_unavailable, &bytes);
  PutMemory(guest, &bytes);
  return bytes;
}

}  // namespace trapline::properties
