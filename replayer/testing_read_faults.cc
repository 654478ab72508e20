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
  kWrite,
  kRefused,          // by lguest_address_ok
  kMappedDirectory,  // demand_page's
  kMappedEntry,
  kWalkedDirectory,  // guest_pa's
  kWalkedEntry,
  kOpcode,
  kPrefixedOpcode,
  kHypercall,
};

struct ReadRole {
  Role role = Role::kWrite;
  uint32_t errcode = 0;  // of demand_page
};

uint32_t ValueOf(const trace::Access& access) {
  uint32_t value = 0;
  std::memcpy(&value, access.data, access.length);
  return value;
}

// Finds the roles: what was read since the last call belongs to demand_page
// where demand_page returns next.
class RoleWorld : public ScriptedWorld {
 public:
  explicit RoleWorld(const trace::Trap& trap)
      : ScriptedWorld(trap, {}), trap_(trap) {}

  void DemandPage(uint32_t vaddr, uint32_t errcode, bool result) {
    Classify(Role::kMappedDirectory, Role::kMappedEntry, errcode);
    ScriptedWorld::DemandPage(vaddr, errcode, result);
  }
  void PagetableClearAll() {
    Classify(Role::kWalkedDirectory, Role::kWalkedEntry, 0);
    ScriptedWorld::PagetableClearAll();
  }
  std::vector<ReadRole> Roles() {
    Classify(Role::kWalkedDirectory, Role::kWalkedEntry, 0);
    return roles_;
  }

 private:
  void Classify(Role directory, Role entry, uint32_t errcode) {
    bool prefixed = false;
    bool below = false;  // a present directory came last
    for (size_t i = roles_.size(); i < accesses().size(); ++i) {
      const ModelAccess& access = accesses()[i];
      Role role = below ? entry : directory;
      if (access.write) {
        role = Role::kWrite;
      } else if (access.refused) {
        role = Role::kRefused;
      } else if (access.length == 1) {
        role = prefixed ? Role::kPrefixedOpcode : Role::kOpcode;
        prefixed = true;
      } else if (access.length == 3) {
        role = Role::kHypercall;
      } else {
        below =
            !below && (ValueOf(trap_.accesses[i]) & model::kPagePresent) != 0;
      }
      roles_.push_back({role, errcode});
    }
  }

  const trace::Trap& trap_;
  std::vector<ReadRole> roles_;
};

std::vector<ReadRole> RolesOf(const Setting& setting, const trace::Trap& trap) {
  RoleWorld world(trap);
  auto cpu = MakeCpu(setting, trap, world);
  model::handle_trap(cpu);
  return world.Roles();
}

constexpr const char* kAbsent = "an absent entry has no other meaning";
constexpr const char* kNoPermissions = "guest_pa looks at no permission";

// Whether demand_page may map the page.
bool Permits(uint32_t entry, uint32_t errcode) {
  return (entry & model::kPagePresent) != 0 &&
         ((errcode & model::kFaultWrite) == 0 ||
          (entry & model::kPageRw) != 0) &&
         ((errcode & model::kFaultUser) == 0 ||
          (entry & model::kPageUser) != 0);
}

const char* WhyMappedDirectory(const Setting& setting, uint32_t was,
                               uint32_t flipped) {
  if (flipped == model::kPagePresent) return "";
  if ((was & model::kPagePresent) == 0) return kAbsent;
  if ((flipped & model::kPageMask) != 0) return "";
  if ((flipped & model::kPageTable) != 0) {
    return "demand_page looks at no permission in a directory";
  }
  if (setting.host.flavor.bad_entry == model::BadEntry::kKillAndGoOn) {
    return "a bad directory kills only where the shadow tables lack it, which "
           "nothing records";
  }
  return "";
}

const char* WhyMappedEntry(uint32_t was, uint32_t flipped, uint32_t errcode) {
  const bool permitted = Permits(was, errcode);
  if (permitted != Permits(was ^ flipped, errcode)) return "";
  if (!permitted) return "the guest has to hear of the fault either way";
  if (flipped == model::kPageAccessed) return "Accessed is set anyway";
  if (flipped == model::kPageDirty && (errcode & model::kFaultWrite) != 0) {
    return "a write sets Dirty anyway";
  }
  return "";
}

const char* WhyWalkedDirectory(uint32_t was, uint32_t flipped) {
  if (flipped == model::kPagePresent) return "";
  if ((was & model::kPagePresent) == 0) return kAbsent;
  return (flipped & model::kPageMask) != 0 ? "" : kNoPermissions;
}

const char* WhyWalkedEntry(const Setting& setting, const trace::Trap& trap,
                           uint32_t flipped, bool last) {
  if (flipped == model::kPagePresent) {
    if (trap.after[kIndex.dead] != 0 && !setting.kill_messages) {
      return "the guest dies anyway, and the recording does not show of what";
    }
    return "";
  }
  if ((flipped & model::kPageMask) == 0) return kNoPermissions;
  // Only the walk to eip can be followed by another.
  return last ? "the ring is found to be the user's, and eip is not read" : "";
}

