// SPDX-License-Identifier: Apache-2.0

#include "properties/memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>
#include <vector>

namespace trapline::properties {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Memory, KnowsWhatWasPut) {
  Memory memory = {{7, 8}, {0xFFFFFFFF, 9}};
  EXPECT_THAT(memory.addresses(), ElementsAre(7, 0xFFFFFFFF));
  EXPECT_EQ(memory.at(7), 8);
  EXPECT_TRUE(memory.contains(7));
  EXPECT_EQ(memory.at(6), 0);
  EXPECT_FALSE(memory.contains(6));
  memory[6] = 0;
  EXPECT_TRUE(memory.contains(6));
}

TEST(Memory, ForgetsWhatIsErased) {
  Memory memory = {{7, 8}, {6, 9}};
  memory.erase(7);
  memory.erase(700);
  EXPECT_THAT(memory.addresses(), ElementsAre(6));
  EXPECT_EQ(memory.at(7), 0);
  memory.clear();
  EXPECT_THAT(memory.addresses(), IsEmpty());
  EXPECT_FALSE(memory.contains(6));
  EXPECT_EQ(memory.at(6), 0);
}

TEST(Memory, JoinsFourBytesWhereverTheyStand) {
  for (uint32_t pa = 0x1000; pa < 0x1020; ++pa) {
    Memory memory;
    memory.put_word(pa, 0x12345678);
    EXPECT_EQ(memory.at(pa), 0x78);
    EXPECT_EQ(memory.at(pa + 3), 0x12);
    EXPECT_EQ(memory.word_at(pa).value, 0x12345678);
    EXPECT_TRUE(memory.word_at(pa).is_known);
    EXPECT_EQ(memory.word_at(pa + 1).value, 0x00123456);
    EXPECT_FALSE(memory.word_at(pa + 1).is_known);
    EXPECT_FALSE(memory.word_at(pa - 1).is_known);
    EXPECT_THAT(memory.addresses(), ElementsAre(pa, pa + 1, pa + 2, pa + 3));
  }
}

TEST(Memory, GoesOnAtZero) {
  Memory memory;
  memory.put_word(0xFFFFFFFE, 0x12345678);
  EXPECT_THAT(memory.addresses(), ElementsAre(0, 1, 0xFFFFFFFE, 0xFFFFFFFF));
  EXPECT_EQ(memory.word_at(0xFFFFFFFE).value, 0x12345678);
}

TEST(Memory, IsAMap) {
  std::mt19937 random;
  Memory memory;
  std::map<uint32_t, uint8_t> map;
  for (int i = 0; i < 20'000; ++i) {
    if (i % 5'000 == 0) {
      memory.clear();
      map.clear();
    }
    // Few pages, and few bytes of each.
    const uint32_t pa = (random() % 64 << 12) + random() % 32;
    switch (random() % 4) {
      case 0:
        memory.erase(pa);
        map.erase(pa);
        break;
      case 1: {
        const std::vector<uint8_t> bytes(random() % 40, random() % 256);
        memory.put(pa, bytes);
        for (size_t at = 0; at < bytes.size(); ++at) map[pa + at] = bytes[at];
        break;
      }
      default:
        memory[pa] = map[pa] = random() % 256;
    }
    const uint32_t asked = (random() % 64 << 12) + random() % 80;
    ASSERT_EQ(memory.contains(asked), map.count(asked) == 1);
    ASSERT_EQ(memory.at(asked), map.count(asked) == 1 ? map[asked] : 0);
  }
  std::vector<uint32_t> addresses;
  for (const auto& [pa, byte] : map) addresses.push_back(pa);
  EXPECT_EQ(memory.addresses(), addresses);
}

}  // namespace
}  // namespace trapline::properties
