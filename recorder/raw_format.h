// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0

// What the recorder module hands to user space, byte for byte: the one place
// that kernel C, the drain and the converter share. Everything is
// little-endian; the layout is the same for i386 and 64-bit compilers.
//
// Files in debugfs, directory TRAPLINE_DIRECTORY, root only:
//   cpu0, cpu1, ...  relay channels. read() empties them and gives records end
//                    to end, without padding; it returns 0 where there are none
//                    now. poll() wakes only when a sub-buffer is full: wait
//                    with a timeout, then read. POLLERR: the module is
//                    unloading, what can still be read is all. Read cpuN on CPU
//                    N: on any other, relay may skip a sub-buffer where one
//                    fills up.
//   header           one HEADER record, at any time
//   totals           one STATUS record of this moment, at any time; its `seq`
//   is
//                    the next to be taken, so what has a smaller one is in a
//                    channel, was read, or was lost
//   status           the same and more, as text; losses first
// The last record that an unloading module writes is a STATUS too, in a
// channel.
//
// Sequence. Each record of a channel takes the next number of one counter over
// all CPUs; so does each record that found no room and each probe that missed
// its call. Numbers ascend within a channel. Merge channels by number: what is
// missing then is lost, where it is missing. The first is 1; HEADER has 0.
//
// A reader that was killed may leave the next one in the midst of a record:
// search for TRAPLINE_MAGIC with a plausible size and kind, and with the magic
// or the end of what was read behind it.
//
// From records to proto/trace.proto:
//   TRAP        a trap. Steps split into accesses and calls, both in order.
//               TRAPLINE_NOT_RETURNED is TRAP_FLAG_NOT_RETURNED, but with
//               TRAPLINE_UNLOADED it is a loss.
//   INTERRUPT   Event.interrupt; the layout of a trap, `number` is the irq
//   HYPERCALL   Event.hypercall; INIT, RUN, START, DEATH: init, run, start,
//   death IDT_ENTRY, GDT, GDT_ENTRY, TLS, STACK
//               what the hypercall before was seen to do, argument for
//               argument: a check on it, not an event of the schema
// Not in the schema yet: RunGuest lacks the trapnum found in regs (`trapnum`)
// and the host CPU (`host_cpu`, in the record's head); Header lacks CPU
// features, CR0, CR4 and module parameters (`notes` holds them).

#ifndef TRAPLINE_RECORDER_RAW_FORMAT_H_
#define TRAPLINE_RECORDER_RAW_FORMAT_H_

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

#define TRAPLINE_RAW_VERSION 1
#define TRAPLINE_DIRECTORY "trapline"
#define TRAPLINE_MAGIC 0x4c505254u  // "TRPL"

enum trapline_kind {
  TRAPLINE_HEADER = 1,
  TRAPLINE_STATUS = 2,
  TRAPLINE_TRAP = 3,       // lguest_arch_handle_trap, whole
  TRAPLINE_INTERRUPT = 4,  // try_deliver_interrupt or maybe_do_interrupt, whole
  TRAPLINE_HYPERCALL = 5,  // about to be done by do_hypercalls
  TRAPLINE_IDT_ENTRY = 6,  // load_guest_idt_entry: num, lo, hi
  TRAPLINE_GDT = 7,        // load_guest_gdt: table, num (2.6.29 and earlier)
  TRAPLINE_GDT_ENTRY = 8,  // load_guest_gdt_entry: num, lo, hi
  TRAPLINE_TLS = 9,        // guest_load_tls: guest-physical address
  TRAPLINE_STACK = 10,     // guest_set_stack: seg, esp, pages
  TRAPLINE_INIT = 11,      // LHCALL_LGUEST_INIT, at its end
  TRAPLINE_RUN = 12,       // lguest_arch_run_guest, at its start
  TRAPLINE_START = 13,     // lguest_arch_setup_regs, at its end
  TRAPLINE_DEATH = 14,     // run_guest found lg->dead, or the guest went away
};

// Heads every record. `size` counts it and what follows, a multiple of 8; what
// is beyond the payload is zero.
struct trapline_record {
  uint32_t magic;
  uint32_t size;
  uint64_t seq;
  uint64_t tsc;       // of a TRAP or INTERRUPT: at its entry
  uint32_t guest;     // counts guests from 1; 0: none
  uint16_t kind;      // enum trapline_kind
  uint16_t flags;     // enum trapline_flag
  uint16_t vcpu;      // lg_cpu.id
  uint16_t host_cpu;  // of a TRAP or INTERRUPT: at its entry
  uint32_t reserved;
};

