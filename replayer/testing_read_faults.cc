// SPDX-License-Identifier: Apache-2.0

#include <cstring>

#include "absl/strings/str_cat.h"
#include "model/arch.h"
#include "model/emulate_insn.h"
#include "model/handle_trap.h"
#include "replayer/scripted_world.h"
#include "replayer/testing_faults.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

const auto& kIndex = model::kStateIndex;

// What the handler took a read for.
enum class Role {
  kNone,               // a write
  kRefused,            // by lguest_address_ok
  kMappedDirectory,    // demand_page's
  kMappedEntry,
  kWalkedDirectory,  // guest_pa's
  kWalkedEntry,
  kOpcode,
  kSecondOpcode,  // after the prefix
  kHypercall,
};

struct ReadRole {
  Role role = Role::kNone;
  uint32_t errcode = 0;  // of demand_page
};

// Finds the roles: what was read since the last call belongs to demand_page
// where demand_page returns next.
class RoleWorld : public ScriptedWorld {
 public:
  explicit RoleWorld(const trace::Trap& trap) : ScriptedWorld(trap, {}) {}

  void DemandPage(uint32_t vaddr, uint32_t errcode, bool result) {
    Classify(Role::kMappedDirectory, Role::kMappedEntry, errcode);
    ScriptedWorld::DemandPage(vaddr, errcode, result);
  }
  void PagetableClearAll() {
    Walked();
    ScriptedWorld::PagetableClearAll();
  }

  std::vector<ReadRole> Roles() {
    Walked();
    return roles_;
  }

 private:
  void Walked() { Classify(Role::kWalkedDirectory, Role::kWalkedEntry, 0); }

  void Classify(Role directory, Role entry, uint32_t errcode) {
    bool below = false;  // a present directory was the last
    while (roles_.size() < accesses().size()) {
      const ModelAccess& access = accesses()[roles_.size()];
      const bool prefixed =
          !roles_.empty() && roles_.back().role == Role::kOpcode;
      ReadRole& read = roles_.emplace_back();
      read.errcode = errcode;
      if (access.write) continue;
      if (access.refused) {
        read.role = Role::kRefused;
      } else if (access.length == 1) {
        read.role = prefixed ? Role::kSecondOpcode : Role::kOpcode;
      } else if (access.length == 3) {
        read.role = Role::kHypercall;
      } else {
        read.role = below ? entry : directory;
        below = !below && IsPresent(roles_.size() - 1);
      }
    }
  }

  bool IsPresent(size_t index) const;

  std::vector<ReadRole> roles_;
};

}  // namespace
}  // namespace trapline::replay
