// SPDX-License-Identifier: Apache-2.0

#include "properties/not_clauses.h"

namespace trapline::properties {
namespace {

constexpr char kInline[] =
    "2.6.23 alone: its handler is a part of run_guest and is not modelled.";
constexpr char kLater[] =
    "4.1 and later alone: emulation is the Launcher's there, which is not "
    "modelled; and it is between two traps that the interrupt is delivered.";
constexpr char kCandidate[] =
    "Only in release candidates, which are not modelled.";
constexpr char kBetween[] =
    "Interrupts are delivered between two traps, by maybe_do_interrupt or "
    "try_deliver_interrupt: no part of handle_trap.";
constexpr char kHypercall[] =
    "handle_trap only notes that there is a hypercall; what it asks for is "
    "done "
    "after.";

}  // namespace

absl::Span<const NotAClause> NotClauses() {
  static constexpr NotAClause kNotClauses[] = {
      // Instructions.
      {"E4", "An instruction is emulated by where it is, whatever the ring.",
       kInline},
      {"E5",
       "A kernel's code below page_offset is not emulated: a guest dies while "
       "it unpacks itself.",
       kInline},
      {"E6",
       "An address is translated by subtraction, which is wrong of modules and "
       "of all that vmalloc maps.",
       kInline},
      {"E13", "IN or OUT with LOCK is not emulated.",
       "No bug: the CPU raises trap 6 for it, and that is handed on as the "
       "clause dispatch.exception wants it."},
      {"E16",
       "PUSHF, POPF and IRET of ring 1 ignore IF; SGDT, SIDT, SLDT and SMSW "
       "tell of the host.",
       "None of them traps."},
      {"E19", "ioperm and iopl of a guest's program have no effect.",
       "The guest's I/O permission map is nothing that the handler looks at or "
       "a trap tells of. Without it the clause privilege.user is right."},
      {"E20",
       "The guest has changed its page tables and not said so: what is "
       "emulated is the instruction of the new page, and the CPU was at that "
       "of the old.",
       "It spans two traps: the old translation is one that an earlier trap "
       "left in the host's shadow of the tables."},
      {"E23",
       "A VMCALL in a page that is copied when written traps twice, and is an "
       "unhandled trap 6 then.",
       "Only in release candidates of 2.6.30. The release drops the shadow, as "
       "the clause vmcall.rewritten asks."},
      {"E24", "On a host that KVM runs a VMCALL in ring 1 returns an error.",
       "It does not trap."},
      {"E25", "On a host that has VMX on a VMCALL in ring 1 raises trap 13.",
       "No bug: a VMCALL is looked for at both traps, and the clause "
       "vmcall.rewritten is about both."},
      {"E27", "eip wraps to 0 behind the last address.",
       "No bug: the CPU's does as well, and the clause decode.length counts "
       "modulo 2^32."},

      // Delivery.
      {"D1", "IF is always set in the eflags that are pushed.", kCandidate},
      {"D12",
       "A trap gate that the CPU enters by itself pushes the hardware's IF, "
       "which is always set.",
       "No trap reaches the host: that is what such gates are for."},
      {"D13", "INT3 of a guest's program raises trap 13, not 3.",
       "2.6.24 to 2.6.26 give the gate in the host's own table the wrong DPL; "
       "that is done by copy_traps, before the guest runs. The trap 13 that "
       "comes of it is handled as any other."},
      {"D15",
       "INT to a vector that has an error code finds none on the stack: every "
       "word of the frame is in its neighbour's place.",
       "It has happened when handle_trap begins, and no trap tells of it: its "
       "trapnum is the guest's es."},
      {"D16",
       "A bad descriptor of cs or ss makes the switcher itself fault: the "
       "frame "
       "is written over, and trapnum is 80.",
       "It has happened when handle_trap begins, and it takes a second trap to "
       "kill the guest."},
      {"D17",
       "A bad descriptor of another segment makes the switcher fault, and "
       "trapnum stays 256.",
       "No bug of the handler: the guest dies for it, as the clause "
       "dispatch.no_vector wants it."},
      {"D18",
       "A guest brings the host down by descriptors that are not present.",
       kCandidate},
      {"D19",
       "An interrupt is delivered though the guest's IF is off, since any "
       "other "
       "bit of the word counts.",
       kBetween},
      {"D20", "An interrupt at noirq_iret gives the guest IOPL 3, or no IF.",
       kLater},
      {"D21", "An interrupt at noirq_iret loads ss with esp1.", kLater},
      {"D22", "irq_pending is never cleared.", kBetween},
      {"D23", "The guest does not look at irq_pending when it sets IF.",
       "That is the guest's own code."},
      {"D24", "An interrupt that has no handler keeps back all higher ones.",
       kBetween},
      {"D25",
       "Whether interrupts have to wait is seen by eip, whatever the ring; and "
       "a guest that halted there stays so.",
       kBetween},
      {"D26", "A guest that halts just as an interrupt comes is not woken.",
       "A race of two CPUs, between two traps."},
      {"D28", "An NMI that comes while a guest runs is lost.",
       "The switcher drops it: no trap reaches handle_trap."},
      {"D29", "The page that is pinned for a stack is the one behind it.",
       kCandidate},
      {"D30",
       "A page fault before the guest has said where its lguest_data is writes "
       "cr2 to guest-physical address 8.",
       kInline},
      {"D31", "After a signal a hypercall is done again.", kInline},

      // Page faults.
      {"P4",
       "On a host with SMAP or SMEP the guest's kernel cannot touch a user's "
       "page: the fault comes again, for ever.",
       "CR4 is the host's and nothing that handle_trap looks at. By the "
       "guest's "
       "tables the access is permitted, and to call the fault cured is right; "
       "that it comes again is another trap."},
      {"P5", "A guest cannot clear CR0.WP.",
       "It has no way to say so: no hypercall does, and no state of a trap "
       "tells of it."},
      {"P12",
       "A page directory at address 0 makes the host follow a null pointer.",
       kHypercall},
      {"P13", "LHCALL_SET_PGD takes an index that is one too large.",
       kHypercall},
      {"P14", "LHCALL_SET_STACK with many pages keeps the host busy.",
       kHypercall},
      {"P15",
       "With PAE, entries for the last GiB of addresses are ignored when they "
       "are set.",
       kHypercall},
      {"P17",
       "2.6.23 keeps cr2 in a local variable, later kernels in the guest's "
       "last_pagefault.",
       "No bug; and 2.6.23 is not modelled."},
      {"P18",
       "A page table in the guest's last page cannot be read to its end.",
       "It is E10: the clause memory.own is about every access, a walk's too."},
  };
  return kNotClauses;
}

}  // namespace trapline::properties
