// SPDX-License-Identifier: Apache-2.0

// Which of the handler's feasible paths the inputs of a harness take.

#ifndef TRAPLINE_REPLAYER_SEEDS_CORPUS_PATHS_H_
#define TRAPLINE_REPLAYER_SEEDS_CORPUS_PATHS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "properties/guest.h"

namespace trapline::replay {

// The guest of an input, as a harness in properties/fuzz makes it.
using GuestMaker = properties::Guest (*)(absl::Span<const uint8_t> input);

// Of the harness of that name; null where there is none.
GuestMaker FindGuestMaker(std::string_view harness);

class CorpusPaths {
 public:
  explicit CorpusPaths(GuestMaker make) : make_(make) {}

  void Add(const std::string& input);

  // For each kind of host how many of its paths are taken; then which are taken
  // on none, those with the same beginning in one line.
  std::string Text() const;

 private:
  const GuestMaker make_;
  uint64_t inputs_ = 0;
  std::map<std::string, std::set<std::string>> taken_;  // by kind of host
};

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_SEEDS_CORPUS_PATHS_H_
