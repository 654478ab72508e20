// SPDX-License-Identifier: GPL-2.0-only
/* A module called lg for kernels that have none: the functions that the
 * recorder watches, which play script.h in a Launcher's memory. */
#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include "lg.h"
#include "script.h"

/* Called as if from another translation unit. */
#define FUNCTION noinline __attribute__((noclone))

unsigned long switcher_addr = SCRIPT_SWITCHER;

static struct script_trap *script;

FUNCTION bool lguest_address_ok(const struct lguest *lg, unsigned long addr,
				unsigned long len)
{
	return (addr + len) / PAGE_SIZE < lg->pfn_limit && addr + len >= addr;
}

FUNCTION void __lgread(struct lg_cpu *cpu, void *b, unsigned long addr,
		       unsigned int bytes)
{
	if (!lguest_address_ok(cpu->lg, addr, bytes) ||
	    copy_from_user(b, cpu->lg->mem_base + addr, bytes))
		memset(b, 0, bytes);
}

FUNCTION void __lgwrite(struct lg_cpu *cpu, unsigned long addr, const void *b,
			unsigned int bytes)
{
	if (!lguest_address_ok(cpu->lg, addr, bytes) ||
	    copy_to_user(cpu->lg->mem_base + addr, b, bytes))
		pr_err("lg: the script writes to %#lx\n", addr);
}

static void play(struct lg_cpu *cpu, const struct script_trap *t,
		 unsigned int from, unsigned int to);

/* The step that a call is. */
static unsigned int called;

FUNCTION bool demand_page(struct lg_cpu *cpu, unsigned long vaddr, int errcode)
{
	return false;
}
