// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <regex>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "replayer/capture/import.h"
#include "replayer/capture/samples.h"

namespace trapline::capture {
namespace {

// One to four bytes changed, taken out, put in, or a stretch repeated.
std::string Mutate(std::string text, std::mt19937& random) {
  constexpr absl::string_view kTelling = "\"{}[],:-0123456789eEx\\\n \xff";
  for (uint32_t edits = 1 + random() % 4; edits > 0; --edits) {
    const size_t at = random() % text.size();
    const char telling = kTelling[random() % kTelling.size()];
    switch (random() % 5) {
      case 0:
        text[at] = telling;
        break;
      case 1:
        text[at] = static_cast<char>(random());
        break;
      case 2:
        text.erase(at, 1 + random() % 20);
        break;
      case 3:
        text.insert(at, 1, telling);
        break;
      default:
        text.insert(at, text.substr(random() % text.size(), random() % 200));
    }
    if (text.empty()) text = " ";
  }
  return text;
}

// Either all is imported or the refusal is one sentence with file and line.
void ExpectSettled(const std::string& content, int* refused) {
  const std::string capture = WriteTestFile("capture", content);
  const auto counts = Import(capture, TestPath("trace"), {.zstd_level = 1});
  if (counts.ok()) return;
  ++*refused;
  static const std::regex sentence(
      "[0-9]+: [ -~]+(, expected [ -~]+|; [ -~]+)");
  ASSERT_EQ(counts.status().code(), absl::StatusCode::kDataLoss);
  const std::string message(counts.status().message());
  ASSERT_EQ(message.substr(0, capture.size() + 1), capture + ":");
  ASSERT_TRUE(std::regex_match(message.substr(capture.size() + 1), sentence))
      << message;
  ASSERT_FALSE(std::filesystem::exists(TestPath("trace.part")));
}

std::string Sample() {
  return absl::StrCat(SampleHeader(), "{\"hypercall\":[18,0,0,5]}\n",
                      SampleTrap(5), "{\"try_deliver_interrupt\":[3]}\n",
                      SampleTrap(6), "{\"lost\":2}\n", SampleTrap(9));
}

TEST(Import, SettlesEveryMutationOfACapture) {
  std::mt19937 random(20240601);
  int refused = 0;
  for (int i = 0; i < 1500 && !HasFatalFailure(); ++i) {
    ExpectSettled(Mutate(Sample(), random), &refused);
  }
  EXPECT_GT(refused, 750);
  EXPECT_LT(refused, 1500);
}

TEST(Import, SettlesEveryMutationOfACompressedCapture) {
  std::mt19937 random(20240602);
  int refused = 0;
  for (int i = 0; i < 500 && !HasFatalFailure(); ++i) {
    ExpectSettled(Mutate(Compress(Sample()), random), &refused);
  }
  EXPECT_GT(refused, 250);
}

}  // namespace
}  // namespace trapline::capture
