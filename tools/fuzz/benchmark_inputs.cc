// SPDX-License-Identifier: Apache-2.0

// The main of a harness's benchmark: how long it takes for an input, all
// oracles in, without what watches and mutates. Arguments that are no flags are
// files of inputs.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tools/fuzz/harness.h"

namespace trapline::fuzz {
namespace {

std::vector<std::string> inputs;

void BM_Inputs(benchmark::State& state) {
  for (auto _ : state) {
    for (const std::string& input : inputs) {
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()),
                             input.size());
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(inputs.size()));
}
BENCHMARK(BM_Inputs);

int Main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "%s cannot be read; name files\n", argv[i]);
      return 2;
    }
    inputs.emplace_back(std::istreambuf_iterator<char>(file),
                        std::istreambuf_iterator<char>());
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace trapline::fuzz

int main(int argc, char** argv) { return trapline::fuzz::Main(argc, argv); }
