// SPDX-License-Identifier: GPL-2.0-only
/* What the host does between two traps: hypercalls, and what they load; the
 * start of each run. */
#include "trapline.h"

#define RING_DONE   0xff
#define LHCALL_WAKE 17 /* LHCALL_NOTIFY, until 3.19 */

static void write_hypercall(struct trapline_task *t, struct lg_cpu *cpu,
			    const struct hcall_args *args, u16 flags, u32 slot)
{
	struct trapline_record *record;
	struct trapline_hypercall *call;
	unsigned long irqs;

	BUILD_BUG_ON(sizeof(*args) > sizeof(call->args));
	local_irq_save(irqs);
	record = trapline_begin(TRAPLINE_HYPERCALL, sizeof(*call));
	if (likely(record)) {
		trapline_head(record, TRAPLINE_HYPERCALL, t, vcpu_of(cpu));
		record->flags = flags;
		call = (struct trapline_hypercall *)(record + 1);
		call->count = sizeof(*args) / 4;
		call->slot = slot;
		call->args[4] = 0;
		call->args[5] = 0;
		trapline_copy(call->args, args, sizeof(*args) / 4);
		trapline_commit(record);
	}
	local_irq_restore(irqs);
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
HANDLER(hypercalls_enter)
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
HANDLER(run_enter)
{
	struct lg_cpu *cpu = (struct lg_cpu *)arg1_of(regs);
	struct trapline_task *t = trapline_task_get(lg_of(cpu));
	struct trapline_record *record;
	struct trapline_run *run;
	unsigned long irqs;

	if (!t)
		return 0;
	local_irq_save(irqs);
	record = trapline_begin(TRAPLINE_RUN, sizeof(*run));
	if (likely(record)) {
		trapline_head(record, TRAPLINE_RUN, t, vcpu_of(cpu));
		run = (struct trapline_run *)(record + 1);
		run->changed = cpu->changed;
		run->esp1 = cpu->esp1;
		run->ss1 = cpu->ss1;
		run->ts = cpu->ts;
		run->trapnum = cpu->regs->trapnum;
		run->eip = cpu->regs->eip;
		run->shadow_cr3 = __pa(pgdir_of(cpu)->pgdir);
		run->reserved = 0;
		trapline_commit(record);
	}
	local_irq_restore(irqs);
	return 0;
}

static int write_load(struct pt_regs *regs, u16 kind, unsigned int count)
{
	struct lg_cpu *cpu = (struct lg_cpu *)arg1_of(regs);
	struct trapline_task *t = trapline_task_get(lg_of(cpu));
	struct trapline_record *record;
	struct trapline_load *load;
	unsigned long irqs;

	if (!t)
		return 0;
	local_irq_save(irqs);
	record = trapline_begin(kind, sizeof(*load));
	if (likely(record)) {
		trapline_head(record, kind, t, vcpu_of(cpu));
		load = (struct trapline_load *)(record + 1);
		load->args[0] = arg2_of(regs);
		load->args[1] = count > 1 ? arg3_of(regs) : 0;
		load->args[2] = count > 2 ? arg4_of(regs) : 0;
		load->args[3] = 0;
		trapline_commit(record);
	}
	local_irq_restore(irqs);
	return 0;
}

HANDLER(idt_entry_enter)
{
	return write_load(regs, TRAPLINE_IDT_ENTRY, 3);
}

HANDLER(gdt_enter)
{
	if (LG_HAS_GDT_ENTRY)
		return write_load(regs, TRAPLINE_GDT_ENTRY, 3);
	return write_load(regs, TRAPLINE_GDT, 2);
}

HANDLER(tls_enter)
{
	return write_load(regs, TRAPLINE_TLS, 1);
}

HANDLER(stack_enter)
{
	return write_load(regs, TRAPLINE_STACK, 3);
}
