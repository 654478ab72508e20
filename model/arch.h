// SPDX-License-Identifier: Apache-2.0

// Constants of the architecture (Intel SDM) and of lguest.

#ifndef TRAPLINE_MODEL_ARCH_H_
#define TRAPLINE_MODEL_ARCH_H_

#include <cstdint>

namespace trapline::model {

// EFLAGS. SDM volume 1, section 3.4.3.
inline constexpr uint32_t kEflagsTf = 0x00000100;
inline constexpr uint32_t kEflagsIf = 0x00000200;
inline constexpr uint32_t kEflagsNt = 0x00004000;
inline constexpr uint32_t kEflagsRf = 0x00010000;
inline constexpr uint32_t kEflagsVm = 0x00020000;

// Page table entries. SDM volume 3, section 4.3.
inline constexpr uint32_t kPageMask = 0xFFFFF000;
inline constexpr uint32_t kPagePresent = 0x001;
inline constexpr uint32_t kPageRw = 0x002;
inline constexpr uint32_t kPageUser = 0x004;
inline constexpr uint32_t kPagePwt = 0x008;
inline constexpr uint32_t kPageAccessed = 0x020;
inline constexpr uint32_t kPageDirty = 0x040;
inline constexpr uint32_t kPagePse = 0x080;
inline constexpr uint32_t kPageTable =
    kPagePresent | kPageRw | kPageUser | kPageAccessed | kPageDirty;
inline constexpr uint32_t kPaeLastGigabyte = 0xC0000000;  // section 4.4

// Error code of a page fault. SDM volume 3, section 4.7.
inline constexpr uint32_t kFaultWrite = 2;
inline constexpr uint32_t kFaultUser = 4;

// Vectors. SDM volume 3, section 6.3.1.
inline constexpr uint32_t kInvalidOpcode = 6;
inline constexpr uint32_t kDeviceNotAvailable = 7;
inline constexpr uint32_t kDoubleFault = 8;
inline constexpr uint32_t kInvalidTss = 10;
inline constexpr uint32_t kGeneralProtection = 13;
inline constexpr uint32_t kPageFault = 14;
inline constexpr uint32_t kAlignmentCheck = 17;
inline constexpr uint32_t kFirstExternalVector = 32;
inline constexpr uint32_t kIdtEntries = 256;

// Gates. SDM volume 3, section 6.11.
inline constexpr uint32_t kGatePresent = 0x8000;
inline constexpr uint32_t kInterruptGate = 0xE;

// lguest.
inline constexpr uint32_t kGuestPl = 1;           // ring of the guest kernel
inline constexpr uint32_t kGuestKernelCs = 0x61;  // __KERNEL_CS | GUEST_PL
inline constexpr uint32_t kLguestTrapEntry = 31;  // int 0x1f: a hypercall
// LHCALL_SET_STACK kills a guest that asks for more stack pages.
inline constexpr uint32_t kMaxStackPages = 2;

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_ARCH_H_
