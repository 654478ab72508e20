// SPDX-License-Identifier: Apache-2.0

// The World of the model's tests: sparse guest memory, what the host would
// answer, and a log of every effect.

#ifndef TRAPLINE_MODEL_TESTING_WORLD_H_
#define TRAPLINE_MODEL_TESTING_WORLD_H_

#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/concrete.h"
#include "model/cpu.h"
#include "model/kill.h"

namespace trapline::model {

using Log = std::vector<std::string>;

class TestingWorld : public ConcreteValues {
 public:
  // What the host answers; about shadows, first of all the list.
  bool lguest_data_accessible = true;
  std::vector<bool> shadow_absent_first;
  bool shadow_absent = true;
  std::set<uint32_t> unavailable_pages;

  // Every effect, in order, as in "read 4 at 0x1c00".
  Log log;

  // Bytes that were never put are zero.
  uint8_t GetByte(uint32_t pa) const {
    const auto byte = memory_.find(pa);
    return byte == memory_.end() ? 0 : byte->second;
  }
  uint32_t GetWord(uint32_t pa) const {
    uint32_t word = 0;
    for (uint32_t i = 0; i < 4; ++i)
      word |= uint32_t{GetByte(pa + i)} << (8 * i);
    return word;
  }
  void PutBytes(uint32_t pa, const std::vector<uint8_t>& bytes) {
    for (const uint8_t byte : bytes) memory_[pa++] = byte;
  }
  void PutWord(uint32_t pa, uint32_t word) {
    for (uint32_t i = 0; i < 4; ++i) memory_[pa + i] = word >> (8 * i);
  }

  uint8_t ReadByte(uint32_t pa, bool ok) {
    Say("read 1 at 0x%x", pa);
    return ok ? GetByte(pa) : 0;
  }
  std::array<uint8_t, 3> ReadBytes3(uint32_t pa, bool ok) {
    Say("read 3 at 0x%x", pa);
    if (!ok) return {};
    return {GetByte(pa), GetByte(pa + 1), GetByte(pa + 2)};
  }
  uint32_t ReadWord(uint32_t pa, bool ok) {
    Say("read 4 at 0x%x", pa);
    return ok ? GetWord(pa) : 0;
  }
  PageEntry<uint32_t> ReadPair(uint32_t pa, bool ok) {
    Say("read 8 at 0x%x", pa);
    if (!ok) return {0, 0};
    return {GetWord(pa), GetWord(pa + 4)};
  }
  void WriteBytes3(uint32_t pa, std::array<uint8_t, 3> bytes, bool ok) {
    Say("write %02x%02x%02x at 0x%x", bytes[0], bytes[1], bytes[2], pa);
    if (ok) PutBytes(pa, {bytes.begin(), bytes.end()});
  }
  void WriteWord(uint32_t pa, uint32_t value, bool ok) {
    Say("write 0x%x at 0x%x", value, pa);
    if (ok) PutWord(pa, value);
  }
  void WritePair(uint32_t pa, PageEntry<uint32_t> pair, bool ok) {
    Say("write 0x%x:0x%x at 0x%x", pair.hi, pair.lo, pa);
    if (!ok) return;
    PutWord(pa, pair.lo);
    PutWord(pa + 4, pair.hi);
  }

  bool LguestDataAccessible() const { return lguest_data_accessible; }
  bool ShadowAbsent(uint32_t) {
    if (asked_ < shadow_absent_first.size()) {
      return shadow_absent_first[asked_++];
    }
    return shadow_absent;
  }
  bool PageUnavailable(uint32_t pfn) const {
    return unavailable_pages.count(pfn) != 0;
  }

  void DemandPage(uint32_t va, uint32_t errcode, bool result) {
    Say("demand_page(0x%x, %u) = %d", va, errcode, result);
  }
  void DeliverTrap(uint32_t num, bool result) {
    Say("deliver_trap(%u) = %d", num, result);
  }
  void PagetableClearAll() { log.emplace_back("guest_pagetable_clear_all"); }
  void KillGuest(bool when, KillReason reason, uint32_t arg0, uint32_t arg1,
                 uint32_t arg2) {
    if (!when) return;
    // The kernel's long has 32 bits.
    std::string format = std::string("kill: ") + KillFormat(reason);
    for (const char* size : {"%l", "%#l"}) {
      size_t at;
      while ((at = format.find(size)) != std::string::npos) {
        format.erase(format.find('l', at), 1);
      }
    }
    Say(format.c_str(), arg0, arg1, arg2);
  }

 private:
  template <class... Args>
  void Say(const char* format, Args... args) {
    char text[96];
    std::snprintf(text, sizeof(text), format, args...);
    log.emplace_back(text);
  }

  std::map<uint32_t, uint8_t> memory_;
  size_t asked_ = 0;
};

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_TESTING_WORLD_H_
