// SPDX-License-Identifier: Apache-2.0

#include "replayer/coverage/taken_paths.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "model/handle_trap.h"
#include "replayer/explain.h"
#include "replayer/recorded_world.h"

namespace trapline::replay {
namespace {

using properties::Taken;

// A recorded trap's World that notes which way the handler goes.
class PathWorld : public RecordedWorld {
 public:
  PathWorld(const trace::Trap& trap, bool kill_messages, TrapPath* path)
      : RecordedWorld(trap, kill_messages), path_(*path) {}

  bool Take(model::Branch branch, bool condition) {
    path_.path.push_back({branch, condition});
    return condition;
  }
  bool ShadowAbsent(uint32_t entry) {
    path_.shadow_absent.push_back(RecordedWorld::ShadowAbsent(entry));
    return path_.shadow_absent.back();
  }
  bool PageUnavailable(uint32_t pfn) {
    path_.page_unavailable.push_back(RecordedWorld::PageUnavailable(pfn));
    return path_.page_unavailable.back();
  }

 private:
  TrapPath& path_;
};

std::string KeyOf(const std::vector<Taken>& path, bool bug) {
  std::string key;
  for (const Taken& step : path) {
    key.push_back(static_cast<char>(2 * static_cast<int>(step.branch) +
                                    (step.taken ? 1 : 0)));
  }
  if (bug) key.push_back('\xFF');
  return key;
}

}  // namespace

std::optional<TrapPath> PathOf(const Setting& setting,
                               const trace::Trap& trap) {
  const bool tells = (setting.needed & ~trap.present) == 0;
  if (!tells || (!Agrees(setting, trap) && !Explain(setting, trap).empty())) {
    return std::nullopt;
  }
  TrapPath path;
  PathWorld world(trap, setting.kill_messages, &path);
  auto cpu = MakeCpu(setting, trap, world);
  model::handle_trap(cpu);
  path.bug = cpu.bug;
  return path;
}

void PathCounter::Add(const trace::Trap& trap) {
  const std::optional<TrapPath> path = PathOf(setting_, trap);
  if (!path) {
    ++diverged_;
    return;
  }
  Trail& trail = trails_[KeyOf(path->path, path->bug)];
  if (trail.traps++ != 0) return;
  trail.first = trap.number;
  trail.text = path->Text();
}

absl::StatusOr<Coverage> PathCounter::Finish() const {
  std::map<std::string_view, uint64_t> taken;
  std::map<std::string_view, uint64_t> first;
  for (const auto& [key, trail] : trails_) {
    taken[trail.text] += trail.traps;
    first[trail.text] = trail.first;
  }
  Coverage coverage;
  coverage.diverged = diverged_;
  for (const std::string_view path : properties::FeasiblePaths(setting_.host)) {
    const auto found = taken.find(path);
    if (found == taken.end()) {
      coverage.never.push_back(path);
    } else {
      coverage.taken.push_back({path, found->second});
      taken.erase(found);
    }
  }
  if (!taken.empty()) {
    const std::string_view path = taken.begin()->first;
    return absl::InternalError(
        absl::StrCat("trap ", first[path],
                     " took a path that is not in the list of "
                     "feasible ones of flavor ",
                     std::string(setting_.host.flavor.name), ": '",
                     std::string(path), "'; the list has to be made anew"));
  }
  return coverage;
}

}  // namespace trapline::replay