// How far an instruction is stepped over and what is done; 0 where it is not.
struct Step {
  uint32_t length = 0;
  bool in = false;
};

Step StepOf(uint32_t byte) {
  switch (byte & 0xFE) {
    case 0xE4:
      return {2, true};
    case 0xE6:
      return {2, false};
    case 0xEC:
      return {1, true};
    case 0xEE:
      return {1, false};
    default:
      return {};
  }
}

const char* WhyOpcode(const Setting& setting, const trace::Trap& trap,
                      uint32_t was, uint32_t is, bool prefixed) {
  const auto special = [&](uint32_t byte) {
    return !prefixed &&
           (byte == model::kOperandSizePrefix ||
            (byte == model::kOpcodeCli && setting.host.flavor.skips_cli));
  };
  if (special(was) || special(is)) return "";
  const Step before = StepOf(was), after = StepOf(is);
  if (before.length != after.length) return "";
  if (before.length == 0) return "neither instruction is emulated";
  if (!before.in && !after.in) return "an OUT of any width is lost";
  const uint32_t eax = trap.before[kIndex.eax] |
                       (after.in ? model::in_mask(setting.host.flavor.in_form,
                                                  (is & 1) != 0, prefixed)
                                 : 0);
  return eax == trap.after[kIndex.eax] ? "eax has these ones already" : "";
}

const char* WhyHypercall(uint32_t was, uint32_t is) {
  constexpr uint32_t kVmcall = 0xC1010F;
  return was == kVmcall || is == kVmcall ? "" : "neither is VMCALL";
}

// Where a flipped bit must show; empty where it may show anywhere. A directory
// that leads elsewhere cannot be told from an entry read elsewhere.
std::vector<std::string> FieldsOf(const ReadRole& read, size_t index,
                                  uint32_t was, uint32_t flipped) {
  const std::string bytes = absl::StrCat("mem[", index, "].bytes");
  const bool is_page = (flipped & model::kPageMask) != 0;
  switch (read.role) {
    case Role::kRefused:
      return {bytes};
    case Role::kMappedEntry:
      if (!Permits(was & (was ^ flipped), read.errcode)) return {};
      if ((flipped & (model::kPagePse | model::kPagePwt)) != 0) return {};
      return {bytes, absl::StrCat("mem[", index + 1, "].bytes")};
    case Role::kMappedDirectory:
    case Role::kWalkedDirectory:
    case Role::kWalkedEntry:
      if (!is_page) return {};
      return {bytes, absl::StrCat("mem[", index + 1, "].address")};
    default:
      return {};
  }
}

}  // namespace

Faults ReadFaults(const Setting& setting, const trace::Trap& trap) {
  Faults faults;
  const std::vector<ReadRole> roles = RolesOf(setting, trap);
  for (size_t i = 0; i < trap.accesses.size(); ++i) {
    const uint32_t was = ValueOf(trap.accesses[i]);
    const uint32_t errcode = roles[i].errcode;
    const bool entry_follows =
        i + 1 < roles.size() && roles[i + 1].role == Role::kWalkedDirectory;
    const auto why = [&](uint32_t flipped) {
      switch (roles[i].role) {
        case Role::kMappedDirectory:
          return WhyMappedDirectory(setting, was, flipped);
        case Role::kMappedEntry:
          return WhyMappedEntry(was, flipped, errcode);
        case Role::kWalkedDirectory:
          return WhyWalkedDirectory(was, flipped);
        case Role::kWalkedEntry:
          return WhyWalkedEntry(setting, trap, flipped, entry_follows);
        case Role::kOpcode:
        case Role::kPrefixedOpcode:
          return WhyOpcode(setting, trap, was, was ^ flipped,
                           roles[i].role == Role::kPrefixedOpcode);
        case Role::kHypercall:
          return WhyHypercall(was, was ^ flipped);
        default:
          return "";
      }
    };
    if (roles[i].role == Role::kWrite) continue;
    for (uint32_t bit = 0; bit < 8 * trap.accesses[i].length; ++bit) {
      const uint32_t flipped = 1u << bit;
      const uint32_t is = was ^ flipped;
      std::string bytes(trap.accesses[i].length, '\0');
      std::memcpy(bytes.data(), &is, bytes.size());
      Fault fault =
          FaultIn(trap, absl::StrCat("mem[", i, "], bit ", bit, " read"));
      SetBytes(i, std::move(bytes), &fault);
      fault.because = why(flipped);
      fault.fields = FieldsOf(roles[i], i, was, flipped);
      // A page beyond the guest's memory kills, too.
      fault.alone = roles[i].role != Role::kMappedEntry;
      faults.push_back(std::move(fault));
    }
  }
  return faults;
}

}  // namespace trapline::replay
