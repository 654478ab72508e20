// SPDX-License-Identifier: Apache-2.0

// A guest for the model's tests: a kernel at 0xC0000000 with a page of text
// and two of stack.
//
//   virtual      physical   last entry at: 32-bit paging, PAE
//   0xC0100000   0x5000     0x2400                        0x2800
//   0xC0101000   0x6000     0x2404                        0x2808
//   0xC0102000   0x7000     0x2408                        0x2810
//
// With 32-bit paging the directory entry is at 0x1C00 (SDM volume 3, section
// 4.3). With PAE (section 4.4) the top-level entry is at 0x1018 and the middle
// one at 0x3000. RAM ends at 0x100000.

#ifndef TRAPLINE_MODEL_TESTING_GUEST_H_
#define TRAPLINE_MODEL_TESTING_GUEST_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "model/cpu.h"
#include "model/flavor.h"
#include "model/state.h"
#include "model/testing_world.h"

namespace trapline::model {

inline constexpr uint32_t kText = 0xC0100000;
inline constexpr uint32_t kTextPa = 0x5000;
inline constexpr uint32_t kStack = 0xC0101000;
inline constexpr uint32_t kStackPa = 0x6000;
inline constexpr uint32_t kStackTop = 0xC0103000;  // not mapped itself
inline constexpr uint32_t kGpgdir = 0x1000;
inline constexpr uint32_t kPde = 0x1C00;
inline constexpr uint32_t kTable = 0x2000;
inline constexpr uint32_t kTextPte = 0x2400;
inline constexpr uint32_t kStackPte = 0x2404;
inline constexpr uint32_t kPaePgd = 0x1018;
inline constexpr uint32_t kPaePmd = 0x3000;
inline constexpr uint32_t kPaeTextPte = 0x2800;
inline constexpr uint32_t kPaeStackPte = 0x2808;

enum class Paging { k32Bit, kPae };

struct Guest {
  explicit Guest(const std::string& flavor, Paging paging = Paging::k32Bit)
      : host{*FindFlavor(flavor), AddressOk::kNew, paging == Paging::kPae,
             0xFFC00000} {
    if (host.pae) {
      world.PutWord(kPaePgd, kPaePmd | 0x001);
      world.PutWord(kPaePmd, kTable | 0x067);
      for (uint32_t i = 0; i < 3; ++i) {
        world.PutWord(kPaeTextPte + 8 * i, (kTextPa + 0x1000 * i) | 0x067);
      }
    } else {
      world.PutWord(kPde, kTable | 0x067);
      for (uint32_t i = 0; i < 3; ++i) {
        world.PutWord(kTextPte + 4 * i, (kTextPa + 0x1000 * i) | 0x067);
      }
    }
    state.eax = 0x11110000;
    state.eip = kText;
    state.cs = 0x61;
    state.eflags = 0x202;
    state.esp = kStack + 0xF00;
    state.ss = 0x69;
    state.lguest_data = 0x10000;
    state.gpgdir = kGpgdir;
    state.esp1 = kStack + 0x1800;
    state.ss1 = 0x69;
    state.stack_pages = 2;
    state.pfn_limit = 0x100;
    state.ld_irq_enabled = 0x200;
  }
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  Host host;
  TestingWorld world;
  Cpu<TestingWorld> cpu{host, world, {}, {}};
  State<uint32_t>& state = cpu.state;

  // The log without reads.
  Log Effects() const {
    Log effects;
    for (const std::string& line : world.log) {
      if (line.rfind("read ", 0) != 0) effects.push_back(line);
    }
    return effects;
  }
  // The message of the kill; "" where the guest lives.
  std::string Kill() const {
    for (const std::string& line : world.log) {
      if (line.rfind("kill: ", 0) == 0) return line.substr(6);
    }
    return "";
  }
  // The guest kernel stands at these bytes.
  void At(const std::vector<uint8_t>& bytes) {
    world.PutBytes(kTextPa + (state.eip & 0xFFF), bytes);
  }
};

// The words of `state` that differ from those of `before`, as in "eip".
inline std::vector<std::string> Changed(const State<uint32_t>& before,
                                        const State<uint32_t>& state) {
  std::vector<std::string> names;
  for (size_t i = 0; i < kStateWordNames.size(); ++i) {
    const auto word = kStateWords<uint32_t>[i];
    if (before.*word != state.*word) names.emplace_back(kStateWordNames[i]);
  }
  return names;
}

// Tests over flavors, by name.
class EachFlavor : public testing::TestWithParam<const char*> {};

inline std::string FlavorOf(const testing::TestParamInfo<const char*>& info) {
  return info.param;
}

// INSTANTIATE_TEST_SUITE_P for tests of a suite over the flavors named.
#define TRAPLINE_FLAVORS(kernels, suite, ...)                            \
  INSTANTIATE_TEST_SUITE_P(kernels, suite, testing::Values(__VA_ARGS__), \
                           trapline::model::FlavorOf)
#define TRAPLINE_ALL_FLAVORS \
  "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10"

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_TESTING_GUEST_H_
