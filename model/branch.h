// SPDX-License-Identifier: Apache-2.0

// Where the handler can go two ways. The choices that one trap makes, in order,
// are its path.

#ifndef TRAPLINE_MODEL_BRANCH_H_
#define TRAPLINE_MODEL_BRANCH_H_

#include <array>
#include <cstddef>
#include <string_view>

namespace trapline::model {

// BRANCH(name, what is said of a path that takes it, and of one that does not);
// nothing is said of the usual way.
#define TRAPLINE_BRANCHES(BRANCH)                                  \
  BRANCH(kHypercall, "hypercall", "")                              \
  BRANCH(kPageFault, "page fault", "")                             \
  BRANCH(kHostInterrupt, "interrupt of the host", "")              \
  BRANCH(kDeviceNotAvailable, "device not available", "")          \
  BRANCH(kTsClear, "TS clear", "TS set")                           \
  BRANCH(kGeneralProtection, "general protection", "another trap") \
  BRANCH(kErrcodeZero, "", "errcode not 0")                        \
  BRANCH(kInvalidOpcode, "invalid opcode", "")                     \
  BRANCH(kLinearPages, "no paging", "")                            \
  BRANCH(kGpgdPresent, "", "no directory entry")                   \
  BRANCH(kGpmdPresent, "", "no middle entry")                      \
  BRANCH(kGuestKernel, "from the kernel", "from user")             \
  BRANCH(kCli, "CLI", "")                                          \
  BRANCH(kOperandSizePrefix, "prefix 66", "")                      \
  BRANCH(kInImmediate, "IN imm8", "")                              \
  BRANCH(kInDx, "IN DX", "")                                       \
  BRANCH(kOutImmediate, "OUT imm8", "")                            \
  BRANCH(kOutDx, "OUT DX", "not emulated")                         \
  BRANCH(kWideOperand, "wide", "byte")                             \
  BRANCH(kVmcall, "VMCALL", "")                                    \
  BRANCH(kStackPage, "stack page", "")                             \
  BRANCH(kSwitcher, "in the switcher", "")                         \
  BRANCH(kGpgdGood, "", "bad directory entry")                     \
  BRANCH(kGpmdGood, "", "bad middle entry")                        \
  BRANCH(kGptePresent, "", "no page")                              \
  BRANCH(kWriteDenied, "write denied", "")                         \
  BRANCH(kUserDenied, "user denied", "permitted")                  \
  BRANCH(kGpteGood, "", "bad page table entry")                    \
  BRANCH(kVector, "", "no vector")                                 \
  BRANCH(kGatePresent, "delivered", "no handler")                  \
  BRANCH(kHasErr, "with errcode", "")                              \
  BRANCH(kFromUser, "to another stack", "to its own stack")

#define TRAPLINE_BRANCH(name, taken, otherwise) name,
enum class Branch { TRAPLINE_BRANCHES(TRAPLINE_BRANCH) };
#undef TRAPLINE_BRANCH

// Indexed by whether it was taken.
using BranchText = std::array<std::string_view, 2>;

#define TRAPLINE_BRANCH(name, taken, otherwise) BranchText{otherwise, taken},
inline constexpr std::array kBranchTexts = {TRAPLINE_BRANCHES(TRAPLINE_BRANCH)};
#undef TRAPLINE_BRANCH

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_BRANCH_H_
