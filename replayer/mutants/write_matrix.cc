// SPDX-License-Identifier: Apache-2.0

// write_matrix docs/MUTANTS.md [JOBS [MUTANT...]]
//
// Sets every engine on every mutant, or on those named, and writes what they
// find into the file, whose other rows stay.

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "replayer/mutants/engines.h"
#include "replayer/mutants/matrix.h"
#include "replayer/mutants/mutant.h"

namespace trapline::mutants {
namespace {

struct Options {
  std::string path;
  int jobs = 1;
  std::set<std::string> only;  // empty: all
};

// What was published before, by the mutant's name.
using Rows = std::map<std::string, Row>;

// Puts the rows found into `rows`. Whether all went well.
bool FindRows(const Options& options, Rows* rows) {
  const auto mutants = Mutants();
  const std::vector<std::string> traces = Recordings();
  std::atomic<size_t> next{0};
  std::mutex mutex;
  bool all = true;
  const auto work = [&] {
    Solver solver;
    for (size_t i; (i = next++) < mutants.size();) {
      const std::string name(mutants[i]->name);
      if (!options.only.empty() && options.only.count(name) == 0) continue;
      auto row = MakeRow(*mutants[i], traces, &solver);
      const std::lock_guard<std::mutex> lock(mutex);
      if (row.ok()) {
        std::cerr << FormatRow(*row);
        (*rows)[name] = *std::move(row);
      } else {
        std::cerr << row.status().message() << "\n";
        all = false;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int job = 0; job < options.jobs; ++job) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  return all;
}

int Main(const Options& options) {
  std::ifstream input(options.path);
  const std::string text{std::istreambuf_iterator<char>(input), {}};
  if (text.empty()) {
    std::cerr << options.path << ": cannot be read; name docs/MUTANTS.md\n";
    return 2;
  }
  Rows rows;
  for (Row& row : ParseRows(text)) rows[row.mutant] = row;
  const bool all = FindRows(options, &rows);
  std::vector<Row> published;
  for (const Mutant* mutant : Mutants()) {
    const auto row = rows.find(std::string(mutant->name));
    if (row != rows.end()) published.push_back(row->second);
  }
  std::ofstream output(options.path);
  output << WithRows(text, published);
  if (!output.flush()) return 2;
  return all ? 0 : 4;
}

}  // namespace
}  // namespace trapline::mutants

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: write_matrix docs/MUTANTS.md [JOBS [MUTANT...]]\n";
    return 2;
  }
  trapline::mutants::Options options;
  options.path = argv[1];
  if (argc > 2) options.jobs = std::atoi(argv[2]);
  for (int i = 3; i < argc; ++i) options.only.insert(argv[i]);
  return trapline::mutants::Main(options);
}
