// SPDX-License-Identifier: Apache-2.0

// The verb `replay` as programs use it: JSON, JUnit, and Bazel.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

nlohmann::json Parse(const Finished& finished) {
  EXPECT_EQ(finished.err, "");
  nlohmann::json json = nlohmann::json::parse(finished.out, nullptr, false);
  EXPECT_TRUE(json.is_object()) << finished.out;
  return json;
}

TEST(Json, HoldsTheVerdictOfAllAndOfEach) {
  const Finished replay =
      Trapline({"replay", "--json", Good("v2.6.24-tiny"),
                Historic("3.12.9-flags-nt-kept"), Bad("cut-in-block")});
  ASSERT_THAT(replay, Exits(65));
  const nlohmann::json json = Parse(replay);
  EXPECT_EQ(json["verdict"], "BAD-DATA");
  EXPECT_EQ(json["exit_status"], 65);
  ASSERT_EQ(json["traces"].size(), 3u);
  const nlohmann::json& good = json["traces"][0];
  EXPECT_EQ(good["path"], Good("v2.6.24-tiny"));
  EXPECT_EQ(good["verdict"], "VERIFIED");
  EXPECT_EQ(good["traps"], 46);
  EXPECT_EQ(good["kernel"], "2.6.24");
  EXPECT_EQ(good["flavor"], "F2");
  EXPECT_FALSE(good.contains("error"));
  const nlohmann::json& bad = json["traces"][2];
  EXPECT_EQ(bad["verdict"], "BAD-DATA");
  EXPECT_THAT(bad["error"], StartsWith(Bad("cut-in-block") + ": cut at"));
}

TEST(Json, HoldsEachDivergence) {
  const Finished replay =
      Trapline({"replay", "--json", Historic("2.6.32.69-prefix-len")});
  ASSERT_THAT(replay, Exits(1));
  const nlohmann::json trace = Parse(replay)["traces"][0];
  EXPECT_EQ(trace["diverged"], 21);
  EXPECT_EQ(trace["by_field"]["post.eip"], 21);
  ASSERT_EQ(trace["divergences"].size(), 20u);
  const nlohmann::json& first = trace["divergences"][0];
  EXPECT_EQ(first["trap"], 486);
  EXPECT_EQ(first["trapnum"], 13);
  EXPECT_EQ(first["block_offset"], 717);
  EXPECT_EQ(first["disassembly"], "in ax, dx");
  EXPECT_EQ(first["differences"],
            nlohmann::json::parse(R"([{"field": "post.eip",
                "before": "c02011d2", "recorded": "c02011d3",
                "model": "c02011d4"}])"));
}

TEST(Json, HoldsEachGap) {
  const Finished replay =
      Trapline({"replay", "--json", TraceWithGap(NewFolder())});
  ASSERT_THAT(replay, Exits(3));
  const nlohmann::json trace = Parse(replay)["traces"][0];
  EXPECT_EQ(trace["verdict"], "VERIFIED-WITH-GAPS");
  ASSERT_EQ(trace["gaps"].size(), 1u);
  EXPECT_EQ(trace["gaps"][0]["before_trap"], 34265);
  EXPECT_EQ(trace["gaps"][0]["records"], trace["lost"]);
  EXPECT_GE(trace["lost"], 16);
}

// How many test cases and how many failures the document counts.
std::string Suite(int tests, int failures) {
  return absl::StrCat("<testsuites tests=\"", tests, "\" failures=\"", failures,
                      "\">\n");
}

TEST(Junit, HasATestCaseForEachTraceBesideTheText) {
  const std::string junit = NewFolder() + "/junit.xml";
  const Finished replay = Trapline({"replay", Good("v2.6.24-tiny"), "--junit",
                                    junit, Historic("3.12.9-flags-nt-kept")});
  ASSERT_THAT(replay, Exits(1));
  EXPECT_THAT(replay.out, HasSubstr("\nDIVERGED: 68 traps in 2 traces"));
  const std::string xml = trace::ReadBytes(junit);
  EXPECT_THAT(xml, StartsWith("<?xml version=\"1.0\""));
  EXPECT_THAT(xml, HasSubstr(Suite(2, 1)));
  EXPECT_THAT(xml, HasSubstr("name=\"" + Good("v2.6.24-tiny") + "\"/>"));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"DIVERGED\">"));
}

