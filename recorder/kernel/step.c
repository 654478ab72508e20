// SPDX-License-Identifier: GPL-2.0-only
/* What a handler does on its way: accesses, calls, kills. */
#include "trapline.h"

/* Room for a step and `length` bytes; NULL where the record grows too large. */
static void *add_step(struct trapline_task *t, u8 kind, u32 argument,
		      u8 returned, u32 length)
{
	struct trapline_step *step = (void *)(t->steps + t->steps_size);
	u32 size = sizeof(*step) + ALIGN(length, 4);

	if (length > 0xffff || size > trapline_trap_bytes - t->steps_size) {
		t->overflow = true;
		return NULL;
	}
	step->kind = kind;
	step->returned = returned;
	step->length = length;
	step->argument = argument;
	if (length % 4)
		*(u32 *)((u8 *)step + size - 4) = 0;
	t->steps_size += size;
	return step + 1;
}

static void copy_step(struct trapline_task *t, u8 kind, u32 argument,
		      const void *bytes, u32 length)
{
	void *to = add_step(t, kind, argument, 0, length);

	if (!to)
		return;
	if (likely(length == 4))
		*(u32 *)to = *(const u32 *)bytes;
	else
		memcpy(to, bytes, length);
}

/* lg->dead is set once, by the first kill_guest, to a string or an errno. */
void trapline_step_kill(struct trapline_task *t)
{
	const char *dead = t->lg->dead;

	if (likely(!dead) || t->dead)
		return;
	t->dead = true;
	if (IS_ERR(dead))
		copy_step(t, TRAPLINE_KILL, PTR_ERR(dead), "", 0);
	else
		copy_step(t, TRAPLINE_KILL, 0, dead, strnlen(dead, 1024));
}

/* Calls nest; 8 deep is more than any version does. */
static int push(struct trapline_task *t, struct pt_regs *regs)
{
	struct trapline_pending *pending = &t->pending[t->depth];

	if (t->depth == ARRAY_SIZE(t->pending)) {
		t->overflow = true;
		return 1;
	}
	pending->arg1 = arg1_of(regs);
	pending->arg2 = arg2_of(regs);
	pending->arg3 = arg3_of(regs);
	t->depth++;
	return 0;
}

static struct trapline_pending *pop(struct trapline_task *t)
{
	if (t->depth)
		return &t->pending[--t->depth];
	t->overflow = true;
	return NULL;
}

int trapline_call_enter(struct pt_regs *regs)
{
	struct trapline_task *t = trapline_task_open();

	return t ? push(t, regs) : 1;
}

/* __lgread(cpu, buffer, address, bytes) */
int trapline_read_enter(struct pt_regs *regs)
{
	struct trapline_task *t = trapline_task_open();

	if (!t || push(t, regs))
		return 1;
	t->pending[t->depth - 1].arg1 = arg4_of(regs);
	return 0;
}

void trapline_read_return(struct pt_regs *regs)
{
	struct trapline_task *t = trapline_task_open();
	struct trapline_pending *call = t ? pop(t) : NULL;

	if (!call)
		return;
	copy_step(t, TRAPLINE_READ, call->arg3, (void *)call->arg2, call->arg1);
	trapline_step_kill(t);
}

/* __lgwrite(cpu, address, buffer, bytes) */
int trapline_write_enter(struct pt_regs *regs)
{
	struct trapline_task *t = trapline_task_open();

	if (t)
		copy_step(t, TRAPLINE_WRITE, arg2_of(regs),
			  (void *)arg3_of(regs), arg4_of(regs));
	return 0;
}

/* demand_page(cpu, vaddr, errcode) */
void trapline_demand_page_return(struct pt_regs *regs)
{
	struct trapline_task *t = trapline_task_open();
	struct trapline_pending *call = t ? pop(t) : NULL;
	u32 *errcode;

	if (!call)
		return;
	trapline_step_kill(t);
	errcode = add_step(t, TRAPLINE_DEMAND_PAGE, call->arg2,
			   (u8)result_of(regs), 4);
	if (errcode)
		*errcode = call->arg3;
}

/* deliver_trap(cpu, num) */
void trapline_deliver_trap_return(struct pt_regs *regs)
{
	struct trapline_task *t = trapline_task_open();
	struct trapline_pending *call = t ? pop(t) : NULL;

	if (!call)
		return;
	trapline_step_kill(t);
	add_step(t, TRAPLINE_DELIVER_TRAP, call->arg2, (u8)result_of(regs), 0);
}

int trapline_clear_all_enter(struct pt_regs *regs)
{
	struct trapline_task *t = trapline_task_open();

	if (t)
		add_step(t, TRAPLINE_CLEAR_ALL, 0, 0, 0);
	return 0;
}
