// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"
#include "recorder/convert/testing_raw.h"
#include "replayer/command/testing_command.h"

namespace trapline::command {
namespace {

using ::testing::HasSubstr;

class ConvertVerbTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directory(raw_); }

  // A file of the folder, with two traps and `missing` numbers between them.
  std::string Write(uint64_t missing, bool ended = true) {
    const std::string path = raw_ + "/cpu0.raw";
    trace::WriteBytes(
        path,
        convert::FileBytes({.records = {convert::TrapRecord(1, 1),
                                        convert::TrapRecord(2 + missing, 2)},
                            .ended = ended,
                            .next_seq = 3 + missing}));
    return path;
  }

  const std::string folder_ = NewFolder();
  const std::string raw_ = folder_ + "/raw";
  const std::string trace_ = folder_ + "/boot.trace";
};

TEST_F(ConvertVerbTest, MakesATraceOfAFolder) {
  Write(5);
  const Finished converted =
      Trapline({"convert", "--workload", "boot", raw_, "-o", trace_});
  ASSERT_THAT(converted, Exits(0));
  EXPECT_EQ(converted.out, "");
  EXPECT_EQ(converted.err,
            trace_ + ": 2 traps, 0 events, 5 lost in 1 places\n");
  EXPECT_THAT(Trapline({"check", trace_}).out,
              HasSubstr(": sound, 1 blocks, 2 traps, 0 events, 5 lost\n"));
  EXPECT_THAT(Trapline({"info", trace_}).out,
              HasSubstr("\"workload\": \"boot\""));
}

TEST_F(ConvertVerbTest, TakesACutFileOnlyToRecoverIt) {
  const std::string path = Write(0, false);
  const Finished refused = Trapline({"convert", path, "-o", trace_});
  EXPECT_THAT(refused, IsBadData(path + ": cut at offset "));
  EXPECT_FALSE(std::filesystem::exists(trace_));
  EXPECT_FALSE(std::filesystem::exists(trace_ + ".part"));
  const Finished recovered =
      Trapline({"convert", "--recover", path, "-o", trace_});
  ASSERT_THAT(recovered, Exits(0));
  EXPECT_THAT(recovered.err,
              HasSubstr("2 traps, 0 events, 1 lost in 1 places"));
}

TEST_F(ConvertVerbTest, SaysWhatIsWrongWithItsUse) {
  const std::string path = Write(0);
  EXPECT_THAT(Trapline({"convert", path}),
              IsWrongUse("convert needs -o TRACE"));
  EXPECT_THAT(Trapline({"convert", path, "-o", path}),
              IsWrongUse("would destroy what is read"));
  EXPECT_THAT(Trapline({"convert", folder_ + "/none", "-o", trace_}),
              IsWrongUse("there is no "));
  std::filesystem::remove(path);
  EXPECT_THAT(Trapline({"convert", raw_, "-o", trace_}),
              IsWrongUse("holds no .raw file"));
}

TEST_F(ConvertVerbTest, CheckTellsOfRawFilesToo) {
  const std::string path = Write(5);
  const Finished sound = Trapline({"check", path});
  ASSERT_THAT(sound, Exits(0));
  EXPECT_EQ(sound.out, path + ": sound, CPU 0, 2 records, 1 to 7, 2 traps\n");
  std::string bytes = trace::ReadBytes(path);
  bytes[bytes.size() / 2] ^= 1;
  trace::WriteBytes(path, bytes);
  EXPECT_THAT(Trapline({"check", path}), IsBadData(path + ": damaged at "));
}

}  // namespace
}  // namespace trapline::command