enum trapline_flag {
  TRAPLINE_NOT_RETURNED = 1,  // no state after: the host hit a BUG, or
  TRAPLINE_UNLOADED = 2,      // the module was unloaded before it was seen
  TRAPLINE_ASYNC = 4,         // HYPERCALL: from the ring in lguest_data
};

// The words of state, in the order of the columns of Words in
// proto/trace.proto. The last four stand in lguest_data.
enum trapline_word {
  TRAPLINE_EAX,
  TRAPLINE_EBX,
  TRAPLINE_ECX,
  TRAPLINE_EDX,
  TRAPLINE_ESI,
  TRAPLINE_EDI,
  TRAPLINE_EBP,
  TRAPLINE_GS,
  TRAPLINE_FS,
  TRAPLINE_DS,
  TRAPLINE_ES,
  TRAPLINE_TRAPNUM,
  TRAPLINE_ERRCODE,
  TRAPLINE_EIP,
  TRAPLINE_CS,
  TRAPLINE_EFLAGS,
  TRAPLINE_ESP,
  TRAPLINE_SS,
  TRAPLINE_LAST_PAGEFAULT,
  TRAPLINE_TS,
  TRAPLINE_KERNEL_ADDRESS,
  TRAPLINE_LGUEST_DATA,
  TRAPLINE_HALTED,
  TRAPLINE_GPGDIR,
  TRAPLINE_ESP1,
  TRAPLINE_SS1,
  TRAPLINE_NOIRQ_START,
  TRAPLINE_NOIRQ_END,
  TRAPLINE_IRQS_PENDING,
  TRAPLINE_CHANGED,
  TRAPLINE_PENDING_NOTIFY,
  TRAPLINE_NEXT_HCALL,
  TRAPLINE_STACK_PAGES,
  TRAPLINE_PFN_LIMIT,
  TRAPLINE_LINEAR_PAGES,
  TRAPLINE_HCALL_PENDING,
  TRAPLINE_DEAD,
  TRAPLINE_LD_IRQ_ENABLED,
  TRAPLINE_LD_BLOCKED,
  TRAPLINE_LD_CR2,
  TRAPLINE_LD_IRQ_PENDING,
  TRAPLINE_WORDS,
};

// TRAP and INTERRUPT. The state after a TRAP is that found by the next of
// do_hypercalls, INTERRUPT, RUN and the return of run_guest, which is when its
// record is written: no version of run_guest changes a word of it meanwhile. A
// timer or the Launcher may add to irqs_pending, as they may inside the
// handler, and the Launcher may write to lguest_data. Behind it: the words
// after that differ from before, in order, one for each bit of `after_changed`;
// then `steps_size` bytes of steps.
struct trapline_trap {
  uint64_t present;        // bit i: word i could be read at entry
  uint64_t after_present;  // and after
  uint64_t after_changed;  // bit i: word i of `after_present` differs
  uint64_t tsc_return;     // when the state after was found
  uint32_t number;   // TRAP: counts this guest's traps from 1; INTERRUPT: irq
  uint32_t gate_lo;  // idt[trapnum], idt[32 + irq]; 0 where there is none
  uint32_t gate_hi;
  uint32_t insn_pa;  // guest-physical address of eip
  uint8_t insn[16];  // bytes at eip, read by the recorder, not by the host
  uint8_t insn_length;
  uint8_t insn_mapped;  // 1: eip has an address, insn_pa
  uint16_t return_cpu;  // host CPU at tsc_return
  uint32_t steps_size;
  uint32_t before[TRAPLINE_WORDS];
  uint32_t reserved;
};

enum trapline_step_kind {
  TRAPLINE_READ = 1,          // __lgread: address, bytes that it returned
  TRAPLINE_WRITE = 2,         // __lgwrite: address, bytes
  TRAPLINE_DEMAND_PAGE = 3,   // vaddr, errcode -> returned
  TRAPLINE_DELIVER_TRAP = 4,  // num -> returned
  TRAPLINE_CLEAR_ALL = 5,     // guest_pagetable_clear_all, at its start
  TRAPLINE_KILL = 6,          // message; before the call that it happened in
};

// One thing that the handler did. Accesses stand in order of return with the
// calls. Behind it: `length` bytes, padded with zeros to a multiple of 4.
struct trapline_step {
  uint8_t kind;       // enum trapline_step_kind
  uint8_t returned;   // DEMAND_PAGE, DELIVER_TRAP: 0 or 1
  uint16_t length;    // READ, WRITE: bytes accessed; KILL: of the message;
                      // DEMAND_PAGE: 4, the error code
  uint32_t argument;  // address, vaddr or num
};

