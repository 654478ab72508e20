// SPDX-License-Identifier: Apache-2.0

// demand_page: maps a page of the guest into its shadow page tables, or finds
// that the fault is the guest's own.

#ifndef TRAPLINE_MODEL_DEMAND_PAGE_H_
#define TRAPLINE_MODEL_DEMAND_PAGE_H_

#include <cstdint>

#include "model/arch.h"
#include "model/cpu.h"
#include "model/guest_memory.h"
#include "model/page_walk.h"

namespace trapline::model {

// The page frame as the kernel compares it for directories: of 52 bits, so
// that with PAE any of the high ones (NX too) puts it out of range.
template <class World>
auto directory_out_of_range(const Cpu<World>& cpu,
                            const PageEntry<typename World::Word>& entry) {
  const auto frame = (entry.hi << 20) | (entry.lo >> 12);
  return frame >= cpu.state.pfn_limit || (entry.hi >> 12) != 0;
}

// A directory entry with flags outside `allowed` or beyond the guest's memory
// kills the guest. True where it is good.
template <class World>
bool check_directory(Cpu<World>& cpu,
                     const PageEntry<typename World::Word>& entry,
                     uint32_t allowed, KillReason reason) {
  if ((entry.lo & ~kPageMask & ~allowed) != 0 ||
      directory_out_of_range(cpu, entry)) {
    kill_guest(cpu, reason);
    return false;
  }
  return true;
}

// Likewise for the last level, whose frame number the kernel cuts to 32 bits.
template <class World>
bool check_gpte(Cpu<World>& cpu, const PageEntry<typename World::Word>& gpte) {
  const uint32_t refused =
      cpu.host.flavor.allows_pwt ? kPagePse : kPagePse | kPagePwt;
  if ((gpte.lo & refused) != 0 ||
      ((gpte.hi << 20) | (gpte.lo >> 12)) >= cpu.state.pfn_limit) {
    kill_guest(cpu, KillReason::kBadPageTableEntry);
    return false;
  }
  return true;
}

// Up to F8 the shadow tables' last directory belongs to the switcher: touching
// it kills the guest, and the first entry is used in its place.
template <class World>
void check_switcher(Cpu<World>& cpu, typename World::Word va) {
  if (cpu.host.flavor.spares_switcher) return;
  const uint32_t first = cpu.host.pae ? 0xFFE00000 : 0xFFC00000;
  if (va >= first) kill_guest(cpu, KillReason::kSwitcherAccess);
}

// Whether the shadow of a directory entry is still to be made. With PAE the
// top-level entry of the last gigabyte is made with the table, for the switcher
// (2.6.31 to 3.9).
template <class World>
bool shadow_absent(Cpu<World>& cpu, typename World::Word va,
                   KillReason reason) {
  if (cpu.host.pae && reason == KillReason::kBadPageDirectoryEntry) {
    if (va >= kPaeLastGigabyte) return false;
  }
  return static_cast<bool>(cpu.world.ShadowAbsent(va));
}

// Whether a directory entry may be used. Flavors that go on after a kill look
// only when they make the shadow entry.
template <class World>
bool use_directory(Cpu<World>& cpu,
                   const PageEntry<typename World::Word>& entry,
                   typename World::Word va, uint32_t allowed,
                   KillReason reason) {
  if (cpu.host.flavor.bad_entry == BadEntry::kKillAndReturn) {
    return check_directory(cpu, entry, allowed, reason);
  }
  const auto bad = (entry.lo & ~kPageMask & ~allowed) != 0 ||
                   directory_out_of_range(cpu, entry);
  if (bad) {
    if (shadow_absent(cpu, va, reason)) kill_guest(cpu, reason);
  }
  return true;
}

// Steps over the directories to the guest-physical address of the last entry.
// False where the fault is the guest's own.
template <class World>
bool find_gpte(Cpu<World>& cpu, typename World::Word va,
               typename World::Word* gpte_ptr) {
  const bool pae = cpu.host.pae;
  auto directory = lgread_entry(cpu, gpgd_addr(cpu, va));
  if (!present(directory)) return false;
  if (!pae) check_switcher(cpu, va);
  if (!use_directory(cpu, directory, va, pae ? kPagePresent : kPageTable,
                     KillReason::kBadPageDirectoryEntry)) {
    return false;
  }
  if (pae) {
    directory = lgread_entry(cpu, gpmd_addr(directory, va));
    if (!present(directory)) return false;
    check_switcher(cpu, va);
    if (!use_directory(cpu, directory, va, kPageTable,
                       KillReason::kBadPageMiddleDirectoryEntry)) {
      return false;
    }
  }
  *gpte_ptr = gpte_addr(cpu, directory, va);
  return true;
}

// The body of demand_page; see below.
template <class World>
bool try_demand_page(Cpu<World>& cpu, typename World::Word va,
                     typename World::Word errcode) {
  using Word = typename World::Word;
  const Flavor& flavor = cpu.host.flavor;
  if (flavor.spares_switcher) {
    if (va >= cpu.host.switcher_addr) return false;
  }
  bool linear = false;
  if (flavor.has_linear_pages) {
    if (cpu.state.linear_pages != 0) linear = true;
  }

  Word gpte_ptr = 0;
  PageEntry<Word> gpte = {(va & kPageMask) | (kPageRw | kPagePresent), 0};
  if (linear) {
    check_switcher(cpu, va);
  } else {
    if (!find_gpte(cpu, va, &gpte_ptr)) return false;
    gpte = lgread_entry(cpu, gpte_ptr);
  }
  if (!present(gpte)) return false;
  if ((errcode & kFaultWrite) != 0 && (gpte.lo & kPageRw) == 0) return false;
  if ((errcode & kFaultUser) != 0 && (gpte.lo & kPageUser) == 0) return false;
  if (!check_gpte(cpu, gpte) && flavor.bad_entry == BadEntry::kKillAndReturn) {
    return false;
  }

  gpte.lo = gpte.lo | kPageAccessed;
  if ((errcode & kFaultWrite) != 0) gpte.lo = gpte.lo | kPageDirty;
  const Word pfn = (gpte.hi << 20) | (gpte.lo >> 12);
  if (cpu.world.PageUnavailable(pfn)) {
    kill_guest(cpu, KillReason::kFailedToGetPage, pfn);
  }
  if (!linear) lgwrite_entry(cpu, gpte_ptr, gpte);
  return true;
}

// True where the fault at va was the shadow page table's; then the guest's
// entry has Accessed set, and Dirty for a write. False where the guest has to
// hear of it.
template <class World>
bool demand_page(Cpu<World>& cpu, typename World::Word va,
                 typename World::Word errcode) {
  const bool mapped = try_demand_page(cpu, va, errcode);
  cpu.world.DemandPage(va, errcode, mapped);
  return mapped;
}

// Maps the pages of the guest's kernel stack again. Called only where every
// shadow entry has just been dropped, so none is writable yet.
template <class World>
void pin_stack_pages(Cpu<World>& cpu) {
  using Word = typename World::Word;
  for (uint32_t page = 0; page < kMaxStackPages; ++page) {
    if (!(Word(page) < cpu.state.stack_pages)) return;
    const Word va = cpu.state.esp1 - 1 - (page << 12);
    check_switcher(cpu, va);
    if (!demand_page(cpu, va, kFaultWrite)) {
      kill_guest(cpu, KillReason::kBadStackPage, va);
    }
  }
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_DEMAND_PAGE_H_
