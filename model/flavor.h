// SPDX-License-Identifier: Apache-2.0

// What differs between the kernels, as named traits.

#ifndef TRAPLINE_MODEL_FLAVOR_H_
#define TRAPLINE_MODEL_FLAVOR_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace trapline::model {

// How a byte or 16-bit IN changes eax.
enum class InForm {
  kShift,         // ORs 0xFFFF << (16 if prefixed), whatever the width
  kSmallOperand,  // ORs 0xFF or 0xFFFF, by the width
};

// What guest_pa does at an absent entry above the last level.
enum class AbsentEntry {
  kHostBug,   // kills the guest, then BUG_ON
  kMinusOne,  // kills the guest and returns 0xFFFFFFFF
};

// What demand_page does with an entry that its checks refuse.
enum class BadEntry {
  kKillAndGoOn,    // directories are checked only when shadowed anew
  kKillAndReturn,  // directories are checked every time; returns false
};

// One behaviour of the trap handler.
struct Flavor {
  std::string_view name;
  std::string_view kernels;
  InForm in_form;
  bool skips_cli;        // CLI in the guest kernel is stepped over
  bool rewrites_vmcall;  // 0F 01 C1 becomes CD 1F 90
  AbsentEntry absent_pde;
  AbsentEntry absent_pmd;  // with PAE
  bool has_pae;
  bool allows_pwt;        // in a page table entry
  bool has_linear_pages;  // paging may still be off
  bool spares_switcher;   // demand_page refuses the switcher's addresses
  BadEntry bad_entry;
  bool clears_eflags;  // delivery clears TF, VM, RF and NT
};

// Sorted by kernel. F1 keeps its handler inside run_guest and F11 to F13 leave
// emulation to the Launcher: they are not modelled.
inline constexpr std::array kFlavors = {
    Flavor{"F2", "2.6.24", InForm::kShift, false, false, AbsentEntry::kHostBug,
           AbsentEntry::kHostBug, false, false, false, false,
           BadEntry::kKillAndGoOn, false},
    Flavor{"F3", "2.6.25 - 2.6.26", InForm::kShift, false, false,
           AbsentEntry::kHostBug, AbsentEntry::kHostBug, false, true, false,
           false, BadEntry::kKillAndGoOn, false},
    Flavor{"F4", "2.6.27 - 2.6.29", InForm::kShift, false, false,
           AbsentEntry::kHostBug, AbsentEntry::kHostBug, false, true, false,
           false, BadEntry::kKillAndGoOn, false},
    Flavor{"F5", "2.6.30", InForm::kShift, false, true, AbsentEntry::kMinusOne,
           AbsentEntry::kHostBug, false, true, false, false,
           BadEntry::kKillAndGoOn, false},
    Flavor{"F6", "2.6.31 - 2.6.33", InForm::kShift, false, true,
           AbsentEntry::kMinusOne, AbsentEntry::kHostBug, true, true, false,
           false, BadEntry::kKillAndGoOn, false},
    Flavor{"F7", "2.6.34 - 3.0", InForm::kShift, true, true,
           AbsentEntry::kMinusOne, AbsentEntry::kHostBug, true, true, false,
           false, BadEntry::kKillAndGoOn, false},
    Flavor{"F8", "3.1 - 3.9", InForm::kSmallOperand, true, false,
           AbsentEntry::kMinusOne, AbsentEntry::kHostBug, true, true, true,
           false, BadEntry::kKillAndGoOn, false},
    Flavor{"F9", "3.10 - 3.11", InForm::kSmallOperand, true, false,
           AbsentEntry::kMinusOne, AbsentEntry::kHostBug, true, true, true,
           true, BadEntry::kKillAndReturn, false},
    Flavor{"F10", "3.12 - 3.19", InForm::kSmallOperand, true, false,
           AbsentEntry::kMinusOne, AbsentEntry::kMinusOne, true, true, true,
           true, BadEntry::kKillAndReturn, true},
};

// The flavor of that name; null where there is none.
constexpr const Flavor* FindFlavor(std::string_view name) {
  for (const Flavor& flavor : kFlavors) {
    if (flavor.name == name) return &flavor;
  }
  return nullptr;
}

// Which form of lguest_address_ok. Not a trait of the flavor: stable releases
// took the new form back into old kernels.
enum class AddressOk {
  kOld,  // (addr + len) / 4096 < pfn_limit: the last byte is out of reach
  kNew,  // addr + len <= pfn_limit * 4096
};

// The kernel that runs the guest: a flavor and how it was built.
struct Host {
  Flavor flavor;
  AddressOk address_ok = AddressOk::kOld;
  bool pae = false;
  // Linear address of the switcher, as it is built (3.9 and earlier without
  // PAE) or as flavors from F9 on choose it at start.
  uint32_t switcher_addr = 0xFFC00000;
};

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_FLAVOR_H_