// HYPERCALL: arguments in the order of the host's struct hcall_args.
struct trapline_hypercall {
  uint32_t count;
  uint32_t slot;  // of the ring, where TRAPLINE_ASYNC
  uint32_t args[6];
};

// IDT_ENTRY, GDT, GDT_ENTRY, TLS, STACK.
struct trapline_load {
  uint32_t args[4];
};

struct trapline_init {
  uint32_t lguest_data;  // guest-physical
  uint32_t noirq_start;
  uint32_t noirq_end;
  uint32_t kernel_address;
  int32_t result;  // of lguest_arch_init_hypercalls
  uint32_t reserved;
};

struct trapline_run {
  uint32_t changed;
  uint32_t esp1;
  uint32_t ss1;
  uint32_t ts;
  uint32_t trapnum;  // as the last run left it, or a new guest's 0
  uint32_t eip;
  uint32_t shadow_cr3;  // physical address of the shadow page directory
  uint32_t reserved;
};

// Words that a new guest has beyond its registers are those of START too.
struct trapline_start {
  uint64_t present;
  uint32_t pfn_limit;
  uint32_t mem_base;
  uint32_t words[TRAPLINE_WORDS];
  uint32_t reserved;
};

// Behind it: the message, `length` bytes.
// Neither a message nor an error: the Launcher closed a guest that lived.
struct trapline_death {
  uint32_t length;
  int32_t error;  // lg->dead was this errno and no message; 0: it was one
};

// Totals since the module was loaded.
struct trapline_status {
  uint64_t lost_no_room;     // records for which a channel had no room
  uint64_t lost_missed;      // calls that a probe missed
  uint64_t lost_too_large;   // records larger than trap_bytes
  uint64_t lost_no_slot;     // calls of more tasks at once than `tasks`
  uint64_t not_returned;     // records with TRAPLINE_NOT_RETURNED
  uint64_t lost_unreadable;  // hypercalls of the ring that were not in memory
  uint64_t traps;
  uint64_t events;  // all other records, lost ones not counted
  uint64_t bytes;   // of records, written to channels
  uint32_t guests;
  uint32_t final;  // 1: written by the unloading module
};

enum trapline_trait {
  TRAPLINE_SMP = 1,
  TRAPLINE_PAE = 2,
  TRAPLINE_ADDRESS_OK_KNOWN = 4,  // lguest_address_ok was asked
  TRAPLINE_ADDRESS_OK_NEW = 8,    // and lets addr + len reach the limit
  TRAPLINE_HAS_LG_CPU = 16,
  TRAPLINE_HAS_LINEAR_PAGES = 32,
  TRAPLINE_HAS_IRQ_PENDING = 64,  // in lguest_data
  TRAPLINE_KILL_MESSAGES = 128,   // each kill_guest is recorded
};

// HEADER. Behind it: `text_length` bytes of UTF-8 lines "name value":
//   flavor, kernel, cpu, host, recorder, config CONFIG_..., parameter NAME
//   VALUE
struct trapline_header {
  uint32_t version;             // TRAPLINE_RAW_VERSION
  uint32_t traits;              // enum trapline_trait
  uint32_t linux_version_code;  // of the tree that the module was built with
  uint32_t switcher_addr;
  uint32_t lguest_irqs;
  uint32_t cr0;
  uint32_t cr4;
  uint32_t tsc_khz;
  uint32_t cpu_features[24];  // boot_cpu_data.x86_capability, as many as it has
  uint32_t cpus;              // channels
  uint32_t subbuf_size;       // bytes
  uint32_t subbufs;           // of a channel
  uint32_t text_length;
  int64_t loaded_at;  // seconds since 1970-01-01 UTC
};

// The sizes, wherever this is compiled.
#define TRAPLINE_IS(type, bytes) \
  typedef char type##_is_##bytes[sizeof(struct type) == (bytes) ? 1 : -1]
TRAPLINE_IS(trapline_record, 40);
TRAPLINE_IS(trapline_trap, 240);
TRAPLINE_IS(trapline_step, 8);
TRAPLINE_IS(trapline_hypercall, 32);
TRAPLINE_IS(trapline_load, 16);
TRAPLINE_IS(trapline_init, 24);
TRAPLINE_IS(trapline_run, 32);
TRAPLINE_IS(trapline_start, 184);
TRAPLINE_IS(trapline_death, 8);
TRAPLINE_IS(trapline_status, 80);
TRAPLINE_IS(trapline_header, 152);
#undef TRAPLINE_IS

#endif  // TRAPLINE_RECORDER_RAW_FORMAT_H_
