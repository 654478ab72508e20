// SPDX-License-Identifier: Apache-2.0

// The main of a harness's test: takes the inputs that its arguments are, files,
// folders of files or hex:DIGITS. Of the first that ends the harness, the
// smallest that still does is left in the test's outputs, with the line that
// takes it again.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tools/fuzz/harness.h"
#include "tools/fuzz/reproduce.h"

namespace trapline::fuzz {
namespace {

constexpr absl::string_view kHex = "hex:";
constexpr rlim_t kSeconds = 10;  // for one input

struct Input {
  std::string name;
  std::string bytes;
};

void AddFile(const std::filesystem::path& path, std::vector<Input>* inputs) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "%s cannot be read; name a file, a folder or hex:\n",
                 path.c_str());
    std::exit(2);
  }
  inputs->push_back(
      {path, std::string(std::istreambuf_iterator<char>(file), {})});
}

void Add(absl::string_view argument, std::vector<Input>* inputs) {
  if (absl::StartsWith(argument, kHex)) {
    const absl::string_view digits = argument.substr(kHex.size());
    if (digits.size() % 2 != 0 ||
        !std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit)) {
      std::fprintf(stderr, "hex: takes pairs of hexadecimal digits, not '%s'\n",
                   std::string(digits).c_str());
      std::exit(2);
    }
    inputs->push_back({std::string(argument), absl::HexStringToBytes(digits)});
    return;
  }
  const std::filesystem::path path{std::string(argument)};
  if (!std::filesystem::is_directory(path)) {
    AddFile(path, inputs);
    return;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) AddFile(file, inputs);
}

void Take(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()),
                         bytes.size());
}

// Whether a process of its own lives through the input.
bool Survives(const std::string& bytes, bool quiet) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) std::abort();
  if (child == 0) {
    const rlimit no_core = {0, 0};
    const rlimit time = {kSeconds, kSeconds};
    setrlimit(RLIMIT_CORE, &no_core);
    setrlimit(RLIMIT_CPU, &time);
    if (quiet && std::freopen("/dev/null", "w", stderr) == nullptr) _exit(1);
    Take(bytes);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Leaves out what can be, half of it at a time and then less; makes zero of
// what can be zero.
std::string Minimise(std::string bytes) {
  for (size_t part = std::max<size_t>(bytes.size() / 2, 1); part > 0;
       part /= 2) {
    for (size_t at = 0; at < bytes.size();) {
      std::string less = bytes;
      less.erase(at, part);
      if (Survives(less, true)) {
        at += part;
      } else {
        bytes = less;
      }
    }
  }
  for (char& byte : bytes) {
    const char was = byte;
    byte = 0;
    if (was != 0 && Survives(bytes, true)) byte = was;
  }
  return bytes;
}

void Report(const Input& input) {
  std::fprintf(stderr, "%s, of %zu bytes, ended the harness.\n",
               input.name.c_str(), input.bytes.size());
  const std::string smallest = Minimise(input.bytes);
  std::fprintf(stderr, "\nThe smallest that does has %zu bytes:\n",
               smallest.size());
  Survives(smallest, false);
  const char* folder = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  std::ofstream(absl::StrCat(folder == nullptr ? "." : folder, "/input"),
                std::ios::binary)
      << smallest;
  const char* target = std::getenv("TEST_TARGET");
  const std::string line =
      Reproduce(target == nullptr ? "TARGET" : target, smallest,
                "INPUT, which is 'input' of the test's outputs.zip");
  std::fprintf(stderr, "\n%s\n", line.c_str());
}

int Main(int argc, char** argv) {
  std::vector<Input> inputs = {{"no bytes", ""}};
  for (int i = 1; i < argc; ++i) Add(argv[i], &inputs);
  for (const Input& input : inputs) {
    if (Survives(input.bytes, false)) continue;
    Report(input);
    return 1;
  }
  std::printf("%zu inputs\n", inputs.size());
  return 0;
}

}  // namespace
}  // namespace trapline::fuzz

int main(int argc, char** argv) { return trapline::fuzz::Main(argc, argv); }
