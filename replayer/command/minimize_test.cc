// SPDX-License-Identifier: Apache-2.0

// The verb `minimize`.

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "proto/testing_files.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class Minimize : public ::testing::Test {
 protected:
  Finished Run(const std::string& trace, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"minimize", trace, "-o", out_});
    return Trapline(more);
  }
  static nlohmann::json Verdict(const std::string& trace) {
    const Finished replay = Trapline({"replay", trace, "--json"});
    EXPECT_THAT(replay, Exits(1));
    return nlohmann::json::parse(replay.out)["traces"][0];
  }
  static int FirstTrap(const std::string& trace) {
    return Verdict(trace)["divergences"][0]["trap"];
  }
  static void ExpectNothingAt(const std::string& path) {
    EXPECT_FALSE(fs::exists(path));
    EXPECT_FALSE(fs::exists(path + ".part"));
  }

  const std::string folder_ = NewFolder();
  const std::string out_ = folder_ + "/least.trace";
};

// docs/TRACES.md has a row for each of the recordings that diverge.
TEST_F(Minimize, MakesOfEachBrokenKernelWhatTheDocsSay) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator("traces/historic")) {
    if (entry.path().extension() == ".trace") {
      names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  std::string rows;
  for (const std::string& name : names) {
    const std::string trace = Historic(name);
    ASSERT_THAT(Run(trace), Exits(0)) << name;
    EXPECT_THAT(Trapline({"check", out_}), Exits(0));
    const int diverged = Verdict(trace)["diverged"];
    EXPECT_EQ(Verdict(out_)["traps"], 1) << name;
    EXPECT_EQ(FirstTrap(out_), FirstTrap(trace)) << name;
    absl::StrAppend(&rows,
                    absl::StrFormat("| `%s` | %d | %d | %d |\n", name, diverged,
                                    fs::file_size(trace), fs::file_size(out_)));
  }
  EXPECT_THAT(trace::ReadBytes("docs/TRACES.md"), HasSubstr(rows));
  EXPECT_GT(names.size(), 10u);
}

TEST_F(Minimize, LeavesThisOfAnInOfAWord) {
  const Finished minimize = Run(Historic("3.12.9-in-ax-inverted"));
  ASSERT_THAT(minimize, Exits(0));
  EXPECT_EQ(minimize.out, "");
  EXPECT_THAT(minimize.err,
              HasSubstr(": trap 2100, which differs at post.eax; "));
  EXPECT_THAT(minimize.err, EndsWith(" of 5517 bytes\n"));
  EXPECT_EQ(Trapline({"dump", out_}).out,
            R"(trap 2100  record 0  tsc 0  cycles 0
  trapnum 13 (general protection), errcode 0, cr2 00000000, gate 00000000 00000000
  0001:00000000  66ed  in ax, dx
  eax 00000000  ebx 00000000  ecx 00000000  edx 00000000  esi 00000000  edi 00000000
  ebp 00000000  esp 0000:00000000  eflags 00000000  gpgdir 00000000
    read 00000000 01000001
    read 01000000 01001000
    read 00100000 66
    read 00100001 ed
    eax            00000000 -> 8000ffff
    eip            00000000 -> 00000002
)");
  EXPECT_THAT(Trapline({"replay", out_}).out,
              HasSubstr(R"(             | before   | recorded | model
    post.eax | 00000000 | 8000ffff | 0000ffff
    breaks in.word: IN of 16 bits changes no bit of eax but those of AX.
)"));
}

TEST_F(Minimize, MarksTheTrace) {
  ASSERT_THAT(Run(Historic("3.12.9-in-ax-inverted")), Exits(0));
  const auto header =
      nlohmann::json::parse(Trapline({"info", out_}).out)["header"];
  EXPECT_EQ(header["kernel"], "3.12.9");
  EXPECT_EQ(header["notes"]["minimized"], true) << header;
}

TEST_F(Minimize, TakesTheFirstTrapOfTheRange) {
  const std::string trace = Historic("2.6.32.69-prefix-len");
  ASSERT_THAT(Run(trace), Exits(0));
  EXPECT_EQ(FirstTrap(out_), 486);
  ASSERT_THAT(Run(trace, {"--range", "487:520"}), Exits(0));
  EXPECT_EQ(FirstTrap(out_), 489);
}

TEST_F(Minimize, TakesAnotherFlavor) {
  const std::string trace = Good("v3.12-boot");
  ASSERT_THAT(Run(trace, {"--flavor", "F2"}), Exits(0));
  EXPECT_THAT(Trapline({"replay", out_, "--flavor", "F2"}), Exits(1));
  EXPECT_THAT(Run(trace), IsWrongUse("nothing to minimize"));
}

TEST_F(Minimize, IsOfNoUseWhereNothingDiverges) {
  EXPECT_THAT(Run(Good("v3.12-kill1")),
              IsWrongUse("no trap of 'traces/good/v3.12-kill1.trace' diverges, "
                         "so there is nothing to minimize"));
  EXPECT_THAT(Run(Historic("3.12.9-in-ax-inverted"), {"--range", "2101:"}),
              IsWrongUse("nothing to minimize"));
  ExpectNothingAt(out_);
}

TEST_F(Minimize, RefusesWhatIsNoTrace) {
  EXPECT_THAT(Run(Bad("text")), IsBadData("not a trace, or damaged"));
  EXPECT_THAT(Run(DamagedTrace(folder_)), IsBadData("recover"));
  EXPECT_THAT(Run(Historic("3.12.9-in-ax-inverted"), {"--range", "9:10"}),
              IsBadData("holds no trap of the range"));
  ExpectNothingAt(out_);
}

TEST_F(Minimize, RefusesWrongUse) {
  const std::string trace = Historic("3.12.9-in-ax-inverted");
  EXPECT_THAT(Trapline({"minimize", trace}), IsWrongUse("needs -o TRACE"));
  EXPECT_THAT(Trapline({"minimize", trace, "-o", trace}),
              IsWrongUse("would destroy"));
  EXPECT_THAT(Trapline({"minimize", "none.trace", "-o", out_}),
              IsWrongUse("none.trace"));
  EXPECT_THAT(Run(trace, {"--flavor", "F1"}),
              IsWrongUse("--flavor takes F2 to F10, not 'F1'"));
  EXPECT_THAT(Run(trace, {"--range", "2:1"}), IsWrongUse("A less than B"));
  EXPECT_THAT(Trapline({"minimize", trace, "-o", folder_ + "/no/x.trace"}),
              IsWrongUse("/no/x.trace"));
  ExpectNothingAt(out_);
}

}  // namespace
}  // namespace trapline::command
