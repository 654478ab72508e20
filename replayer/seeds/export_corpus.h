// SPDX-License-Identifier: Apache-2.0

// Corpora of the harnesses, made of recordings.

#ifndef TRAPLINE_REPLAYER_SEEDS_EXPORT_CORPUS_H_
#define TRAPLINE_REPLAYER_SEEDS_EXPORT_CORPUS_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace trapline::replay {

struct CorpusCounts {
  size_t handle_trap = 0;  // seeds
  size_t emulate_insn = 0;
  std::set<std::string> without;  // paths of which no seed could be made
};

// Writes a file for each path that the traps `begin` up to, without, `end` of
// these recordings take, to the folders handle_trap and emulate_insn below
// `folder`. A file is called by its kind of host and its path:
// "F10_PAE.page-fault.no-page.no-handler".
absl::StatusOr<CorpusCounts> ExportCorpus(
    const std::vector<std::string>& traces, const std::string& folder,
    uint64_t begin = 0, uint64_t end = UINT64_MAX);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_SEEDS_EXPORT_CORPUS_H_
