// SPDX-License-Identifier: Apache-2.0

#include "properties/fuzz/check_insn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "model/handle_trap.h"
#include "properties/engines/testing_faults.h"

namespace trapline::properties {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The same inputs each time, until `visit` returns false.
template <class Visit>
void ForEachInput(Visit visit) {
  static constexpr uint8_t kLikely[] = {0x66, 0xEC, 0xED, 0xE4, 0xE5, 0xE6,
                                        0xE7, 0xEE, 0xEF, 0xFA, 0xF3, 0x26};
  std::mt19937 random;
  std::vector<uint8_t> input;
  for (int i = 0; i < 100'000; ++i) {
    input.resize(random() % 8);
    for (size_t at = 0; at < input.size(); ++at) {
      input[at] = at < 2 || random() % 4 == 0
                      ? static_cast<uint8_t>(random())
                      : kLikely[random() % std::size(kLikely)];
    }
    if (!visit(input)) return;
  }
}

TEST(CheckInsn, FindsNothingInTheModel) {
  ForEachInput([](const std::vector<uint8_t>& input) {
    const std::string wrong = CheckInsn(input, model::handle_trap);
    EXPECT_EQ(wrong, "");
    return wrong.empty();
  });
}

TEST(CheckInsn, FindsNothingInManyPrefixes) {
  for (int how = 0; how < 256; ++how) {
    for (const uint8_t prefix : {0x66, 0x67}) {
      for (const uint8_t opcode : {0xC0, 0xE4, 0xED, 0xFA}) {
        std::vector<uint8_t> input = {static_cast<uint8_t>(how + opcode),
                                      static_cast<uint8_t>(how), 0x66};
        for (int prefixes = 1; prefixes < 7; ++prefixes) {
          input.push_back(opcode);
          ASSERT_EQ(CheckInsn(input, model::handle_trap), "");
          input.back() = prefix;
        }
      }
    }
  }
}

TEST(CheckInsn, FindsNothingInAnyPrefixedOpcode) {
  for (int how = 0; how < 256; ++how) {
    for (int opcode = 0; opcode < 256; ++opcode) {
      for (const std::vector<uint8_t>& code :
           {std::vector<uint8_t>{static_cast<uint8_t>(opcode)},
            std::vector<uint8_t>{0x66, static_cast<uint8_t>(opcode)},
            std::vector<uint8_t>{0xF3, static_cast<uint8_t>(opcode)}}) {
        std::vector<uint8_t> input = {static_cast<uint8_t>(opcode + how),
                                      static_cast<uint8_t>(how)};
        input.insert(input.end(), code.begin(), code.end());
        ASSERT_EQ(CheckInsn(input, model::handle_trap), "");
      }
    }
  }
}

bool Finds(Handler<ConcreteGuest> handler) {
  bool found = false;
  ForEachInput([&](const std::vector<uint8_t>& input) {
    found = !CheckInsn(input, handler).empty();
    return !found;
  });
  return found;
}

TEST(CheckInsn, FindsFaultsThatShowAtInstructions) {
  std::set<std::string> found;
  for (const Fault& fault : kFaults) {
    if (Finds(fault.handler)) found.insert(fault.name);
  }
  EXPECT_THAT(found,
              ElementsAre("ClearsEbx", "KeepsIf", "ReadsUnasked", "StepsTooFar",
                          "SwapsEipAndCs", "WritesUnasked"));
}

// Each of the other oracles alone: what no clause knows of is planted.
TEST(CheckInsn, TellsOfAFlavorThatDecodesOtherwise) {
  const auto of_f9 = [](TestingCpu& cpu) {
    const uint32_t cs = cpu.state.cs;
    model::handle_trap(cpu);
    if (cpu.host.flavor.name == "F9" && (cs & 3) == 1) ++cpu.state.eip;
  };
  const std::vector<uint8_t> of_f8 = [&] {
    for (int host = 0; host < 256; ++host) {
      const std::vector<uint8_t> input = {static_cast<uint8_t>(host), 0, 0xEC};
      if (!CheckInsn(input, of_f9).empty()) return input;
    }
    return std::vector<uint8_t>();
  }();
  EXPECT_THAT(CheckInsn(of_f8, of_f9), HasSubstr("Other than flavor F9."));
}

}  // namespace
}  // namespace trapline::properties
