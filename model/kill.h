// SPDX-License-Identifier: Apache-2.0

// The reasons for which the handler kills a guest.

#ifndef TRAPLINE_MODEL_KILL_H_
#define TRAPLINE_MODEL_KILL_H_

namespace trapline::model {

enum class KillReason {
  kBadReadAddress,   // address, length
  kBadWriteAddress,  // address, length
  kBadAddress,       // virtual address
  kBadPageTableEntry,
  kBadPageMiddleDirectoryEntry,
  kBadPageDirectoryEntry,
  kSwitcherAccess,
  kFailedToGetPage,  // page frame
  kBadStackPage,     // virtual address
  kWritingCr2,
  kDisablingInterrupts,
  kUnhandledTrap,  // trapnum, eip, errcode (cr2 for trap 14)
};

// The kernel's format string for the message; its arguments are those above.
// %#lx of zero is "0x0": the kernel's printf, unlike C's, keeps the prefix.
constexpr const char* KillFormat(KillReason reason) {
  switch (reason) {
    case KillReason::kBadReadAddress:
      return "bad read address %#lx len %u";
    case KillReason::kBadWriteAddress:
      return "bad write address %#lx len %u";
    case KillReason::kBadAddress:
      return "Bad address %#lx";
    case KillReason::kBadPageTableEntry:
      return "bad page table entry";
    case KillReason::kBadPageMiddleDirectoryEntry:
      return "bad page middle directory entry";
    case KillReason::kBadPageDirectoryEntry:
      return "bad page directory entry";
    case KillReason::kSwitcherAccess:
      return "attempt to access switcher pages";
    case KillReason::kFailedToGetPage:
      return "failed to get page %lu";
    case KillReason::kBadStackPage:
      return "bad stack page %#lx";
    case KillReason::kWritingCr2:
      return "Writing cr2";
    case KillReason::kDisablingInterrupts:
      return "Disabling interrupts";
    case KillReason::kUnhandledTrap:
      return "unhandled trap %li at %#lx (%#lx)";
  }
  return "";
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_KILL_H_
