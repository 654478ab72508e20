// SPDX-License-Identifier: Apache-2.0

#include "recorder/qemu/played_cases.h"

#include <sys/wait.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "proto/testing_files.h"
#include "recorder/qemu/virtual_host.h"

namespace trapline::qemu {

std::string PlayedCases::folder_;
std::map<std::string, std::string> PlayedCases::files_;

void PlayedCases::Play(const std::string& cases) {
  folder_ = trace::TestPath("host-" + cases);
  files_ = Boot(cases);
}

std::string PlayedCases::File(const std::string& name) {
  const auto found = files_.find(name);
  EXPECT_TRUE(found != files_.end()) << name;
  return found == files_.end() ? "" : found->second;
}

std::string PlayedCases::RawFile(const std::string& name, int cpu) {
  return absl::StrCat(folder_, "/", name, "/cpu", cpu, ".raw");
}

std::string PlayedCases::TracePath() {
  return trace::TestPath(
      ::testing::UnitTest::GetInstance()->current_test_info()->name());
}

convert::ConvertCounts PlayedCases::Convert(
    const std::vector<std::string>& names, bool recover) const {
  std::vector<std::string> raw;
  for (const std::string& name : names) {
    for (const int cpu : {0, 1}) raw.push_back(RawFile(name, cpu));
  }
  convert::ConvertOptions options;
  options.recover = recover;
  const auto counts = convert::Convert(raw, trace_, options);
  EXPECT_EQ(counts.status(), absl::OkStatus());
  return counts.ok() ? *counts : convert::ConvertCounts();
}

int PlayedCases::Verdict() const {
  const std::string command =
      absl::StrCat("replayer/trapline replay ", trace_, " >", trace_, ".txt");
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string PlayedCases::Replay() const {
  return trace::ReadBytes(trace_ + ".txt");
}

size_t Compare(const std::vector<Line>& recorded,
               const std::vector<Line>& expected) {
  size_t next = 0;
  for (const Line& line : recorded) {
    if (line.text.empty()) {
      next += line.lost;
      continue;
    }
    if (next >= expected.size()) {
      ADD_FAILURE() << "more than expected: " << line.text;
      return 0;
    }
    EXPECT_EQ(line.text, expected[next].text) << "event " << next;
    if (line.text != expected[next].text) return 0;
    ++next;
  }
  EXPECT_LE(next, expected.size()) << "more lost than there were";
  return expected.size() - next;
}

std::vector<Line> OfGuest(uint32_t guest, const std::vector<Line>& lines) {
  std::vector<Line> its;
  for (const Line& line : lines) {
    if (line.guest == guest) its.push_back(line);
  }
  return its;
}

}  // namespace trapline::qemu
