// SPDX-License-Identifier: Apache-2.0

#include "proto/columns.h"

namespace trapline::trace {
namespace {

struct Accessors {
  const WordColumn& (Words::*get)() const;
  WordColumn* (Words::*mutate)();
};

#define COLUMN(name) \
  { &Words::name, &Words::mutable_##name }

constexpr Accessors kAccessors[] = {
    COLUMN(eax),
    COLUMN(ebx),
    COLUMN(ecx),
    COLUMN(edx),
    COLUMN(esi),
    COLUMN(edi),
    COLUMN(ebp),
    COLUMN(gs),
    COLUMN(fs),
    COLUMN(ds),
    COLUMN(es),
    COLUMN(trapnum),
    COLUMN(errcode),
    COLUMN(eip),
    COLUMN(cs),
    COLUMN(eflags),
    COLUMN(esp),
    COLUMN(ss),
    COLUMN(last_pagefault),
    COLUMN(ts),
    COLUMN(kernel_address),
    COLUMN(lguest_data),
    COLUMN(halted),
    COLUMN(gpgdir),
    COLUMN(esp1),
    COLUMN(ss1),
    COLUMN(noirq_start),
    COLUMN(noirq_end),
    COLUMN(irqs_pending),
    COLUMN(changed),
    COLUMN(pending_notify),
    COLUMN(next_hcall),
    COLUMN(stack_pages),
    COLUMN(pfn_limit),
    COLUMN(linear_pages),
    COLUMN(hcall_pending),
    COLUMN(dead),
    COLUMN(ld_irq_enabled),
    COLUMN(ld_blocked),
    COLUMN(ld_cr2),
    COLUMN(ld_irq_pending),
    COLUMN(guest),
    COLUMN(vcpu),
    COLUMN(host_cpu),
};
#undef COLUMN

static_assert(sizeof kAccessors / sizeof kAccessors[0] == kWordCount);

}  // namespace

const WordColumn& GetColumn(const Words& words, int index) {
  return (words.*kAccessors[index].get)();
}

WordColumn* MutableColumn(Words* words, int index) {
  return (words->*kAccessors[index].mutate)();
}

}  // namespace trapline::trace
