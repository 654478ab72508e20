// SPDX-License-Identifier: Apache-2.0

#include "traces/bad/corpus.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "replayer/replay.h"

namespace trapline::bad {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kFolder[] = "traces/bad";

std::vector<BadTrace> MadeAnew() {
  auto corpus = Corpus("traces/good");
  EXPECT_EQ(corpus.status(), absl::OkStatus());
  return corpus.ok() ? *std::move(corpus) : std::vector<BadTrace>();
}

std::set<std::string> Committed(const std::string& extension) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == extension) {
      names.insert(entry.path().stem().string());
    }
  }
  return names;
}

std::string PathOf(const std::string& name) {
  return absl::StrCat(kFolder, "/", name, ".trace");
}

replay::FileResult ReplayOf(const std::string& path) {
  return replay::Replay({path}, {})[0];
}

// The part of the message that the .expect file wants.
std::string Reason(const std::string& name) {
  const std::vector<std::string> lines = absl::StrSplit(
      trace::ReadBytes(absl::StrCat(kFolder, "/", name, ".expect")), '\n');
  EXPECT_THAT(lines, SizeIs(5)) << name;
  return lines.size() == 5 ? lines[3] : "";
}

TEST(Corpus, IsWhatTheGeneratorMakes) {
  std::set<std::string> names;
  for (const BadTrace& made : MadeAnew()) {
    EXPECT_TRUE(names.insert(made.name).second)
        << made.name << " is made twice";
    EXPECT_EQ(trace::ReadBytes(PathOf(made.name)), made.bytes) << made.name;
  }
  EXPECT_EQ(Committed(".trace"), names);
  EXPECT_EQ(Committed(".expect"), names);
}

// So what is wrong with a bad one is the fault put in, and nothing else.
TEST(Corpus, IsForgedFromRecordingsThatVerify) {
  const auto sources = ReadSources("traces/good");
  ASSERT_EQ(sources.status(), absl::OkStatus());
  for (Recording recording : {sources->recording, sources->other}) {
    for (const size_t blocks : {3, 1}) {
      recording.blocks.resize(blocks);
      const std::string path = trace::TestPath("forged.trace");
      trace::WriteBytes(path, Join(recording));
      const replay::FileResult result = ReplayOf(path);
      EXPECT_EQ(replay::VerdictOf(result), replay::Verdict::kVerified)
          << result.status;
      EXPECT_EQ(result.traps, 4 * blocks);
    }
  }
}

TEST(Corpus, HasAReasonForEachFileThatFitsNoOther) {
  std::map<std::string, std::string> messages;
  for (const std::string& name : Committed(".trace")) {
    messages[name] = std::string(ReplayOf(PathOf(name)).status.message());
  }
  ASSERT_THAT(messages, testing::Not(testing::IsEmpty()));
  for (const auto& [name, message] : messages) {
    const std::string reason = Reason(name);
    for (const auto& [other, of_other] : messages) {
      EXPECT_EQ(absl::StrContains(of_other, reason), name == other)
          << "the reason of " << name << " and the message " << of_other;
    }
  }
}

TEST(Corpus, IsRefusedInOneLineThatNamesTheFile) {
  for (const std::string& name : Committed(".trace")) {
    const std::string message(ReplayOf(PathOf(name)).status.message());
    EXPECT_THAT(message, HasSubstr(absl::StrCat(PathOf(name), ": ")));
    EXPECT_FALSE(absl::StrContains(message, "\n")) << message;
    EXPECT_FALSE(absl::StrContains(message.substr(1), PathOf(name))) << message;
  }
}

}  // namespace
}  // namespace trapline::bad
