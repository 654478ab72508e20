// SPDX-License-Identifier: Apache-2.0

// write_matrix docs/MUTANTS.md [JOBS]
//
// Sets every engine on every mutant and writes what they find into the file.

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "replayer/mutants/engines.h"
#include "replayer/mutants/matrix.h"
#include "replayer/mutants/mutant.h"

namespace trapline::mutants {
namespace {

// In the order of Mutants(). Tells of those that went wrong.
std::vector<absl::StatusOr<Row>> MakeRows(int jobs) {
  const auto mutants = Mutants();
  const std::vector<std::string> traces = Recordings();
  std::vector<absl::StatusOr<Row>> rows(mutants.size());
  std::atomic<size_t> next{0};
  std::vector<std::thread> threads;
  for (int job = 0; job < jobs; ++job) {
    threads.emplace_back([&] {
      Solver solver;
      for (size_t i; (i = next++) < mutants.size();) {
        rows[i] = MakeRow(*mutants[i], traces, &solver);
        std::cerr << mutants[i]->name << "\n";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return rows;
}

int Main(const std::string& path, int jobs) {
  std::ifstream input(path);
  const std::string text{std::istreambuf_iterator<char>(input), {}};
  if (text.empty()) {
    std::cerr << path << ": cannot be read; name docs/MUTANTS.md\n";
    return 2;
  }
  std::vector<Row> rows;
  bool all = true;
  for (auto& row : MakeRows(jobs)) {
    if (!row.ok()) {
      std::cerr << row.status().message() << "\n";
      all = false;
    } else {
      rows.push_back(*std::move(row));
    }
  }
  if (!all) return 4;
  std::ofstream output(path);
  output << WithRows(text, rows);
  return output.flush() ? 0 : 2;
}

}  // namespace
}  // namespace trapline::mutants

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: write_matrix docs/MUTANTS.md [JOBS]\n";
    return 2;
  }
  return trapline::mutants::Main(argv[1], argc > 2 ? std::atoi(argv[2]) : 1);
}
