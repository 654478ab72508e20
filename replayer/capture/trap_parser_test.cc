// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/trap_parser.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "replayer/capture/samples.h"

namespace trapline::capture {
namespace {

// " W" and " L" in `sentence` stand for the numbers that fit a word and a long
// word.
struct Refusal {
  const char* name;
  std::string from;  // in the sample
  std::string to;
  std::string sentence;
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.from << " -> " << refusal.to;
}

std::string NameOf(const testing::TestParamInfo<Refusal>& info) {
  return info.param.name;
}

absl::Status Parse(const std::string& line) {
  const absl::StatusOr<Json> value = ParseLine(line);
  if (!value.ok()) return value.status();
  TrapParser parser;
  trace::Trap trap;
  return parser.Parse(*value, &trap);
}

TEST(TrapParser, TakesTheSample) {
  EXPECT_EQ(Parse(SampleTrap(1)), absl::OkStatus());
}

class TrapLine : public testing::TestWithParam<Refusal> {};

TEST_P(TrapLine, IsRefused) {
  const Refusal& refusal = GetParam();
  const std::string sentence = absl::StrReplaceAll(
      refusal.sentence, {{" W", " a number from 0 to 4294967295"},
                         {" L", " a number from 0 to 18446744073709551615"}});
  EXPECT_EQ(Parse(Edit(SampleTrap(1), refusal.from, refusal.to)),
            absl::DataLossError(sentence));
}

constexpr char kBytes[] = "bytes in lower-case hex";

INSTANTIATE_TEST_SUITE_P(
    Numbers, TrapLine,
    testing::Values(
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

}  // namespace
}  // namespace trapline::capture
