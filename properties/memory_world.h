// SPDX-License-Identifier: Apache-2.0

// A concrete World of a few bytes of guest memory and a list of choices: all
// that one run needs.

#ifndef TRAPLINE_PROPERTIES_MEMORY_WORLD_H_
#define TRAPLINE_PROPERTIES_MEMORY_WORLD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "model/cpu.h"
#include "model/kill.h"

namespace trapline::properties {

class MemoryWorld {
 public:
  using Word = uint32_t;
  using Byte = uint8_t;
  using Bool = bool;

  struct Kill {
    model::KillReason reason;
    std::array<uint32_t, 3> args;
  };

  // `memory`: from guest-physical address to byte. `choices`: the answers to
  // what the model asks the host, in order.
  explicit MemoryWorld(std::map<uint32_t, uint8_t> memory,
                       std::vector<bool> choices = {})
      : memory_(std::move(memory)), choices_(std::move(choices)) {}

  // Whether the run asked for something that the world does not have. It was
  // given a zero.
  bool strayed() const { return strayed_; }
  const std::map<uint32_t, uint8_t>& memory() const { return memory_; }
  const std::vector<uint8_t>& insn_bytes() const { return insn_bytes_; }
  const std::vector<Kill>& kills() const { return kills_; }

  uint8_t ReadByte(uint32_t pa, bool ok) {
    insn_bytes_.push_back(ok ? Load(pa) : 0);
    return insn_bytes_.back();
  }
  std::array<uint8_t, 3> ReadBytes3(uint32_t pa, bool ok) {
    std::array<uint8_t, 3> bytes;
    for (uint32_t i = 0; i < bytes.size(); ++i) bytes[i] = ReadByte(pa + i, ok);
    return bytes;
  }
  uint32_t ReadWord(uint32_t pa, bool ok) {
    if (!ok) return 0;
    uint32_t word = 0;
    for (uint32_t i = 0; i < 4; ++i) word |= uint32_t{Load(pa + i)} << (8 * i);
    return word;
  }
  model::PageEntry<uint32_t> ReadPair(uint32_t pa, bool ok) {
    return {ReadWord(pa, ok), ReadWord(pa + 4, ok)};
  }
  void WriteBytes3(uint32_t pa, std::array<uint8_t, 3> bytes, bool ok) {
    if (!ok) return;
    for (uint32_t i = 0; i < bytes.size(); ++i) memory_[pa + i] = bytes[i];
  }
  void WriteWord(uint32_t pa, uint32_t value, bool ok) {
    if (!ok) return;
    for (uint32_t i = 0; i < 4; ++i) memory_[pa + i] = value >> (8 * i);
  }
  void WritePair(uint32_t pa, model::PageEntry<uint32_t> pair, bool ok) {
    WriteWord(pa, pair.lo, ok);
    WriteWord(pa + 4, pair.hi, ok);
  }

  bool LguestDataAccessible() { return Choose(); }
  bool ShadowAbsent(uint32_t) { return Choose(); }
  bool PageUnavailable(uint32_t) { return Choose(); }

  void DemandPage(uint32_t, uint32_t, bool) {}
  void DeliverTrap(uint32_t, bool) {}
  void PagetableClearAll() {}
  void KillGuest(model::KillReason reason, uint32_t arg0, uint32_t arg1,
                 uint32_t arg2) {
    kills_.push_back({reason, {arg0, arg1, arg2}});
  }

 private:
  uint8_t Load(uint32_t pa) {
    const auto byte = memory_.find(pa);
    if (byte != memory_.end()) return byte->second;
    strayed_ = true;
    return 0;
  }
  bool Choose() {
    if (chosen_ < choices_.size()) return choices_[chosen_++];
    strayed_ = true;
    return false;
  }

  std::map<uint32_t, uint8_t> memory_;
  std::vector<bool> choices_;
  size_t chosen_ = 0;
  bool strayed_ = false;
  std::vector<uint8_t> insn_bytes_;
  std::vector<Kill> kills_;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_MEMORY_WORLD_H_
