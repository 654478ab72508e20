// SPDX-License-Identifier: Apache-2.0

// A guest with nothing odd about it: its kernel at 0xC0000000 has a page of
// text, two of stack and one of data, each mapped with every right. It stands
// at the start of its text and takes trap 3 on its own stack.
//
//   virtual      frame   what stands there
//   0xC0000000   0x10    eip
//   0xC0001000   0x11    the stack
//   0xC0002000   0x12    the stack; esp and esp1 in its middle
//   0xC0003000   0x13    last_pagefault
//
// The page directory, with PAE its pointers, is in frame 1, what is below it in
// frames 2 and 3.

#ifndef TRAPLINE_PROPERTIES_ENGINES_PLAIN_GUEST_H_
#define TRAPLINE_PROPERTIES_ENGINES_PLAIN_GUEST_H_

#include <cstdint>

#include "model/flavor.h"
#include "properties/guest.h"

namespace trapline::properties {

inline constexpr uint32_t kText = 0xC0000000;
inline constexpr uint32_t kTextPa = 0x10000;
inline constexpr uint32_t kStack = 0xC0001000;
inline constexpr uint32_t kData = 0xC0003000;

Guest PlainGuest(const model::Host& host);

// Its trap comes from this ring, 0 to 3.
void SetRings(Guest* guest, uint32_t cs, uint32_t ss);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_PLAIN_GUEST_H_
