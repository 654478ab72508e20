// SPDX-License-Identifier: Apache-2.0

// Prints which paths of the handler a corpus takes: HARNESS, then files and
// folders of inputs.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "replayer/seeds/corpus_paths.h"

namespace {

namespace fs = std::filesystem;

bool AddFile(const fs::path& path, trapline::replay::CorpusPaths* paths) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return false;
  paths->Add(std::string(std::istreambuf_iterator<char>(file), {}));
  return true;
}

bool Add(const fs::path& path, trapline::replay::CorpusPaths* paths) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return AddFile(path, paths);
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (entry.is_regular_file() && !AddFile(entry.path(), paths)) return false;
  }
  return !error;
}

}  // namespace

int main(int argc, char** argv) {
  // Where the command line was written, and not where Bazel runs it.
  const char* const here = std::getenv("BUILD_WORKING_DIRECTORY");
  if (here != nullptr && chdir(here) != 0) return 2;
  const auto make =
      argc < 3 ? nullptr : trapline::replay::FindGuestMaker(argv[1]);
  if (make == nullptr) {
    std::fputs("Takes handle_trap or emulate_insn, then inputs of it.\n",
               stderr);
    return 2;
  }
  trapline::replay::CorpusPaths paths(make);
  for (int i = 2; i < argc; ++i) {
    if (Add(argv[i], &paths)) continue;
    std::fprintf(stderr, "'%s' cannot be read; name a file or a folder\n",
                 argv[i]);
    return 2;
  }
  std::fputs(paths.Text().c_str(), stdout);
  return 0;
}
