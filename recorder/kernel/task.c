// SPDX-License-Identifier: GPL-2.0-only
/* The tasks that run guests. A task that sleeps inside a handler may wake on
 * another CPU, so what is known of a call is kept by task. */
#include <linux/vmalloc.h>
#include "trapline.h"

DEFINE_PER_CPU(struct trapline_task *, trapline_last);

static struct trapline_task *tasks;
static u8 *steps;
static unsigned int mask;
static atomic_t guests;

u32 trapline_guests(void)
{
	return atomic_read(&guests);
}

int trapline_tasks_init(void)
{
	unsigned int i;

	for (mask = 1; mask < trapline_tasks; mask *= 2)
		;
	tasks = vmalloc(mask * sizeof(*tasks));
	steps = vmalloc(mask * trapline_trap_bytes);
	if (!tasks || !steps) {
		trapline_tasks_exit();
		return -ENOMEM;
	}
	/* Touch all of it: vmalloc maps it lazily into other tasks, and a
	 * handler must not fault. */
	memset(tasks, 0, mask * sizeof(*tasks));
	memset(steps, 0, mask * trapline_trap_bytes);
	for (i = 0; i < mask; i++)
		tasks[i].steps = steps + i * trapline_trap_bytes;
	mask--;
	return 0;
}

void trapline_tasks_exit(void)
{
	vfree(tasks);
	vfree(steps);
}

static unsigned int hash(void)
{
	unsigned long task = (unsigned long)current;

	return (task >> 7) ^ (task >> 11);
}

/* That of the current task, if it has one; remembered for this CPU. */
struct trapline_task *trapline_task_search(void)
{
	unsigned int first = hash();
	unsigned int i;

	for (i = 0; i <= mask; i++) {
		struct trapline_task *t = &tasks[(first + i) & mask];

		if (t->task != current)
			continue;
		per_cpu(trapline_last, raw_smp_processor_id()) = t;
		return t;
	}
	return NULL;
}

static u32 guest_of(const struct lguest *lg)
{
	unsigned int i;

	for (i = 0; i <= mask; i++)
		if (tasks[i].task && tasks[i].lg == lg && tasks[i].guest)
			return tasks[i].guest;
	return atomic_inc_return(&guests);
}

/* As trapline_task_get. */
struct trapline_task *trapline_task_new(struct lguest *lg)
{
	struct trapline_task *t = trapline_task_find();
	unsigned int first = hash();
	unsigned int i;

	if (!trapline_watching)
		return NULL;
	if (t && t->lg == lg)
		return t;
	for (i = 0; !t && i <= mask; i++)
		if (!cmpxchg(&tasks[(first + i) & mask].task, NULL, current))
			t = &tasks[(first + i) & mask];
	if (!t) {
		trapline_lose(&trapline_counts.lost_no_slot, 1);
		return NULL;
	}
	t->guest = 0;
	t->lg = lg;
	t->guest = guest_of(lg);
	t->traps = 0;
	t->open = 0;
	t->depth = 0;
	t->init_result = 0;
	t->dead = lg->dead != NULL;
	t->death_told = false;
	t->entered = false;
	return t;
}

/* All that are in use, in turn; begins and ends with NULL. */
struct trapline_task *trapline_task_next(struct trapline_task *t)
{
	for (t = t ? t + 1 : tasks; t <= &tasks[mask]; t++)
		if (t->task)
			return t;
	return NULL;
}

/* Whether any is inside a handler. */
bool trapline_tasks_open(void)
{
	struct trapline_task *t = NULL;

	while ((t = trapline_task_next(t)))
		if (t->open)
			return true;
	return false;
}

void trapline_task_put(struct trapline_task *t)
{
	t->lg = NULL;
	t->open = 0;
	smp_wmb();
	t->task = NULL;
}
