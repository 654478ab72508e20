// SPDX-License-Identifier: Apache-2.0

// What Import refuses, and with which sentence.

#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "replayer/capture/import.h"
#include "replayer/capture/samples.h"

namespace trapline::capture {
namespace {

// " W" and " L" in `sentence` stand for the numbers that fit a word and a long
// word.
struct Refusal {
  const char* name;
  std::string from;  // in the line edited
  std::string to;
  std::string sentence;
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.from << " -> " << refusal.to;
}

std::string NameOf(const testing::TestParamInfo<Refusal>& info) {
  return info.param.name;
}

void ExpectRefused(const std::string& content, const std::string& sentence) {
  const std::string capture = WriteTestFile("capture", content);
  const std::string expected = absl::StrReplaceAll(
      sentence, {{" W", " a number from 0 to 4294967295"},
                 {" L", " a number from 0 to 18446744073709551615"}});
  EXPECT_EQ(Import(capture, TestPath("trace")).status(),
            absl::DataLossError(absl::StrCat(capture, ":", expected)));
  EXPECT_FALSE(std::filesystem::exists(TestPath("trace")));
  EXPECT_FALSE(std::filesystem::exists(TestPath("trace.part")));
}

class Header : public testing::TestWithParam<Refusal> {};

TEST_P(Header, IsRefused) {
  const Refusal& refusal = GetParam();
  ExpectRefused(Edit(SampleHeader(), refusal.from, refusal.to) + SampleTrap(0),
                "1: " + refusal.sentence);
}

INSTANTIATE_TEST_SUITE_P(
    Edits, Header,
    testing::Values(
        Refusal{"OfANewerFormat", "_capture\":1", "_capture\":2",
                "is of capture format 2; this trapline reads 1"},
        Refusal{"OfFormatZero", "_capture\":1", "_capture\":0",
                "lguest_capture is 0, expected 1"},
        Refusal{"OfAFormatThatIsNoNumber", "_capture\":1", "_capture\":\"1\"",
                "lguest_capture is \"1\", expected 1"},
        Refusal{"WithoutFormat", "\"lguest_capture\":1,", "",
                "is not the header of a capture, expected an object with the "
                "key \"lguest_capture\""},
        Refusal{"WithoutKernel", "\"kernel\":\"2.6.32.69\",", "",
                "kernel is missing, expected a string"},
        Refusal{"WithANumberForAKernel", "\"2.6.32.69\"", "2.6",
                "kernel is 2.6, expected a string"},
        Refusal{"WithoutFlavor", "\"flavor\":\"F6\",", "",
                "flavor is missing, expected a string"},
        Refusal{"WithANumberForATruthValue", "\"smp\":false", "\"smp\":0",
                "smp is 0, expected true or false"},
        Refusal{"WithAnUnknownAddressOk", "\"new\"", "\"newer\"",
                "address_ok is \"newer\", expected \"old\" or \"new\""},
        Refusal{"WithATooLargeAddress", "4290772992", "4294967296",
                "switcher_addr is 4294967296, expected W"},
        Refusal{"WithTextForLguestIrqs", "\"lguest_irqs\":16",
                "\"lguest_irqs\":\"16\"",
                "lguest_irqs is \"16\", expected W, or null"},
        Refusal{"WithoutLguestIrqs", "\"lguest_irqs\":16,", "",
                "lguest_irqs is missing, expected W, or null"},
        Refusal{"WithoutLost", ",\"lost\":0", "",
                "lost is missing, expected L"},
        Refusal{"WithNegativeLost", "\"lost\":0", "\"lost\":-1",
                "lost is -1, expected L"},
        Refusal{"WithAnUntypedRecorder", "\"lost\":0",
                "\"lost\":0,\"recorder\":1",
                "recorder is 1, expected a string"},
        Refusal{"WithAKeyTwice", "\"smp\"", "\"pae\":true,\"smp\"",
                "names \"pae\" twice in one object, expected it once"}),
    NameOf);

struct BadLine {
  const char* name;
  std::string line;
  std::string sentence;
};

void PrintTo(const BadLine& bad, std::ostream* out) { *out << bad.name; }

class Line : public testing::TestWithParam<BadLine> {};

TEST_P(Line, IsRefused) {
  ExpectRefused(
      SampleHeader() + SampleTrap(0) + GetParam().line + "\n" + SampleTrap(1),
      "3: " + GetParam().sentence);
}

constexpr char kOneOf[] =
    "trap, hypercall, try_deliver_interrupt, event or lost";

INSTANTIATE_TEST_SUITE_P(
    Kinds, Line,
    testing::Values(
        BadLine{"Empty", "", "is empty, expected a JSON object"},
        BadLine{"NoJson", "trap",
                "is not JSON at byte 3, expected a JSON object"},
        BadLine{"NoUtf8", "{\"\xff\":1}",
                "is not UTF-8 at byte 3, expected a JSON object"},
        BadLine{"ANul", std::string("{\"lost\":1}\0", 11),
                "has a NUL as byte 11, expected a JSON object"},
        BadLine{"TooDeep", std::string(1000, '{'),
                "is not JSON at byte 2, expected a JSON object"},
        BadLine{"TooDeepAnArray", std::string(1000, '['),
                "is nested deeper than 16 levels, expected at most that"},
        BadLine{"TooLong", std::string(1048577, ' '),
                "is a line of more than 1048576 bytes, expected lines up to "
                "that"},
        BadLine{"ABadTrap", R"({"trap":1,"tsc":-1})", "tsc is -1, expected L"},
        BadLine{"NoKey", "{}",
                absl::StrCat("has 0 keys without \"trap\", expected one of ",
                             kOneOf)},
        BadLine{"TwoKinds", R"({"hypercall":[1],"lost":1})",
                absl::StrCat("has 2 keys without \"trap\", expected one of ",
                             kOneOf)},
        BadLine{
            "UnknownKind", R"({"run":{}})",
            absl::StrCat("is of the unknown kind \"run\", expected ", kOneOf)},
        BadLine{"AnEventOfNoKind", R"({"event":{}})",
                "event is an object, expected an event as export prints it"},
        BadLine{"AnEventOfTheSecondVersion",
                R"({"event":{"run":{"trapnum":1}}})",
                "an event that version 1 cannot hold"},
        BadLine{"NoArguments", R"({"hypercall":[]})",
                "hypercall is an array of 0, expected an array of 1 to 8"},
        BadLine{"NineArguments", R"({"hypercall":[1,2,3,4,5,6,7,8,9]})",
                "hypercall is an array of 9, expected an array of 1 to 8"},
        BadLine{"NoArray", R"({"hypercall":1})",
                "hypercall is 1, expected an array of 1 to 8"},
        BadLine{"ABadArgument", R"({"hypercall":[1,-2]})",
                "hypercall[1] is -2, expected W"},
        BadLine{"ABadIrq", R"({"try_deliver_interrupt":["1"]})",
                "try_deliver_interrupt is \"1\", expected an array of one "
                "IRQ"},
        BadLine{"TwoIrqs", R"({"try_deliver_interrupt":[1,2]})",
                "try_deliver_interrupt is an array of 2, expected an array "
                "of one IRQ"},
        BadLine{"NothingLost", R"({"lost":0})",
                "lost is 0, expected how many records, at least 1"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Capture, IsRefusedWhereItIsEmpty) {
  const std::string sentence = "1: is empty, expected the header of a capture";
  ExpectRefused("", sentence);
  ExpectRefused(Compress(""), sentence);
}

TEST(Capture, IsRefusedWhereItHasNoHeader) {
  ExpectRefused(SampleTrap(0),
                "1: is not the header of a capture, expected an object with "
                "the key \"lguest_capture\"");
}

TEST(Capture, IsRefusedWhereItsNumbersGoBack) {
  ExpectRefused(SampleHeader() + SampleTrap(7) + SampleTrap(6),
                "3: trap is 6 after 7, expected numbers that rise by one");
}

TEST(Capture, IsRefusedWhereItsNumbersRepeat) {
  ExpectRefused(SampleHeader() + SampleTrap(7) + SampleTrap(7),
                "3: trap is 7 after 7, expected numbers that rise by one");
}

TEST(Capture, IsRefusedWhereItsLastLineIsCut) {
  ExpectRefused(SampleHeader() + SampleTrap(0).substr(0, 20),
                "2: is not JSON at byte 21, expected a JSON object");
}

TEST(Capture, IsRefusedWhereItsZstdStreamIsCut) {
  std::string stream = Compress(SampleHeader() + SampleTrap(0));
  stream.pop_back();
  ExpectRefused(stream,
                "3: stands where the zstd stream is cut off, expected its "
                "end");
}

TEST(Capture, IsRefusedWhereItsZstdStreamIsDamaged) {
  ExpectRefused(Compress(SampleHeader() + SampleTrap(0)) + "\nmore",
                "3: stands where the zstd stream is damaged (Unknown frame "
                "descriptor), expected an intact one");
}

}  // namespace
}  // namespace trapline::capture
