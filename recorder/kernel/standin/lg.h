/* SPDX-License-Identifier: GPL-2.0-only */
/* The stand-in's structures: the names of lguest's, for a recorder to be built
 * against, and as few as it looks at. */
#ifndef STANDIN_LG_H
#define STANDIN_LG_H

#include <linux/bitmap.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <asm/desc_defs.h>
#include <asm/pgtable.h>
#include "script.h"

#define LGUEST_IRQS	 32
#define LHCALL_RING_SIZE 64

struct lguest_regs {
	unsigned long eax, ebx, ecx, edx, esi, edi, ebp;
	unsigned long gs, fs, ds, es;
	unsigned long trapnum, errcode;
	unsigned long eip, cs, eflags, esp, ss;
};

struct hcall_args {
	unsigned long arg0, arg1, arg2, arg3, arg4;
};

struct lguest_data {
	u32 irq_enabled;
	u32 blocked_interrupts;
	u32 cr2;
	u32 time[2];
	u32 irq_pending;
	u8 hcall_status[LHCALL_RING_SIZE];
	struct hcall_args hcalls[LHCALL_RING_SIZE];
	u32 reserve_mem;
};

struct pgdir {
	unsigned long gpgdir;
	pgd_t *pgdir;
};

struct lg_cpu_arch {
	struct desc_struct idt[256];
	unsigned long last_pagefault;
};

struct lguest;

struct lg_cpu {
	unsigned int id;
	struct lguest *lg;
	struct lguest_regs *regs;
	int ts;
	u32 esp1;
	u16 ss1;
	int changed;
	int halted;
	unsigned long pending_notify;
	struct hcall_args *hcall;
	u32 next_hcall;
	bool linear_pages;
	int cpu_pgd;
	DECLARE_BITMAP(irqs_pending, LGUEST_IRQS);
	struct lg_cpu_arch arch;
};

struct lguest {
	struct lguest_data __user *lguest_data;
	struct lg_cpu cpus[1];
	u32 pfn_limit;
	u8 __user *mem_base;
	unsigned long kernel_address;
	struct pgdir pgdirs[4];
	unsigned long noirq_start, noirq_end;
	unsigned int stack_pages;
	const char *dead;

	/* Of the stand-in alone. */
	struct lguest_regs registers;
	struct script_order order;
	u32 played;		 /* traps */
	struct script_trap trap; /* the one that is played */
	unsigned int step;	 /* the next of it */
};

#endif /* STANDIN_LG_H */
