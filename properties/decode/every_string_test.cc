// SPDX-License-Identifier: Apache-2.0

#include "properties/decode/every_string.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include "absl/strings/escaping.h"
#include "properties/decode/testing_readers.h"

namespace trapline::properties {
namespace {

TRAPLINE_EACH_FORM(EachForm);

std::string Hex(Bytes bytes) {
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

TEST_P(EachForm, EveryStringIsVisitedOnce) {
  for (size_t size = 1; size <= 3; ++size) {
    uint64_t count = 0;
    std::set<std::string> starts;
    ForEachString(size, HandlerReader(GetParam()), ReadByArchitecture,
                  [&](const AlikeStrings& strings) {
                    count += strings.count;
                    // In order, and none the start of the next.
                    if (!starts.empty()) {
                      EXPECT_LT(*starts.rbegin(), Hex(strings.start));
                      EXPECT_NE(
                          Hex(strings.start).substr(0, starts.rbegin()->size()),
                          *starts.rbegin());
                    }
                    starts = {Hex(strings.start)};
                  });
    EXPECT_EQ(count, uint64_t{1} << (8 * size));
  }
}

// Alike strings are read one by one, behind whatever came first.
TEST_P(EachForm, StringsThatStartAlikeAreReadAlike) {
  std::mt19937 random;
  const auto handler = HandlerReader(GetParam());
  ForEachString(
      2, handler, ReadByArchitecture, [&](const AlikeStrings& strings) {
        for (int i = 0; i < 20; ++i) {
          std::vector<uint8_t> whole(strings.start.begin(),
                                     strings.start.end());
          while (whole.size() < 15) whole.push_back(random() & 0xFF);
          if (strings.start.size() == 2 && !ReadByArchitecture(strings.start)) {
            continue;  // was read with the filler behind it
          }
          EXPECT_EQ(handler(whole), strings.handler) << Hex(whole);
          EXPECT_EQ(ReadByArchitecture(whole), strings.architecture)
              << Hex(whole);
        }
      });
}

TEST(ReadWhole, PutsAnImmediateBehindTheString) {
  const std::vector<uint8_t> string = {0x66, 0x26, 0xE5};
  EXPECT_EQ(ReadByArchitecture(string), std::nullopt);
  EXPECT_EQ(ReadWhole(ReadByArchitecture, string),
            (Reading{Reading::kIn, 4, 0xFFFF}));
}

TEST(ReadByArchitecture, KnowsKindLengthAndWidth) {
  const auto read = [](std::vector<uint8_t> bytes) {
    return ReadByArchitecture(bytes);
  };
  EXPECT_EQ(read({0xEC}), (Reading{Reading::kIn, 1, 0xFF}));
  EXPECT_EQ(read({0xE5, 0x80}), (Reading{Reading::kIn, 2, 0xFFFFFFFF}));
  EXPECT_EQ(read({0x66, 0xE7, 0x80}), (Reading{Reading::kOut, 3, 0}));
  EXPECT_EQ(read({0xFA}), (Reading{Reading::kCli, 1, 0}));
  EXPECT_EQ(read({0x6C}), Reading());        // INSB
  EXPECT_EQ(read({0xF0, 0xEC}), Reading());  // LOCK: #UD
}

TEST(ReadByHandler, IsThatOfTheHandlerGiven) {
  const model::Flavor& flavor = *model::FindFlavor("F10");
  const std::vector<uint8_t> in = {0xED};
  EXPECT_EQ(ReadByHandler(flavor, in), (Reading{Reading::kIn, 1, 0xFFFFFFFF}));
  EXPECT_EQ(ReadByHandler(flavor, in,
                          [](model::Cpu<BytesWorld>& cpu) {
                            const bool done = model::emulate_insn(cpu);
                            cpu.state.eax &= 0xFFFF;
                            ++cpu.state.eip;
                            return done;
                          }),
            (Reading{Reading::kIn, 2, 0xFFFFFFFF}));
}

}  // namespace
}  // namespace trapline::properties
