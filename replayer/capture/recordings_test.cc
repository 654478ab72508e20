// SPDX-License-Identifier: Apache-2.0

// The recordings of this repository, exported, imported, exported again.

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "replayer/capture/export.h"
#include "replayer/capture/import.h"
#include "replayer/capture/samples.h"

namespace trapline::capture {
namespace {

std::vector<std::string> Recordings() {
  std::vector<std::string> paths;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator("traces")) {
    if (entry.path().extension() == ".trace") paths.push_back(entry.path());
  }
  return paths;
}

std::string ExportAll(const std::string& trace) {
  std::ostringstream out;
  const absl::Status status = Export(trace, out);
  EXPECT_TRUE(status.ok()) << status;
  return out.str();
}

TEST(Recordings, SurviveExportAndImport) {
  const std::vector<std::string> recordings = Recordings();
  EXPECT_FALSE(recordings.empty());
  for (const std::string& recording : recordings) {
    SCOPED_TRACE(recording);
    const std::string text = ExportAll(recording);
    const auto counts = Import(WriteTestFile("capture", text),
                               TestPath("trace"), {.zstd_level = 1});
    ASSERT_TRUE(counts.ok()) << counts.status();
    EXPECT_GT(counts->traps, 0);
    EXPECT_TRUE(ExportAll(TestPath("trace")) == text);
  }
}

}  // namespace
}  // namespace trapline::capture
