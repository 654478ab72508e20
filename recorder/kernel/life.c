// SPDX-License-Identifier: GPL-2.0-only
/* How guests come, introduce themselves, die and go. */
#include "trapline.h"

static void write_event(u16 kind, struct trapline_task *t, const void *payload,
			u32 size)
{
	struct trapline_record *record;
	unsigned long irqs;

	local_irq_save(irqs);
	record = trapline_begin(kind, size);
	if (record) {
		trapline_head(record, kind, t, vcpu_of(t->cpu));
		memcpy(record + 1, payload, size);
		trapline_commit(record);
	}
	local_irq_restore(irqs);
}

/* Keeps the CPU for the return. */
HANDLER(cpu_enter)
{
	struct lg_cpu *cpu = (struct lg_cpu *)arg1_of(regs);
	struct trapline_task *t = trapline_task_get(lg_of(cpu));

	if (!t)
		return DECLINE;
	t->cpu = cpu;
	return 0;
}

/* lguest_arch_setup_regs(cpu, start) */
HANDLER(start_return)
{
	struct trapline_task *t = trapline_task_find();
	struct trapline_start start;

	if (!t)
		return 0;
	start.present = trapline_capture(t->cpu, start.words);
	start.pfn_limit = t->lg->pfn_limit;
	start.mem_base = (unsigned long)t->lg->mem_base;
	start.reserved = 0;
	write_event(TRAPLINE_START, t, &start, sizeof(start));
	return 0;
}

/* lguest_arch_init_hypercalls(cpu) */
HANDLER(init_hypercalls_return)
{
	struct trapline_task *t = trapline_task_find();

	if (t)
		t->init_result = result_of(regs);
	return 0;
}

/* page_table_guest_data_init(cpu), the last that LHCALL_LGUEST_INIT does but
 * for guest_pagetable_clear_all. */
HANDLER(init_return)
{
	struct trapline_task *t = trapline_task_find();
	struct trapline_init init;

	if (!t)
		return 0;
	init.lguest_data = t->cpu->hcall ? t->cpu->hcall->arg1 : 0;
	init.noirq_start = t->lg->noirq_start;
	init.noirq_end = t->lg->noirq_end;
	init.kernel_address = t->lg->kernel_address;
	init.result = t->init_result;
	init.reserved = 0;
	trapline_header_switcher(t->cpu);
	write_event(TRAPLINE_INIT, t, &init, sizeof(init));
	return 0;
}

static void write_death(struct trapline_task *t)
{
	const char *dead = t->lg->dead;
	struct trapline_record *record;
	struct trapline_death *death;
	unsigned long irqs;
	u32 length = dead && !IS_ERR(dead) ? strnlen(dead, 1024) : 0;

	if (t->death_told)
		return;
	t->death_told = true;
	local_irq_save(irqs);
	record = trapline_begin(TRAPLINE_DEATH, sizeof(*death) + length);
	if (record) {
		trapline_head(record, TRAPLINE_DEATH, t, 0);
		death = (struct trapline_death *)(record + 1);
		death->length = length;
		death->error = IS_ERR(dead) ? PTR_ERR(dead) : 0;
		memcpy(death + 1, dead, length);
		trapline_commit(record);
	}
	local_irq_restore(irqs);
}

/* run_guest(cpu, user) */
HANDLER(run_guest_enter)
{
	struct lg_cpu *cpu = (struct lg_cpu *)arg1_of(regs);
	struct trapline_task *t = trapline_task_get(lg_of(cpu));

	if (!t)
		return DECLINE;
	t->cpu = cpu;
	t->entered = true;
	return 0;
}

HANDLER(run_guest_return)
{
	struct trapline_task *t = trapline_task_settled();

	if (!t)
		return 0;
	t->entered = false;
	if (t->lg->dead)
		write_death(t);
	return 0;
}

/* free_guest_pagetable(lg), where the Launcher closes its guest: also the exit
 * of one that hit a BUG inside a handler. */
HANDLER(free_enter)
{
	struct lguest *lg = (struct lguest *)arg1_of(regs);
	struct trapline_task *t = NULL;

	while ((t = trapline_task_next(t))) {
		if (t->lg != lg)
			continue;
		if (t->open)
			trapline_trap_abandon(t);
		write_death(t);
		trapline_task_put(t);
	}
	return 0;
}
