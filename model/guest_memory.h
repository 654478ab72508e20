// SPDX-License-Identifier: Apache-2.0

// Checked access to guest-physical memory: lgread and lgwrite.

#ifndef TRAPLINE_MODEL_GUEST_MEMORY_H_
#define TRAPLINE_MODEL_GUEST_MEMORY_H_

#include <array>
#include <cstdint>

#include "model/cpu.h"

namespace trapline::model {

template <class World>
auto lguest_address_ok(const Cpu<World>& cpu, typename World::Word addr,
                       uint32_t len) {
  const auto start = cpu.world.Name(addr);
  const auto end = start + len;
  const auto no_wrap = end >= start;
  return cpu.world.Name(cpu.host.address_ok == AddressOk::kOld
                            ? ((end >> 12) < cpu.state.pfn_limit) && no_wrap
                            : ((cpu.state.pfn_limit << 12) >= end) && no_wrap);
}

template <class World>
auto check_read(Cpu<World>& cpu, typename World::Word pa, uint32_t len) {
  const auto ok = lguest_address_ok(cpu, pa, len);
  kill_guest_if(cpu, !ok, KillReason::kBadReadAddress, pa, len);
  return ok;
}

template <class World>
auto check_write(Cpu<World>& cpu, typename World::Word pa, uint32_t len) {
  const auto ok = lguest_address_ok(cpu, pa, len);
  kill_guest_if(cpu, !ok, KillReason::kBadWriteAddress, pa, len);
  return ok;
}

template <class World>
typename World::Byte lgread_byte(Cpu<World>& cpu, typename World::Word pa) {
  return cpu.world.ReadByte(pa, check_read(cpu, pa, 1));
}

template <class World>
std::array<typename World::Byte, 3> lgread_bytes3(Cpu<World>& cpu,
                                                  typename World::Word pa) {
  return cpu.world.ReadBytes3(pa, check_read(cpu, pa, 3));
}

template <class World>
void lgwrite_bytes3(Cpu<World>& cpu, typename World::Word pa,
                    std::array<typename World::Byte, 3> bytes) {
  cpu.world.WriteBytes3(pa, bytes, check_write(cpu, pa, 3));
}

template <class World>
void lgwrite_word(Cpu<World>& cpu, typename World::Word pa,
                  typename World::Word value) {
  cpu.world.WriteWord(pa, value, check_write(cpu, pa, 4));
}

// A page table entry: 8 bytes with PAE, else 4.
template <class World>
PageEntry<typename World::Word> lgread_entry(Cpu<World>& cpu,
                                             typename World::Word pa) {
  if (cpu.host.pae) return cpu.world.ReadPair(pa, check_read(cpu, pa, 8));
  return {cpu.world.ReadWord(pa, check_read(cpu, pa, 4)), 0};
}

template <class World>
void lgwrite_entry(Cpu<World>& cpu, typename World::Word pa,
                   PageEntry<typename World::Word> entry) {
  if (cpu.host.pae) {
    cpu.world.WritePair(pa, entry, check_write(cpu, pa, 8));
  } else {
    lgwrite_word(cpu, pa, entry.lo);
  }
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_GUEST_MEMORY_H_
