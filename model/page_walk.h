// SPDX-License-Identifier: Apache-2.0

// Where the guest's page tables keep their entries, and guest_pa, which walks
// them. SDM volume 3, sections 4.3 (32-bit paging) and 4.4 (PAE).

#ifndef TRAPLINE_MODEL_PAGE_WALK_H_
#define TRAPLINE_MODEL_PAGE_WALK_H_

#include "model/arch.h"
#include "model/cpu.h"
#include "model/guest_memory.h"

namespace trapline::model {

// Guest-physical address of the top-level entry for va.
template <class World>
auto gpgd_addr(const Cpu<World>& cpu, typename World::Word va) {
  return cpu.host.pae ? cpu.state.gpgdir + ((va >> 30) << 3)
                      : cpu.state.gpgdir + ((va >> 22) << 2);
}

// Of the middle entry, which only PAE has.
template <class Word>
Word gpmd_addr(const PageEntry<Word>& gpgd, Word va) {
  return (gpgd.lo & kPageMask) + (((va >> 21) & 511) << 3);
}

// Of the last entry, below `directory`: the top-level entry, or with PAE the
// middle one.
template <class World>
auto gpte_addr(const Cpu<World>& cpu,
               const PageEntry<typename World::Word>& directory,
               typename World::Word va) {
  const auto table = directory.lo & kPageMask;
  return cpu.host.pae ? table + (((va >> 12) & 511) << 3)
                      : table + (((va >> 12) & 1023) << 2);
}

template <class Word>
auto present(const PageEntry<Word>& entry) {
  return (entry.lo & kPagePresent) != 0;
}

// Whether the guest's paging is still off.
template <class World>
bool linear_pages(Cpu<World>& cpu) {
  return cpu.world.Take(Branch::kLinearPages, cpu.state.linear_pages != 0);
}

// Kills the guest for an entry that guest_pa needs and that is absent.
template <class World>
typename World::Word absent_entry(Cpu<World>& cpu, AbsentEntry form,
                                  typename World::Word va) {
  kill_guest(cpu, KillReason::kBadAddress, va);
  cpu.bug = form == AbsentEntry::kHostBug;
  return 0xFFFFFFFF;
}

// The guest-physical address of va. Looks at no permission and at no limit,
// and still computes an address from an absent last entry. May set cpu.bug.
template <class World>
typename World::Word guest_pa(Cpu<World>& cpu, typename World::Word va) {
  const Flavor& flavor = cpu.host.flavor;
  if (flavor.has_linear_pages) {
    if (linear_pages(cpu)) return va;
  }
  auto directory = lgread_entry(cpu, gpgd_addr(cpu, va));
  if (!cpu.world.Take(Branch::kGpgdPresent, present(directory))) {
    return absent_entry(cpu, flavor.absent_pde, va);
  }
  if (cpu.host.pae) {
    directory = lgread_entry(cpu, gpmd_addr(directory, va));
    if (!cpu.world.Take(Branch::kGpmdPresent, present(directory))) {
      return absent_entry(cpu, flavor.absent_pmd, va);
    }
  }
  const auto gpte = lgread_entry(cpu, gpte_addr(cpu, directory, va));
  kill_guest_if(cpu, !present(gpte), KillReason::kBadAddress, va);
  return (gpte.lo & kPageMask) | (va & ~kPageMask);
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_PAGE_WALK_H_
