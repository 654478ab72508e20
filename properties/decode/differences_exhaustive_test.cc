// SPDX-License-Identifier: Apache-2.0

// All strings of four bytes.

#include <gtest/gtest.h>

#include "properties/decode/differences.h"
#include "properties/decode/testing_readers.h"

namespace trapline::properties {
namespace {

TRAPLINE_EACH_FORM(EachForm);

TEST_P(EachForm, DiffersInStringsOfFourBytesAsTheTableSays) {
  EXPECT_EQ(CountDifferences(GetParam(), kLongestString,
                             HandlerReader(GetParam()), ReadByArchitecture),
            KnownCounts(GetParam(), kLongestString));
}

TEST(OneForm, ShowsOneStringOfFourBytesThatTheHandlerReadsOtherwise) {
  const DecodingForm& form = DecodingForms().back();
  DifferenceCounts expected = KnownCounts(form, kLongestString);
  ++expected["over-accepted "];
  EXPECT_EQ(CountDifferences(
                form, kLongestString,
                FlippedReader(HandlerReader(form), {0x05, 0x12, 0x34, 0x56},
                              Reading{Reading::kOut, 1, 0}),
                ReadByArchitecture),
            expected);
}

}  // namespace
}  // namespace trapline::properties
