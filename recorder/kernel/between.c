// SPDX-License-Identifier: GPL-2.0-only
/* What the host does between two traps: hypercalls, and what they load; the
 * start of each run. */
#include "trapline.h"

#define RING_DONE   0xff
#define LHCALL_WAKE 17 /* LHCALL_NOTIFY, until 3.19 */

static void write_hypercall(struct trapline_task *t, struct lg_cpu *cpu,
			    const struct hcall_args *args, u16 flags, u32 slot)
{
	struct trapline_record head;
	struct trapline_hypercall call = {
		.count = sizeof(*args) / 4,
		.slot = slot,
	};

	BUILD_BUG_ON(sizeof(*args) > sizeof(call.args));
	trapline_copy(call.args, args, sizeof(*args) / 4);
	trapline_head(&head, TRAPLINE_HYPERCALL, t, cpu);
	head.flags = flags;
	trapline_write(&head, &call, sizeof(call));
}

/* Those of the ring that do_hypercalls is about to do, and in its order.
 * False where one of them keeps it from the direct one. */
static bool write_ring(struct trapline_task *t, struct lg_cpu *cpu)
{
	struct lguest_data __user *data = lg_of(cpu)->lguest_data;
	u32 slot = cpu->next_hcall;
	unsigned int left;

	for (left = ARRAY_SIZE(data->hcall_status); left; left--) {
		struct hcall_args args;
		unsigned int i;
		u8 status;

		if (!trapline_peek8(&data->hcall_status[slot], &status))
			break;
		if (likely(status == RING_DONE))
			return true;
		for (i = 0; i < sizeof(args) / 4; i++)
			if (!trapline_peek32((u32 __user *)&data->hcalls[slot] +
						     i,
					     (u32 *)&args + i))
				goto unreadable;
		write_hypercall(t, cpu, &args, TRAPLINE_ASYNC, slot);
		if (args.arg0 == LHCALL_WAKE && args.arg1)
			return false;
		if (++slot == ARRAY_SIZE(data->hcall_status))
			slot = 0;
	}
	if (!left)
		return true;
unreadable:
	trapline_lose(&trapline_counts.lost_unreadable, 1);
	return true;
}

/* do_hypercalls(cpu) */
int trapline_hypercalls_enter(struct pt_regs *regs)
{
	struct lg_cpu *cpu = (struct lg_cpu *)arg1_of(regs);
	struct trapline_task *t = trapline_task_get(lg_of(cpu));

	if (!t || (lg_of(cpu)->lguest_data && !write_ring(t, cpu)))
		return 0;
	if (!cpu->pending_notify && cpu->hcall)
		write_hypercall(t, cpu, cpu->hcall, 0, 0);
	return 0;
}

/* lguest_arch_run_guest(cpu) */
int trapline_run_enter(struct pt_regs *regs)
{
	struct lg_cpu *cpu = (struct lg_cpu *)arg1_of(regs);
	struct trapline_task *t = trapline_task_get(lg_of(cpu));
	struct trapline_record head;
	struct trapline_run run;

	if (!t)
		return 0;
	run.changed = cpu->changed;
	run.esp1 = cpu->esp1;
	run.ss1 = cpu->ss1;
	run.ts = cpu->ts;
	run.trapnum = cpu->regs->trapnum;
	run.eip = cpu->regs->eip;
	run.shadow_cr3 = __pa(pgdir_of(cpu)->pgdir);
	run.reserved = 0;
	trapline_head(&head, TRAPLINE_RUN, t, cpu);
	trapline_write(&head, &run, sizeof(run));
	return 0;
}

static int write_load(struct pt_regs *regs, u16 kind, unsigned int count)
{
	struct lg_cpu *cpu = (struct lg_cpu *)arg1_of(regs);
	struct trapline_task *t = trapline_task_get(lg_of(cpu));
	struct trapline_record head;
	struct trapline_load load = {
		.args = {arg2_of(regs), count > 1 ? arg3_of(regs) : 0,
			 count > 2 ? arg4_of(regs) : 0},
	};

	if (!t)
		return 0;
	trapline_head(&head, kind, t, cpu);
	trapline_write(&head, &load, sizeof(load));
	return 0;
}

int trapline_idt_entry_enter(struct pt_regs *regs)
{
	return write_load(regs, TRAPLINE_IDT_ENTRY, 3);
}

int trapline_gdt_enter(struct pt_regs *regs)
{
	if (LG_HAS_GDT_ENTRY)
		return write_load(regs, TRAPLINE_GDT_ENTRY, 3);
	return write_load(regs, TRAPLINE_GDT, 2);
}

int trapline_tls_enter(struct pt_regs *regs)
{
	return write_load(regs, TRAPLINE_TLS, 1);
}

int trapline_stack_enter(struct pt_regs *regs)
{
	return write_load(regs, TRAPLINE_STACK, 3);
}
