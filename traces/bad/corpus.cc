// SPDX-License-Identifier: Apache-2.0

#include "traces/bad/corpus.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace trapline::bad {

absl::StatusOr<Sources> ReadSources(const std::string& folder) {
  auto recording = Slice(absl::StrCat(folder, "/v3.12-kill1.trace"), 3, 4);
  if (!recording.ok()) return recording.status();
  auto other = Slice(absl::StrCat(folder, "/v2.6.24-tiny.trace"), 3, 4);
  if (!other.ok()) return other.status();
  return Sources{*std::move(recording), *std::move(other)};
}

absl::StatusOr<std::vector<BadTrace>> Corpus(const std::string& folder) {
  const auto sources = ReadSources(folder);
  if (!sources.ok()) return sources.status();
  std::vector<BadTrace> corpus = ContainerFaults(*sources);
  std::vector<BadTrace> more = ContentFaults(*sources);
  corpus.insert(corpus.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
  return corpus;
}

}  // namespace trapline::bad
