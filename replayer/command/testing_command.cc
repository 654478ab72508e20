// SPDX-License-Identifier: Apache-2.0

#include "replayer/command/testing_command.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "proto/reader.h"
#include "proto/testing_files.h"

namespace trapline::command {
namespace {

namespace fs = std::filesystem;

std::string Program() { return fs::absolute("replayer/trapline").string(); }

// What Bazel tells a test by is not for what the test runs.
std::vector<std::string> Environment(
    const std::map<std::string, std::string>& more) {
  std::vector<std::string> all;
  for (char** at = environ; *at != nullptr; ++at) {
    if (absl::StartsWith(*at, "TEST_") || absl::StartsWith(*at, "GTEST_") ||
        absl::StartsWith(*at, "XML_OUTPUT_FILE=")) {
      continue;
    }
    all.emplace_back(*at);
  }
  for (const auto& [name, value] : more) {
    all.push_back(absl::StrCat(name, "=", value));
  }
  return all;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& string : strings) pointers.push_back(&string[0]);
  pointers.push_back(nullptr);
  return pointers;
}

Finished Run(std::vector<std::string> arguments,
             const std::map<std::string, std::string>& environment) {
  const std::string folder = NewFolder();
  const std::string out = folder + "/out", err = folder + "/err";
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  constexpr int kNew = O_WRONLY | O_CREAT | O_EXCL;
  posix_spawn_file_actions_addopen(&files, 1, out.c_str(), kNew, 0666);
  posix_spawn_file_actions_addopen(&files, 2, err.c_str(), kNew, 0666);
  std::vector<std::string> variables = Environment(environment);
  pid_t child = 0;
  const int error =
      posix_spawn(&child, arguments[0].c_str(), &files, nullptr,
                  Pointers(arguments).data(), Pointers(variables).data());
  posix_spawn_file_actions_destroy(&files);
  EXPECT_EQ(error, 0) << arguments[0];
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  Finished finished;
  finished.status =
      WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  finished.out = trace::ReadBytes(out);
  finished.err = trace::ReadBytes(err);
  fs::remove_all(folder);
  return finished;
}

std::string TracePath(const std::string& folder, const std::string& name) {
  return absl::StrCat("traces/", folder, "/", name, ".trace");
}

// An offset there.
size_t InFourthBlock(const std::string& path) {
  const auto blocks = trace::ReadBlocks(path);
  const bool as_told = blocks.ok() && blocks->size() == 13;
  EXPECT_TRUE(as_told) << path;
  return as_told ? (*blocks)[3].offset + 100 : 0;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Finished& finished) {
  return out << "status " << finished.status << ", stdout:\n"
             << finished.out << "\nstderr:\n"
             << finished.err;
}

Finished Trapline(const std::vector<std::string>& arguments,
                  const std::map<std::string, std::string>& environment) {
  std::vector<std::string> all = {Program()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return Run(std::move(all), environment);
}

Finished Shell(const std::string& script, const std::string& folder) {
  return Run({"/bin/bash", "-c", absl::StrCat("cd '", folder, "' && ", script)},
             {{"TRAPLINE", Program()}});
}

std::string Good(const std::string& name) { return TracePath("good", name); }
std::string Bad(const std::string& name) { return TracePath("bad", name); }
std::string Historic(const std::string& name) {
  return TracePath("historic", name);
}

std::string NewFolder() {
  std::string path = trace::TestPath("folderXXXXXX");
  EXPECT_NE(mkdtemp(&path[0]), nullptr) << path;
  return path;
}

std::string TraceOfManyBlocks(const std::string& folder) {
  const std::string path = folder + "/blocks.trace";
  const Finished imported =
      Shell(absl::StrCat("$TRAPLINE export ", Good("v3.12-kill1"), " >'",
                         folder, "/blocks.jsonl' && $TRAPLINE import '", folder,
                         "/blocks.jsonl' --block 16 -o '", path, "'"));
  EXPECT_THAT(imported, Exits(0));
  return path;
}

std::string DamagedTrace(const std::string& folder) {
  const std::string path = TraceOfManyBlocks(folder);
  std::string bytes = trace::ReadBytes(path);
  char& byte = bytes[InFourthBlock(path)];
  byte = static_cast<char>(byte ^ 1);
  trace::WriteBytes(folder + "/damaged.trace", bytes);
  return folder + "/damaged.trace";
}

std::string CutTrace(const std::string& folder) {
  const std::string path = TraceOfManyBlocks(folder);
  const std::string bytes = trace::ReadBytes(path);
  trace::WriteBytes(folder + "/cut.trace.part",
                    bytes.substr(0, InFourthBlock(path)));
  return folder + "/cut.trace.part";
}

std::string TraceWithGap(const std::string& folder) {
  const std::string path = folder + "/gap.trace";
  EXPECT_THAT(Trapline({"recover", DamagedTrace(folder), "-o", path}),
              Exits(0));
  return path;
}

}  // namespace trapline::command
