// SPDX-License-Identifier: Apache-2.0

// make_mutant OUTPUT NAME FILE CHANGE EQUIVALENT OLD NEW HEADER...
// make_mutant OUTPUT list NAME...
//
// Writes the source of one mutant, or the list of all.

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replayer/mutants/mutation.h"

namespace trapline::mutants {
namespace {

constexpr int kUsage = 2;
constexpr int kBadData = 65;

absl::StatusOr<std::string> Source(const std::vector<std::string>& args) {
  if (args[1] == "list") {
    return MutantList(absl::MakeSpan(args).subspan(2));
  }
  std::vector<Header> headers;
  for (size_t i = 7; i < args.size(); ++i) {
    std::ifstream file(args[i]);
    headers.push_back({args[i], {std::istreambuf_iterator<char>(file), {}}});
  }
  return MutantSource({args[1], args[2], args[3], args[4], args[5], args[6]},
                      headers);
}

int Main(const std::vector<std::string>& args) {
  if (args.size() < 3 || (args[1] != "list" && args.size() < 8)) {
    std::cerr << "make_mutant: see the head of make_mutant.cc\n";
    return kUsage;
  }
  const absl::StatusOr<std::string> source = Source(args);
  if (!source.ok()) {
    std::cerr << source.status().message() << "\n";
    return kBadData;
  }
  std::ofstream output(args[0]);
  output << *source;
  return output.flush() ? 0 : kBadData;
}

}  // namespace
}  // namespace trapline::mutants

int main(int argc, char** argv) {
  return trapline::mutants::Main({argv + 1, argv + argc});
}