TEST(Junit, TakesGapsForFailuresUnlessTheyAreAllowed) {
  const std::string folder = NewFolder();
  const std::string gap = TraceWithGap(folder);
  const std::string junit = folder + "/junit.xml";
  EXPECT_THAT(Trapline({"replay", gap, "--junit", junit}), Exits(3));
  EXPECT_THAT(trace::ReadBytes(junit), HasSubstr(Suite(1, 1)));
  EXPECT_THAT(Trapline({"replay", gap, "--allow-gaps", "--junit", junit}),
              Exits(0));
  EXPECT_THAT(trace::ReadBytes(junit), HasSubstr(Suite(1, 0)));
}

TEST(Junit, MustBeWritten) {
  const Finished replay = Trapline(
      {"replay", Good("v2.6.24-tiny"), "--junit", "/nowhere/junit.xml"});
  EXPECT_THAT(replay, Exits(2));
  EXPECT_EQ(replay.err, "trapline: '/nowhere/junit.xml' cannot be written\n");
}

TEST(Bazel, GetsJunitWhereItAsksForIt) {
  const std::string xml = NewFolder() + "/test.xml";
  EXPECT_THAT(Trapline({"replay", Bad("empty")}, {{"XML_OUTPUT_FILE", xml}}),
              Exits(65));
  EXPECT_THAT(trace::ReadBytes(xml), HasSubstr(Suite(1, 1)));
  EXPECT_THAT(trace::ReadBytes(xml), HasSubstr("not a trace but empty"));
}

class Shards : public ::testing::Test {
 protected:
  // Replays what falls to `shard`.
  nlohmann::json Replay(int shard, int shards) {
    status_file_ = absl::StrCat(folder_, "/status", shard);
    const Finished replay =
        Trapline({"replay", "--json", blocks_},
                 {{"TEST_TOTAL_SHARDS", absl::StrCat(shards)},
                  {"TEST_SHARD_INDEX", absl::StrCat(shard)},
                  {"TEST_SHARD_STATUS_FILE", status_file_}});
    EXPECT_THAT(replay, Exits(0));
    return Parse(replay)["traces"][0];
  }

  const std::string folder_ = NewFolder();
  const std::string blocks_ = TraceOfManyBlocks(folder_);
  std::string status_file_;
};

TEST_F(Shards, ShareOutTheBlocks) {
  int traps = 0, blocks = 0;
  for (int shard = 0; shard < 3; ++shard) {
    const nlohmann::json trace = Replay(shard, 3);
    EXPECT_EQ(trace["verdict"], "VERIFIED");
    EXPECT_GE(trace["blocks"], 4);
    EXPECT_LE(trace["blocks"], 5);
    traps += trace["traps"].get<int>();
    blocks += trace["blocks"].get<int>();
    EXPECT_TRUE(std::filesystem::exists(status_file_));
  }
  EXPECT_EQ(traps, 196);
  EXPECT_EQ(blocks, 13);
}

TEST_F(Shards, MayHaveNothingToDo) {
  EXPECT_EQ(Replay(12, 20)["traps"], 4);
  EXPECT_EQ(Replay(13, 20)["traps"], 0);
}

TEST_F(Shards, FailWhereTheirBlocksDo) {
  std::string bytes = trace::ReadBytes(blocks_);
  trace::WriteBytes(blocks_, bytes.substr(0, bytes.size() - 1));
  for (const std::string shard : {"0", "1"}) {
    EXPECT_THAT(Trapline({"replay", blocks_}, {{"TEST_TOTAL_SHARDS", "2"},
                                               {"TEST_SHARD_INDEX", shard}}),
                Exits(65));
  }
}

TEST_F(Shards, AreNotMadeOfNonsense) {
  for (const auto& [shard, shards] :
       {std::pair("2", "2"), std::pair("x", "2"), std::pair("0", "0")}) {
    const Finished replay =
        Trapline({"replay", "--json", blocks_},
                 {{"TEST_TOTAL_SHARDS", shards}, {"TEST_SHARD_INDEX", shard}});
    EXPECT_THAT(replay, Exits(0));
    EXPECT_EQ(Parse(replay)["traps"], 196);
  }
}

}  // namespace
}  // namespace trapline::command
