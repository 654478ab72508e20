// SPDX-License-Identifier: Apache-2.0

// The state that one call of lguest_arch_handle_trap can see or change, beside
// guest memory.

#ifndef TRAPLINE_MODEL_STATE_H_
#define TRAPLINE_MODEL_STATE_H_

#include <array>
#include <cstdint>

namespace trapline::model {

// Each word is 32 bits wide and has the name of the kernel's field. The first
// eighteen are struct lguest_regs in its order (2.6.24 and later).
#define TRAPLINE_STATE_WORDS(WORD)                                             \
  WORD(eax)                                                                    \
  WORD(ebx)                                                                    \
  WORD(ecx)                                                                    \
  WORD(edx)                                                                    \
  WORD(esi)                                                                    \
  WORD(edi)                                                                    \
  WORD(ebp)                                                                    \
  WORD(gs)                                                                     \
  WORD(fs)                                                                     \
  WORD(ds)                                                                     \
  WORD(es)                                                                     \
  WORD(trapnum)                                                                \
  WORD(errcode)                                                                \
  WORD(eip)                                                                    \
  WORD(cs)                                                                     \
  WORD(eflags)                                                                 \
  WORD(esp)                                                                    \
  WORD(ss)                                                                     \
  WORD(last_pagefault) /* cr2 when the guest last took trap 14 */              \
  WORD(ts)             /* CR0.TS as the guest set it: 0 or 8 */                \
  WORD(kernel_address)                                                         \
  WORD(lguest_data) /* address in the Launcher; 0 before LHCALL_INIT */        \
  WORD(halted)                                                                 \
  WORD(gpgdir) /* guest-physical address of the page directory in use */       \
  WORD(esp1)   /* kernel stack, as LHCALL_SET_STACK gave it */                 \
  WORD(ss1)                                                                    \
  WORD(noirq_start)                                                            \
  WORD(noirq_end)                                                              \
  WORD(irqs_pending) /* a host timer changes it at any time */                 \
  WORD(changed)                                                                \
  WORD(pending_notify)                                                         \
  WORD(next_hcall)                                                             \
  WORD(stack_pages)                                                            \
  WORD(pfn_limit)     /* guest-physical pages */                               \
  WORD(linear_pages)  /* nonzero: guest paging is still off (3.1 and later) */ \
  WORD(hcall_pending) /* 1: cpu->hcall is set */                               \
  WORD(dead)          /* 1: lg->dead is set */                                 \
  WORD(ld_irq_enabled) /* these four stand in lguest_data */                   \
  WORD(ld_blocked)                                                             \
  WORD(ld_cr2)                                                                 \
  WORD(ld_irq_pending)

template <class Word>
struct State {
#define TRAPLINE_STATE_MEMBER(name) Word name;
  TRAPLINE_STATE_WORDS(TRAPLINE_STATE_MEMBER)
#undef TRAPLINE_STATE_MEMBER
};

// The names of the words, in order.
#define TRAPLINE_STATE_NAME(name) #name,
inline constexpr std::array kStateWordNames = {
    TRAPLINE_STATE_WORDS(TRAPLINE_STATE_NAME)};
#undef TRAPLINE_STATE_NAME

// The members, in the same order.
#define TRAPLINE_STATE_POINTER(name) &State<Word>::name,
template <class Word>
inline constexpr std::array<Word State<Word>::*, kStateWordNames.size()>
    kStateWords = {TRAPLINE_STATE_WORDS(TRAPLINE_STATE_POINTER)};
#undef TRAPLINE_STATE_POINTER

// The index of a word, such as kStateIndex.eip.
inline constexpr State<int> kStateIndex = [] {
  State<int> index = {};
  int next = 0;
  for (auto word : kStateWords<int>) index.*word = next++;
  return index;
}();

// An array of words, in order, can be copied over a state as it is.
static_assert(sizeof(State<uint32_t>) == kStateWordNames.size() * 4);

// An entry of the guest's IDT as set_trap stored it. lo: handler bits 15 to 0
// and the selector (ignored); hi: handler bits 31 to 16, present (bit 15),
// DPL (14, 13), type (11 to 8). SDM volume 3, section 6.11.
template <class Word>
struct Gate {
  Word lo;
  Word hi;
};

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_STATE_H_
