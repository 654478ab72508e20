// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/json_lines.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace trapline::capture {
namespace {

std::string WhyNot(absl::string_view line) {
  const absl::StatusOr<Json> value = ParseLine(line);
  if (value.ok()) return "";
  EXPECT_EQ(value.status().code(), absl::StatusCode::kDataLoss);
  return std::string(value.status().message());
}

std::string Nested(int levels) {
  return absl::StrCat("{\"a\":", std::string(levels - 1, '['),
                      std::string(levels - 1, ']'), "}");
}

TEST(ParseLine, GivesEveryKindOfValue) {
  const absl::StatusOr<Json> value = ParseLine(
      R"({"a":[1,-2,2.5,true,null,"\u00e9",{}],"b":{"c":[[]]}, "d":""})");
  ASSERT_TRUE(value.ok()) << value.status();
  EXPECT_EQ(value->dump(),
            "{\"a\":[1,-2,2.5,true,null,\"\u00e9\",{}],"
            "\"b\":{\"c\":[[]]},\"d\":\"\"}");
}

TEST(ParseLine, RefusesWhatIsNotOneObject) {
  EXPECT_EQ(WhyNot(""), "is empty, expected a JSON object");
  EXPECT_EQ(WhyNot("  "), "is not JSON at byte 3, expected a JSON object");
  EXPECT_EQ(WhyNot("[1,2]"), "is an array of 2, expected a JSON object");
  EXPECT_EQ(WhyNot("null"), "is null, expected a JSON object");
  EXPECT_EQ(WhyNot("\"x\""), "is \"x\", expected a JSON object");
  EXPECT_EQ(WhyNot("{}{}"), "is not JSON at byte 3, expected a JSON object");
  EXPECT_EQ(WhyNot("{\"a\":1"),
            "is not JSON at byte 7, expected a JSON object");
  EXPECT_EQ(WhyNot("{\"a\":01}"),
            "is not JSON at byte 7, expected a JSON object");
  EXPECT_EQ(WhyNot("{\"a\":NaN}"),
            "is not JSON at byte 6, expected a JSON object");
}

TEST(ParseLine, RefusesBytesThatAreNoText) {
  EXPECT_EQ(WhyNot("{\"a\":\"\xff\"}"),
            "is not UTF-8 at byte 7, expected a JSON object");
  EXPECT_EQ(WhyNot("{\"a\":\"\xc3\"}"),
            "is not UTF-8 at byte 8, expected a JSON object");
  EXPECT_EQ(WhyNot("{\"a\":\"\\ud800\"}"),
            "is not JSON at byte 13, expected a JSON object");
  EXPECT_EQ(WhyNot(absl::string_view("{\"a\":1}\0{", 9)),
            "has a NUL as byte 8, expected a JSON object");
  EXPECT_EQ(WhyNot("\xef\xbb\xbf{}"),
            "has a byte order mark, expected a JSON object");
}

TEST(ParseLine, RefusesAKeyTwice) {
  EXPECT_EQ(WhyNot(R"({"a":1,"b":{"c":1,"c":1}})"),
            "names \"c\" twice in one object, expected it once");
  EXPECT_EQ(WhyNot(R"({"a":1,"\u0061":2})"),
            "names \"a\" twice in one object, expected it once");
  EXPECT_TRUE(ParseLine(R"({"a":{"a":[{"a":1},{"a":1}]}})").ok());
}

TEST(ParseLine, RefusesNestingAsSoonAsItIsTooDeep) {
  EXPECT_TRUE(ParseLine(Nested(16)).ok());
  const std::string sentence =
      "is nested deeper than 16 levels, expected at most that";
  EXPECT_EQ(WhyNot(Nested(17)), sentence);
  EXPECT_EQ(WhyNot("{\"a\":" + std::string(1000000, '[')), sentence);
}

TEST(ParseLine, RefusesANumberThatNoFieldHolds) {
  EXPECT_EQ(WhyNot("{\"a\":1e999}"),
            "holds a number too large at byte 10, expected one that fits its "
            "field");
}

TEST(Describe, IsShortAsciiWhateverTheValue) {
  EXPECT_EQ(Describe(Json("\n\u00e9\"")), R"("\n\xc3\xa9\"")");
  EXPECT_EQ(Describe(Json(std::string(1000, 'a'))),
            "\"" + std::string(40, 'a') + "...\"");
  EXPECT_EQ(Describe(Json(-1)), "-1");
  EXPECT_EQ(Describe(Json::array({1, 2})), "an array of 2");
  EXPECT_EQ(Describe(Json::object()), "an object");
}

TEST(Words, AreUnsignedIntegersThatFit) {
  const auto word = [](const char* text) {
    const Json value = Json::parse(text);
    return AsWord(&value);
  };
  EXPECT_EQ(word("0"), 0u);
  EXPECT_EQ(word("4294967295"), 4294967295u);
  for (const char* text : {"4294967296", "-1", "1.0", "1e2", "\"1\"", "null",
                           "true", "[]", "18446744073709551616"}) {
    EXPECT_EQ(word(text), std::nullopt) << text;
  }
  EXPECT_EQ(AsWord(nullptr), std::nullopt);
}

TEST(Bytes, AreLowerCasePairs) {
  const auto bytes = [](const char* text) {
    const Json value(text);
    return AsBytes(&value);
  };
  EXPECT_EQ(bytes(""), "");
  EXPECT_EQ(bytes("00ff7f"), std::string("\0\xff\x7f", 3));
  for (const char* text : {"0", "0g", "FF", "0x", " 00", "00 "}) {
    EXPECT_EQ(bytes(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace trapline::capture
