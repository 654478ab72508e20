// SPDX-License-Identifier: GPL-2.0-only
/* How guests come, introduce themselves, die and go. */
#include "trapline.h"

/* Keeps the CPU for the return. */
int trapline_cpu_enter(struct pt_regs *regs)
{
	struct lg_cpu *cpu = (struct lg_cpu *)arg1_of(regs);
	struct trapline_task *t = trapline_task_get(lg_of(cpu));

	if (!t)
		return 1;
	t->cpu = cpu;
	return 0;
}

/* lguest_arch_setup_regs(cpu, start) */
void trapline_start_return(struct pt_regs *regs)
{
	struct trapline_task *t = trapline_task_find();
	struct trapline_record head;
	struct trapline_start start;

	if (!t)
		return;
	start.present = trapline_capture(t->cpu, start.words);
	start.pfn_limit = t->lg->pfn_limit;
	start.mem_base = (unsigned long)t->lg->mem_base;
	start.reserved = 0;
	trapline_head(&head, TRAPLINE_START, t, t->cpu);
	trapline_write(&head, &start, sizeof(start));
}

/* lguest_arch_init_hypercalls(cpu) */
void trapline_init_hypercalls_return(struct pt_regs *regs)
{
	struct trapline_task *t = trapline_task_find();

	if (t)
		t->init_result = result_of(regs);
}

/* page_table_guest_data_init(cpu), the last that LHCALL_LGUEST_INIT does but
 * for guest_pagetable_clear_all. */
void trapline_init_return(struct pt_regs *regs)
{
	struct trapline_task *t = trapline_task_find();
	struct trapline_record head;
	struct trapline_init init;

	if (!t)
		return;
	init.lguest_data = t->cpu->hcall ? t->cpu->hcall->arg1 : 0;
	init.noirq_start = t->lg->noirq_start;
	init.noirq_end = t->lg->noirq_end;
	init.kernel_address = t->lg->kernel_address;
	init.result = t->init_result;
	init.reserved = 0;
	trapline_header_switcher(t->cpu);
	trapline_head(&head, TRAPLINE_INIT, t, t->cpu);
	trapline_write(&head, &init, sizeof(init));
}

static void write_death(struct trapline_task *t)
{
	const char *dead = t->lg->dead;
	struct trapline_record head = {
		.tsc = get_cycles(),
		.guest = t->guest,
		.kind = TRAPLINE_DEATH,
		.host_cpu = raw_smp_processor_id(),
	};
	struct trapline_death *death;
	unsigned long flags;
	u32 length = dead && !IS_ERR(dead) ? strnlen(dead, 1024) : 0;

	if (t->death_told)
		return;
	t->death_told = true;
	local_irq_save(flags);
	death = trapline_begin(&head, sizeof(*death) + length);
	if (death) {
		death->length = length;
		death->error = IS_ERR(dead) ? PTR_ERR(dead) : 0;
		memcpy(death + 1, dead, length);
		trapline_commit(&head);
	}
	local_irq_restore(flags);
}

/* run_guest */
void trapline_run_guest_return(struct pt_regs *regs)
{
	struct trapline_task *t = trapline_task_find();

	if (t && t->lg->dead)
		write_death(t);
}

/* free_guest_pagetable(lg), where the Launcher closes its guest: also the exit
 * of one that hit a BUG inside a handler. */
int trapline_free_enter(struct pt_regs *regs)
{
	struct lguest *lg = (struct lguest *)arg1_of(regs);
	struct trapline_task *t = NULL;

	while ((t = trapline_task_next(t))) {
		if (t->lg != lg)
			continue;
		if (t->open)
			trapline_trap_abandon(t, TRAPLINE_NOT_RETURNED);
		write_death(t);
		trapline_task_put(t);
	}
	return 0;
}
