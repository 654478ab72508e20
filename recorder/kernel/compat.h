/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between kernels. All of it; the rest of the module has no
 * version of its own. */
#ifndef TRAPLINE_COMPAT_H
#define TRAPLINE_COMPAT_H

#include <linux/version.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/mm.h>
#include <linux/kprobes.h>
#include <linux/relay.h>
#include <linux/debugfs.h>
#include <linux/hardirq.h>
#include <linux/interrupt.h>
#include <linux/uaccess.h>
#include <linux/time.h>
#include <asm/processor.h>
#include <asm/tsc.h>

#include "lg.h"

#define SINCE(a, b, c) (LINUX_VERSION_CODE >= KERNEL_VERSION(a, b, c))

/* The behaviour of lg (model/flavor.h). */
#if SINCE(3, 12, 0)
#define LG_FLAVOR "F10"
#elif SINCE(3, 10, 0)
#define LG_FLAVOR "F9"
#elif SINCE(3, 1, 0)
#define LG_FLAVOR "F8"
#elif SINCE(2, 6, 34)
#define LG_FLAVOR "F7"
#elif SINCE(2, 6, 31)
#define LG_FLAVOR "F6"
#elif SINCE(2, 6, 30)
#define LG_FLAVOR "F5"
#elif SINCE(2, 6, 27)
#define LG_FLAVOR "F4"
#elif SINCE(2, 6, 25)
#define LG_FLAVOR "F3"
#elif SINCE(2, 6, 24)
#define LG_FLAVOR "F2"
#else
#error "trapline records kernels 2.6.24 and later"
#endif

/* A guest had one CPU and no struct for it. */
#if SINCE(2, 6, 25)
#define LG_HAS_CPU    1
#define lg_of(cpu)    ((cpu)->lg)
#define vcpu_of(cpu)  ((cpu)->id)
#define pgdir_of(cpu) (&(cpu)->lg->pgdirs[(cpu)->cpu_pgd])
#else
#define LG_HAS_CPU    0
#define lg_cpu	      lguest
#define lg_of(cpu)    (cpu)
#define vcpu_of(cpu)  0
#define pgdir_of(cpu) (&(cpu)->pgdirs[(cpu)->pgdidx])
#endif

#if SINCE(3, 1, 0)
#define LG_HAS_LINEAR_PAGES  1
#define linear_pages_of(cpu) ((cpu)->linear_pages)
#else
#define LG_HAS_LINEAR_PAGES  0
#define linear_pages_of(cpu) 0
#endif

#if SINCE(2, 6, 31)
#define LG_HAS_IRQ_PENDING   1
#define LG_DELIVER_INTERRUPT "try_deliver_interrupt"
#else
#define LG_HAS_IRQ_PENDING   0
#define LG_DELIVER_INTERRUPT "maybe_do_interrupt"
#endif

#if SINCE(2, 6, 30)
#define LG_HAS_GDT_ENTRY 1
#define LG_LOAD_GDT	 "load_guest_gdt_entry"
#else
#define LG_HAS_GDT_ENTRY 0
#define LG_LOAD_GDT	 "load_guest_gdt"
#endif

/* The host's registers at a probe; lg is built with -mregparm=3. */
#if SINCE(2, 6, 25)
#define arg1_of(regs) ((regs)->ax)
#define arg2_of(regs) ((regs)->dx)
#define arg3_of(regs) ((regs)->cx)
#else
#define arg1_of(regs) ((regs)->eax)
#define arg2_of(regs) ((regs)->edx)
#define arg3_of(regs) ((regs)->ecx)
#endif
#define result_of(regs) arg1_of(regs)

/* A trap from kernel mode pushes no sp: the stack begins where it would be. */
#if SINCE(5, 3, 0)
#define stack_of(regs) ((const unsigned long *)(regs)->sp)
#elif SINCE(2, 6, 25)
#define stack_of(regs) ((const unsigned long *)&(regs)->sp)
#else
#define stack_of(regs) ((const unsigned long *)&(regs)->esp)
#endif
#define arg4_of(regs) (stack_of(regs)[1])

/* Several at once wait for other CPUs but once. */
#if !SINCE(2, 6, 26)
static inline void unregister_kprobes(struct kprobe **probes, int count)
{
	while (count--)
		unregister_kprobe(*probes++);
}

static inline void unregister_kretprobes(struct kretprobe **probes, int count)
{
	while (count--)
		unregister_kretprobe(*probes++);
}
#endif

/* A silent read of a handler may fault; kprobes fix that up, in later kernels
 * no more. */
#if SINCE(4, 0, 0)
#define peek_begin() pagefault_disable()
#define peek_end()   pagefault_enable()
#else
#define peek_begin() ((void)0)
#define peek_end()   ((void)0)
#endif

/* relay */
#if SINCE(4, 9, 0)
#define relay_buf(chan, cpu) (*per_cpu_ptr((chan)->buf, cpu))
#else
#define relay_buf(chan, cpu) ((chan)->buf[cpu])
#endif

/* Whether relay calls back when the last reader closes a channel, however
 * long after relay_close: the module must stay until then. */
#define RELAY_CALLS_LATE !SINCE(2, 6, 37)

#if SINCE(3, 3, 0)
#define relay_mode_t umode_t
#else
#define relay_mode_t int
#endif

/* A file made otherwise cannot be read to its end after it was removed. */
#if SINCE(4, 7, 0)
#define create_channel_file debugfs_create_file_unsafe
#else
#define create_channel_file debugfs_create_file
#endif

#if SINCE(4, 0, 0)
#define host_cr4() __read_cr4()
#else
#define host_cr4() read_cr4_safe()
#endif

#if SINCE(3, 19, 0)
#define host_seconds() ktime_get_real_seconds()
#else
#define host_seconds() get_seconds()
#endif

#endif /* TRAPLINE_COMPAT_H */
