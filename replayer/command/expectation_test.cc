// SPDX-License-Identifier: Apache-2.0

#include "replayer/command/expectation.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "properties/clause.h"
#include "proto/testing_files.h"

namespace trapline::command {
namespace {

using ::testing::HasSubstr;

replay::FileResult Verified() {
  replay::FileResult file;
  file.traps = 10;
  return file;
}

replay::FileResult Diverged() {
  replay::FileResult file = Verified();
  file.diverged = 2;
  replay::Divergence divergence;
  divergence.trap = 7;
  divergence.differences = {{"post.eip", "", "", ""}, {"mem[2]", "", "", ""}};
  file.divergences.push_back(divergence);
  divergence.trap = 9;
  divergence.differences = {{"post.eax", "", "", ""}};
  file.divergences.push_back(divergence);
  return file;
}

replay::FileResult BadData() {
  replay::FileResult file;
  file.status = absl::DataLossError("x.trace: damaged at offset 12: a reason");
  return file;
}

// What is not as `text` expects, or the error.
std::string Told(const std::string& text,
                 const std::vector<replay::FileResult>& files) {
  const std::string path = trace::TestPath("some.expect");
  trace::WriteBytes(path, text);
  const absl::StatusOr<std::string> told = Unexpected(path, files);
  return told.ok() ? *told : std::string(told.status().message());
}

TEST(Expectation, OfAVerdictFitsThatVerdictOnly) {
  EXPECT_EQ(Told("VERIFIED\n", {Verified()}), "");
  EXPECT_EQ(Told("DIVERGED\n", {Diverged()}), "");
  EXPECT_EQ(Told("BAD-DATA\n", {BadData()}), "");
  EXPECT_EQ(Told("VERIFIED\n", {Diverged()}),
            "expected VERIFIED, found DIVERGED");
  EXPECT_EQ(Told("DIVERGED\n7 post.eip mem[2]\n", {Verified()}),
            "expected DIVERGED, found VERIFIED");
  EXPECT_EQ(Told("BAD-DATA\n", {Verified()}),
            "expected BAD-DATA, found VERIFIED");
  EXPECT_EQ(Told("VERIFIED\n", {Verified(), Diverged()}),
            "expected VERIFIED, found DIVERGED");
}

TEST(Expectation, OfDivergencesFitsAllOfThemWithAllTheirFieldsInOrder) {
  const std::vector<replay::FileResult> files = {Diverged()};
  EXPECT_EQ(Told("DIVERGED\n7 post.eip mem[2]\n9 post.eax\n", files), "");
  EXPECT_EQ(Told("DIVERGED\n7 post.eip mem[2]\n", files),
            "expected the divergence '(none)', found '9 post.eax'");
  EXPECT_EQ(
      Told("DIVERGED\n7 post.eip mem[2]\n9 post.eax\n10 post.eax\n", files),
      "expected the divergence '10 post.eax', found '(none)'");
  EXPECT_EQ(Told("DIVERGED\n7 post.eip\n9 post.eax\n", files),
            "expected the divergence '7 post.eip', found '7 post.eip mem[2]'");
  EXPECT_EQ(Told("DIVERGED\n9 post.eax\n7 post.eip mem[2]\n", files),
            "expected the divergence '9 post.eax', found '7 post.eip mem[2]'");
}

TEST(Expectation, OfBrokenClausesFitsWhereAllOfThoseAreAmongTheBroken) {
  replay::FileResult file = Diverged();
  const auto& clauses = properties::Clauses();
  const std::string a(clauses[0].id), b(clauses[1].id), c(clauses[2].id);
  file.divergences[1].broken = {{&clauses[0], nullptr}, {&clauses[1], nullptr}};
  const auto told = [&](const std::string& expected) {
    return Told("DIVERGED\n7 post.eip mem[2]\n9 post.eax" + expected, {file});
  };
  EXPECT_EQ(told(""), "");
  EXPECT_EQ(told(" breaks " + b), "");
  EXPECT_EQ(told(" breaks " + a + " " + b), "");
  EXPECT_EQ(told(" breaks " + a + " " + c),
            "expected the divergence '9 post.eax breaks " + a + " " + c +
                "', found '9 post.eax breaks " + a + "'");
  EXPECT_EQ(told(" breaks " + c),
            "expected the divergence '9 post.eax breaks " + c +
                "', found '9 post.eax'");
  EXPECT_EQ(told(" breaks nothing"),
            "expected the divergence '9 post.eax breaks nothing', found '9 "
            "post.eax'");
  file.divergences[1].broken.clear();
  EXPECT_EQ(told(" breaks nothing"), "");
  EXPECT_EQ(told(" breaks"),
            "expected the divergence '9 post.eax breaks', found '9 post.eax'");
}

TEST(Expectation, OfBadDataFitsAMessageWithEveryPart) {
  EXPECT_EQ(Told("BAD-DATA\noffset 12\n", {BadData()}), "");
  EXPECT_EQ(Told("BAD-DATA\noffset 12\na reason\n", {BadData()}), "");
  EXPECT_EQ(
      Told("BAD-DATA\noffset 12\nno reason\n", {BadData()}),
      "expected a message with 'no reason', found 'x.trace: damaged at offset "
      "12: a reason'");
}

TEST(Expectation, DoesNotCountEmptyLinesAndComments) {
  EXPECT_EQ(Told("# why\n\nBAD-DATA\n\n# what\na reason", {BadData()}), "");
}

TEST(Expectation, MustExpectSomething) {
  EXPECT_THAT(Told("", {Verified()}), HasSubstr("expects nothing"));
  EXPECT_THAT(Told("# VERIFIED\n", {Verified()}), HasSubstr("expects nothing"));
  EXPECT_TRUE(
      absl::IsNotFound(Unexpected("nowhere.expect", {Verified()}).status()));
}

TEST(Expectation, OfAVerdictThatThereIsNotFitsNothing) {
  for (const auto& file : {Verified(), Diverged(), BadData()}) {
    EXPECT_THAT(Told("DIVERGES\n", {file}), HasSubstr("expected DIV"));
  }
}

}  // namespace
}  // namespace trapline::command
