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

// A directory entry that the handler takes no guest further with.
struct DirectoryLevel {
  uint32_t allowed;  // flags
  KillReason reason;
  Branch good;
  bool top;
};

inline constexpr DirectoryLevel kTopLevel = {
    kPageTable, KillReason::kBadPageDirectoryEntry, Branch::kGpgdGood, true};
inline constexpr DirectoryLevel kPaeTopLevel = {
    kPagePresent, KillReason::kBadPageDirectoryEntry, Branch::kGpgdGood, true};
inline constexpr DirectoryLevel kPaeMiddleLevel = {
    kPageTable, KillReason::kBadPageMiddleDirectoryEntry, Branch::kGpmdGood,
    false};

// The last level. Its frame number the kernel cuts to 32 bits.
template <class World>
auto gpte_good(const Cpu<World>& cpu,
               const PageEntry<typename World::Word>& gpte) {
  const uint32_t refused =
      cpu.host.flavor.allows_pwt ? kPagePse : kPagePse | kPagePwt;
  return (gpte.lo & refused) == 0 &&
         ((gpte.hi << 20) | (gpte.lo >> 12)) < cpu.state.pfn_limit;
}

// Up to F8 the shadow tables' last directory belongs to the switcher: touching
// it kills the guest, and the first entry is used in its place.
template <class World>
void check_switcher(Cpu<World>& cpu, typename World::Word va) {
  if (cpu.host.flavor.spares_switcher) return;
  const uint32_t first = cpu.host.pae ? 0xFFE00000 : 0xFFC00000;
  kill_guest_if(cpu, va >= first, KillReason::kSwitcherAccess);
}

// Whether the shadow of a directory entry is still to be made. With PAE the
// top-level entry of the last gigabyte is made with the table, for the switcher
// (2.6.31 to 3.9).
template <class World>
typename World::Bool shadow_absent(Cpu<World>& cpu, typename World::Word va,
                                   const DirectoryLevel& level) {
  const typename World::Bool absent = cpu.world.ShadowAbsent(va);
  if (!cpu.host.pae || !level.top) return absent;
  return absent && va < kPaeLastGigabyte;
}

// Whether a directory entry may be used. One with flags that are not allowed,
// or beyond the guest's memory, kills the guest. Flavors that go on after a
// kill look only when they make the shadow entry.
template <class World>
bool use_directory(Cpu<World>& cpu,
                   const PageEntry<typename World::Word>& entry,
                   typename World::Word va, const DirectoryLevel& level) {
  const auto bad = (entry.lo & ~kPageMask & ~level.allowed) != 0 ||
                   directory_out_of_range(cpu, entry);
  if (cpu.host.flavor.bad_entry == BadEntry::kKillAndGoOn) {
    const auto is_new = shadow_absent(cpu, va, level);
    kill_guest_if(cpu, bad && is_new, level.reason);
    return true;
  }
  if (cpu.world.Take(level.good, !bad)) return true;
  kill_guest(cpu, level.reason);
  return false;
}

// Steps over the directories to the guest-physical address of the last entry.
// False where the fault is the guest's own.
template <class World>
bool find_gpte(Cpu<World>& cpu, typename World::Word va,
               typename World::Word* gpte_ptr) {
  const bool pae = cpu.host.pae;
  auto directory = lgread_entry(cpu, gpgd_addr(cpu, va));
  if (!cpu.world.Take(Branch::kGpgdPresent, present(directory))) return false;
  if (!pae) check_switcher(cpu, va);
  if (!use_directory(cpu, directory, va, pae ? kPaeTopLevel : kTopLevel))
    return false;
  if (pae) {
    directory = lgread_entry(cpu, gpmd_addr(directory, va));
    if (!cpu.world.Take(Branch::kGpmdPresent, present(directory))) return false;
    check_switcher(cpu, va);
    if (!use_directory(cpu, directory, va, kPaeMiddleLevel)) return false;
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
    if (cpu.world.Take(Branch::kSwitcher, va >= cpu.switcher_addr)) {
      return false;
    }
  }
  const bool linear = flavor.has_linear_pages && linear_pages(cpu);

  Word gpte_ptr = 0;
  PageEntry<Word> gpte = {(va & kPageMask) | (kPageRw | kPagePresent), 0};
  if (linear) {
    check_switcher(cpu, va);
  } else {
    if (!find_gpte(cpu, va, &gpte_ptr)) return false;
    gpte = lgread_entry(cpu, gpte_ptr);
  }
  if (!cpu.world.Take(Branch::kGptePresent, present(gpte))) return false;
  const auto write = (errcode & kFaultWrite) != 0;
  if (cpu.world.Take(Branch::kWriteDenied, write && (gpte.lo & kPageRw) == 0)) {
    return false;
  }
  if (cpu.world.Take(Branch::kUserDenied, (errcode & kFaultUser) != 0 &&
                                              (gpte.lo & kPageUser) == 0)) {
    return false;
  }
  const auto good = gpte_good(cpu, gpte);
  kill_guest_if(cpu, !good, KillReason::kBadPageTableEntry);
  if (flavor.bad_entry == BadEntry::kKillAndReturn) {
    if (!cpu.world.Take(Branch::kGpteGood, good)) return false;
  }

  gpte.lo = gpte.lo | kPageAccessed | cpu.world.Select(write, kPageDirty, 0);
  const Word pfn = (gpte.hi << 20) | (gpte.lo >> 12);
  kill_guest_if(cpu, cpu.world.PageUnavailable(pfn),
                KillReason::kFailedToGetPage, pfn);
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
    if (!cpu.world.Take(Branch::kStackPage,
                        Word(page) < cpu.state.stack_pages)) {
      return;
    }
    const Word va = cpu.state.esp1 - 1 - (page << 12);
    check_switcher(cpu, va);
    if (!demand_page(cpu, va, kFaultWrite)) {
      kill_guest(cpu, KillReason::kBadStackPage, va);
    }
  }
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_DEMAND_PAGE_H_
