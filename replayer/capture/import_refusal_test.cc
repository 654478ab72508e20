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

// The sentence without the file. "W" and "L" as whole words of `sentence`
// stand for "a number from 0 to" the greatest word and long word.
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

class TrapLine : public testing::TestWithParam<Refusal> {};

TEST_P(TrapLine, IsRefused) {
  const Refusal& refusal = GetParam();
  ExpectRefused(SampleHeader() + SampleTrap(0) +
                    Edit(SampleTrap(1), refusal.from, refusal.to),
                "3: " + refusal.sentence);
}

constexpr char kBytes[] = "bytes in lower-case hex";

INSTANTIATE_TEST_SUITE_P(
    Numbers, TrapLine,
    testing::Values(
        Refusal{"ThatRepeatsANumber", "\"trap\":1", "\"trap\":0",
                "trap is 0 after 0, expected numbers that rise by one"},
        Refusal{"WithATextForItsNumber", "\"trap\":1", "\"trap\":\"1\"",
                "trap is \"1\", expected L"},
        Refusal{"WithoutTsc", "\"tsc\":2018597710,", "",
                "tsc is missing, expected L"},
        Refusal{"WithATooLargeTsc", "2018597710", "18446744073709551616",
                "tsc is 1.8446744073709552e+19, expected L"},
        Refusal{"WithNullForCycles", "5834", "null",
                "cycles is null, expected L"},
        Refusal{"WithAnUnknownKey", "\"tsc\"", "\"tsk\":1,\"tsc\"",
                "has the unknown key \"tsk\", expected trap, tsc, cycles, "
                "pre, insn, insn_pa, gate, mem, calls, post"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Words, TrapLine,
    testing::Values(
        Refusal{"WithoutPre", "\"pre\":", "\"pro\":",
                "pre is missing, expected an object of words"},
        Refusal{"WithAnArrayForPre", "\"pre\":{", "\"pre\":[],\"x\":{",
                "pre is an array of 0, expected an object of words"},
        Refusal{"WithAnUnknownWord", "\"eax\"", "\"rax\"",
                "pre has the unknown word \"rax\", expected words of the "
                "capture format"},
        Refusal{"WithoutARegister", "\"ebx\":1,", "",
                "pre.ebx is missing, expected W"},
        Refusal{"WithoutPfnLimit", "\"pfn_limit\":16394,", "",
                "pre.pfn_limit is missing, expected W"},
        Refusal{"WithoutLguestData", "\"lguest_data\":3029729536,", "",
                "pre.lguest_data is missing, expected W"},
        Refusal{"WithANegativeWord", "\"ebx\":1", "\"ebx\":-1",
                "pre.ebx is -1, expected W"},
        Refusal{"WithAFractionalWord", "\"ebx\":1", "\"ebx\":1.0",
                "pre.ebx is 1.0, expected W"},
        Refusal{"WithATooLargeWord", "\"ebx\":1", "\"ebx\":4294967296",
                "pre.ebx is 4294967296, expected W"},
        Refusal{"WithABooleanWord", "\"ebx\":1", "\"ebx\":true",
                "pre.ebx is true, expected W"},
        Refusal{"WithPartOfLguestData", "\"ld_blocked\":0,", "",
                "pre.ld_blocked is missing, expected all or none of "
                "ld_irq_enabled, ld_blocked, ld_cr2"},
        Refusal{"WithoutPost", "\"post\":", "\"past\":",
                "post is missing, expected an object of words, or null"},
        Refusal{"WithAWordThatOnlyPostHas", "{\"eip\":3",
                "{\"linear_pages\":1,\"eip\":3",
                "post has the word \"linear_pages\" that pre lacks, expected "
                "words of pre"},
        Refusal{"WithAnUnknownWordInPost", "{\"eip\":3", "{\"rip\":1,\"eip\":3",
                "post has the word \"rip\" that pre lacks, expected words of "
                "pre"},
        Refusal{"WithATextInPost", "\"cs\":97", "\"cs\":\"97\"",
                "post.cs is \"97\", expected W"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Bytes, TrapLine,
    testing::Values(
        Refusal{"WithHalfAByteOfInsn", "2900b9", "2900b",
                "insn is \"f3abbf609e2900b\", expected up to 16 bytes in "
                "lower-case hex"},
        Refusal{"WithUpperCaseInsn", "2900b9", "2900B9",
                "insn is \"f3abbf609e2900B9\", expected up to 16 bytes in "
                "lower-case hex"},
        Refusal{"WithTooLongInsn", "f3abbf609e2900b9",
                "0102030405060708090a0b0c0d0e0f1011",
                "insn is \"0102030405060708090a0b0c0d0e0f1011\", expected up "
                "to 16 bytes in lower-case hex"},
        Refusal{"WithNullInsn", "\"f3abbf609e2900b9\"", "null",
                "insn is null, expected up to 16 bytes in lower-case hex"},
        Refusal{"WithATooLargeInsnPa", "16781837", "1678183700000",
                "insn_pa is 1678183700000, expected W, or null"},
        Refusal{"WithoutInsnPa", "\"insn_pa\":16781837,", "",
                "insn_pa is missing, expected W, or null"},
        Refusal{"WithoutGate", "\"gate\":[6395124,3240201728],", "",
                "gate is missing, expected two words for trapnum 14"},
        Refusal{"WithNullGateBelow256", "[6395124,3240201728]", "null",
                "gate is null, expected two words for trapnum 14"},
        Refusal{"WithAGateOfThree", "[6395124,3240201728]", "[1,2,3]",
                "gate is an array of 3, expected two words for trapnum 14"},
        Refusal{"WithANegativeGate", "[6395124,3240201728]", "[1,-2]",
                "gate[1] is -2, expected W"},
        Refusal{"WithAGateFrom256On", "\"trapnum\":14", "\"trapnum\":256",
                "gate[0] is 6395124, expected 0 for a trapnum above 255"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Mem, TrapLine,
    testing::Values(
        Refusal{"WithAnObjectForMem", "\"mem\":[", "\"mem\":{},\"x\":[",
                "mem is an object, expected an array of accesses"},
        Refusal{"WithAnAccessOfTwo", "[\"r\",1777792,", "[\"r\",",
                "mem[0] is an array of 2, expected [\"r\" or \"w\", address, "
                "bytes]"},
        Refusal{"WithAnUnknownAccess", "[\"w\"", "[\"x\"",
                "mem[1][0] is \"x\", expected \"r\" or \"w\""},
        Refusal{"WithANegativeAddress", "2301940", "-2301940",
                "mem[1][1] is -2301940, expected W"},
        Refusal{"WithHalfAByteOfMemory", "7b000000", "7b00000",
                absl::StrCat("mem[1][2] is \"7b00000\", expected ", kBytes)},
        Refusal{"WithOtherThanHexInMemory", "7b000000", "7b00000g",
                absl::StrCat("mem[1][2] is \"7b00000g\", expected ", kBytes)},
        Refusal{"WithANumberForMemory", "\"7b000000\"", "7",
                absl::StrCat("mem[1][2] is 7, expected ", kBytes)}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Calls, TrapLine,
    testing::Values(
        Refusal{"WithNullCalls", "\"calls\":[", "\"calls\":null,\"x\":[",
                "calls is null, expected an array of calls"},
        Refusal{"WithAnEmptyCall", "[\"guest_pagetable_clear_all\"]", "[]",
                "calls[0] is an array of 0, expected an array that starts "
                "with a name"},
        Refusal{"WithACallThatIsNoArray", "[\"guest_pagetable_clear_all\"]",
                "\"demand_page\"",
                "calls[0] is \"demand_page\", expected an array that starts "
                "with a name"},
        Refusal{"WithAnUnknownCall", "deliver_trap", "deliver_traps",
                "calls[2][0] is \"deliver_traps\", expected demand_page, "
                "deliver_trap, kill_guest or guest_pagetable_clear_all"},
        Refusal{"WithAnArgumentTooMany", "14,1]", "14,1,0]",
                "calls[2] is an array of 4, expected 3 values for "
                "deliver_trap"},
        Refusal{"WithAnArgumentTooFew", "912,4,0]", "912,4]",
                "calls[1] is an array of 3, expected 4 values for "
                "demand_page"},
        Refusal{"WithABadArgument", "912,4,0]", "912,\"4\",0]",
                "calls[1][2] is \"4\", expected W"},
        Refusal{"WithABadResult", "14,1]", "14,false]",
                "calls[2][2] is false, expected W"},
        Refusal{"WithANumberForAMessage", "\"unhandled \\\"trap\\\" \\u00e9\"",
                "1", "calls[3][1] is 1, expected a message"}),
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

constexpr char kOneOf[] = "trap, hypercall, try_deliver_interrupt or lost";

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
        BadLine{"NoKey", "{}",
                absl::StrCat("has 0 keys without \"trap\", expected one of ",
                             kOneOf)},
        BadLine{"TwoKinds", R"({"hypercall":[1],"lost":1})",
                absl::StrCat("has 2 keys without \"trap\", expected one of ",
                             kOneOf)},
        BadLine{
            "UnknownKind", R"({"run":{}})",
            absl::StrCat("is of the unknown kind \"run\", expected ", kOneOf)},
        BadLine{"AnExportedEvent", R"({"event":{}})",
                absl::StrCat("is of the unknown kind \"event\", expected ",
                             kOneOf)},
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
