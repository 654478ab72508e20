// SPDX-License-Identifier: GPL-2.0-only
/* One handler call, a trap or an interrupt delivery, from entry to return. It
 * becomes one record. That a trap has returned is seen by what its task does
 * next (trapline_task_settled), if only by the return of run_guest. */
#include "trapline.h"

static void gate_of(struct trapline_trap *trap, struct lg_cpu *cpu, u32 vector)
{
	const u32 *gate;

	trap->gate_lo = 0;
	trap->gate_hi = 0;
	if (vector >= ARRAY_SIZE(cpu->arch.idt))
		return;
	gate = (const u32 *)&cpu->arch.idt[vector];
	trap->gate_lo = gate[0];
	trap->gate_hi = gate[1];
}

static void open(struct trapline_task *t, struct lg_cpu *cpu, u16 kind)
{
	/* A return that a probe missed, or that never came. */
	if (unlikely(t->open))
		trapline_trap_abandon(t);
	t->missed = trapline_missed_so_far();
	t->open = kind;
	t->overflow = false;
	t->cpu = cpu;
	t->depth = 0;
	t->steps_size = 0;
	t->dead = lg_of(cpu)->dead != NULL;
	trapline_head(&t->record, kind, t, vcpu_of(cpu));
	t->trap.present = trapline_capture(cpu, t->trap.before);
}

/* lguest_arch_handle_trap(cpu) */
HANDLER(trap_enter)
{
	struct lg_cpu *cpu = (struct lg_cpu *)arg1_of(regs);
	struct trapline_task *t = trapline_task_get(lg_of(cpu));

	if (!t)
		return DECLINE;
	open(t, cpu, TRAPLINE_TRAP);
	t->trap.number = ++t->traps;
	gate_of(&t->trap, cpu, cpu->regs->trapnum);
	trapline_peek_insn(cpu, &t->trap);
	return t->entered ? DECLINE : 0;
}

/* try_deliver_interrupt(cpu, irq, more), or maybe_do_interrupt(lg), which is
 * called before each run and chooses the irq itself. */
HANDLER(interrupt_enter)
{
	struct lg_cpu *cpu = (struct lg_cpu *)arg1_of(regs);
	struct trapline_task *t = trapline_task_get(lg_of(cpu));

	if (!t || (!LG_HAS_IRQ_PENDING && !cpu->irqs_pending[0]))
		return DECLINE;
	open(t, cpu, TRAPLINE_INTERRUPT);
	t->trap.number = LG_HAS_IRQ_PENDING ? arg2_of(regs) : 0;
	gate_of(&t->trap, cpu, 32 + t->trap.number);
	t->trap.insn_length = 0;
	t->trap.insn_mapped = 0;
	t->trap.insn_pa = 0;
	memset(t->trap.insn, 0, sizeof(t->trap.insn));
	return 0;
}

/* The head but for what trapline_begin fills in, and the trap behind it. */
#define HELD_WORDS                                                             \
	((sizeof(struct trapline_record) + sizeof(struct trapline_trap) -      \
	  offsetof(struct trapline_record, tsc)) /                             \
	 4)

static void write_record(struct trapline_task *t, const u32 *after,
			 unsigned int count)
{
	u32 size = sizeof(t->trap) + count * sizeof(*after) + t->steps_size;
	struct trapline_record *record;
	unsigned long irqs;
	u32 *to;

	BUILD_BUG_ON(offsetof(struct trapline_task, trap) !=
		     offsetof(struct trapline_task, record) +
			     sizeof(t->record));
	local_irq_save(irqs);
	record = trapline_begin(t->open, size);
	if (likely(record)) {
		to = (u32 *)&record->tsc;
		to = trapline_copy(to, &t->record.tsc, HELD_WORDS);
		to = trapline_copy(to, after, count);
		trapline_copy(to, t->steps, t->steps_size / 4);
		trapline_commit(record);
	}
	local_irq_restore(irqs);
}

static void close(struct trapline_task *t, const u32 *after, unsigned int count)
{
	t->trap.tsc_return = get_cycles();
	t->trap.return_cpu = raw_smp_processor_id();
	t->trap.steps_size = t->steps_size;
	t->trap.reserved = 0;
	if (unlikely(t->overflow))
		trapline_lose(&trapline_counts.lost_too_large, 1);
	else if (unlikely(t->missed != trapline_missed()))
		/* A step of it may be what was missed. */
		trapline_lose(&trapline_counts.lost_missed, 1);
	else
		write_record(t, after, count);
	t->open = 0;
}

void trapline_trap_finish(struct trapline_task *t)
{
	u32 after[TRAPLINE_WORDS];
	unsigned int count;

	if (unlikely(!trapline_complete))
		return;
	trapline_step_kill(t);
	if (unlikely(t->depth))
		t->overflow = true;
	t->trap.after_present = trapline_capture(t->cpu, after);
	count = trapline_compare(t->trap.before, after, &t->trap.after_changed);
	close(t, after, count);
}

HANDLER(settle)
{
	trapline_task_settled();
	return 0;
}

HANDLER(interrupt_return)
{
	struct trapline_task *t = trapline_task_find();
	u32 taken;

	if (!t || t->open != TRAPLINE_INTERRUPT)
		return 0;
	if (!LG_HAS_IRQ_PENDING) {
		/* A timer only adds to them: what is gone was delivered. */
		taken = t->trap.before[TRAPLINE_IRQS_PENDING] &
			~t->cpu->irqs_pending[0];
		if (!taken) {
			t->open = 0;
			return 0;
		}
		t->trap.number = __ffs(taken);
		gate_of(&t->trap, t->cpu, 32 + t->trap.number);
	}
	trapline_trap_finish(t);
	return 0;
}

/* The call will not return, or nobody sees it. */
void trapline_trap_abandon(struct trapline_task *t)
{
	t->record.flags |= TRAPLINE_NOT_RETURNED;
	/* Without the probes the guest may go at any time. */
	if (trapline_complete)
		trapline_step_kill(t);
	else
		t->record.flags |= TRAPLINE_UNLOADED;
	t->trap.after_present = 0;
	t->trap.after_changed = 0;
	trapline_counts.not_returned++;
	close(t, NULL, 0);
}
