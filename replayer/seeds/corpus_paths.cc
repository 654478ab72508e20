// SPDX-License-Identifier: Apache-2.0

#include "replayer/seeds/corpus_paths.h"

#include <vector>

#include "absl/strings/str_format.h"
#include "properties/coverage/feasible_paths.h"
#include "properties/engines/fuzz.h"
#include "properties/fuzz/check_insn.h"
#include "replayer/coverage/paths_doc.h"
#include "replayer/seeds/seeds.h"

namespace trapline::replay {

using properties::FeasiblePaths;
using properties::HostKind;
using properties::HostKinds;

GuestMaker FindGuestMaker(std::string_view harness) {
  if (harness == "handle_trap") return properties::GuestOf;
  if (harness == "emulate_insn") return properties::InsnGuest;
  return nullptr;
}

void CorpusPaths::Add(const std::string& input) {
  const properties::Guest guest =
      make_({reinterpret_cast<const uint8_t*>(input.data()), input.size()});
  const model::Flavor& flavor = *model::FindFlavor(guest.host.flavor.name);
  const HostKind kind = {&flavor, guest.host.pae};
  taken_[kind.Name()].insert(PathOfGuest(guest));
  ++inputs_;
}

std::string CorpusPaths::Text() const {
  std::set<std::string_view> all, all_taken;
  std::string text = absl::StrFormat("%d inputs\n\npaths taken\n", inputs_);
  for (const HostKind& kind : HostKinds()) {
    const auto feasible = FeasiblePaths(kind);
    all.insert(feasible.begin(), feasible.end());
    const auto found = taken_.find(kind.Name());
    size_t taken = 0;
    if (found != taken_.end()) {
      taken = found->second.size();
      all_taken.insert(found->second.begin(), found->second.end());
    }
    absl::StrAppendFormat(&text, "  %-8s %3d of %3d\n", kind.Name(), taken,
                          feasible.size());
  }
  absl::StrAppendFormat(&text, "  of all   %3d of %3d\n\nnever taken\n",
                        all_taken.size(), all.size());
  const std::vector<std::string_view> paths(all.begin(), all.end());
  const std::vector<std::string_view> taken(all_taken.begin(), all_taken.end());
  for (const auto& [head, count] : Shortened(paths, taken)) {
    absl::StrAppendFormat(&text, "  %3d  %s\n", count, head);
  }
  return text;
}

}  // namespace trapline::replay
