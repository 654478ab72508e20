// SPDX-License-Identifier: Apache-2.0

#include "proto/memory_files.h"

#include <filesystem>
#include <string>

#include "gtest/gtest.h"
#include "proto/file.h"
#include "proto/recover.h"
#include "proto/testing_files.h"
#include "proto/testing_records.h"

namespace trapline::trace {
namespace {

TEST(MemoryFiles, AreWrittenAndRead) {
  MemoryFiles files;
  ASSERT_TRUE(WriteTrace("trace", RecordMaker(1).Make(100)).ok());
  EXPECT_EQ(files.Find("trace.part"), nullptr);
  const auto lines = ReadTrace("trace");
  ASSERT_TRUE(lines.ok()) << lines.status();
  EXPECT_GE(lines->size(), 100u);
  EXPECT_FALSE(std::filesystem::exists("trace"));
}

TEST(MemoryFiles, HoldTheBytesOfTheSystems) {
  const std::string path = TestPath("trace");
  ASSERT_TRUE(WriteTrace(path, RecordMaker(2).Make(100)).ok());
  const std::string bytes = ReadBytes(path);
  MemoryFiles files;
  ASSERT_TRUE(WriteTrace(path, RecordMaker(2).Make(100)).ok());
  EXPECT_EQ(files[path], bytes);
}

TEST(MemoryFiles, AreReadInPartsAndNotBeyondTheirEnd) {
  MemoryFiles files;
  files["a"] = "0123456789";
  const auto file = InputFile::Open("a");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->size(), 10u);
  std::string bytes;
  ASSERT_TRUE((*file)->Read(3, 4, &bytes).ok());
  EXPECT_EQ(bytes, "3456");
  ASSERT_TRUE((*file)->Read(8, 4, &bytes).ok());
  EXPECT_EQ(bytes, "89");
  ASSERT_TRUE((*file)->Read(11, 4, &bytes).ok());
  EXPECT_EQ(bytes, "");
}

TEST(MemoryFiles, HideTheSystemsFilesWhileTheyLive) {
  const std::string path = TestPath("hidden");
  WriteBytes(path, "x");
  {
    MemoryFiles files;
    EXPECT_TRUE(absl::IsNotFound(InputFile::Open(path).status()));
    files[path] = "y";
    RemoveFile(path);
    EXPECT_EQ(files.Find(path), nullptr);
  }
  EXPECT_TRUE(InputFile::Open(path).ok());
  RemoveFile(path);
  EXPECT_TRUE(absl::IsNotFound(InputFile::Open(path).status()));
}

TEST(MemoryFiles, AreNotOverwrittenByTheirRecovery) {
  MemoryFiles files;
  ASSERT_TRUE(WriteTrace("trace", RecordMaker(3).Make(100)).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(Recover("trace", "trace").status()));
  EXPECT_TRUE(Recover("trace", "again").ok());
  EXPECT_EQ(files["again"], files["trace"]);
}

}  // namespace
}  // namespace trapline::trace
