// SPDX-License-Identifier: GPL-2.0-only
/* What a handler does on its way: accesses, calls, kills. */
#include "trapline.h"

/* Room for a step and `length` bytes; NULL where the record grows too large. */
static inline void *add_step(struct trapline_task *t, u8 kind, u32 argument,
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

static inline void add_word(struct trapline_task *t, u8 kind, u32 argument,
			    u8 returned, u32 word)
{
	u32 *to = add_step(t, kind, argument, returned, sizeof(word));

	if (likely(to))
		*to = word;
}

static void copy_step(struct trapline_task *t, u8 kind, u32 argument,
		      const void *bytes, u32 length)
{
	void *to = add_step(t, kind, argument, 0, length);

	if (to)
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

/* Calls nest; 8 deep is more than any version does. NULL where one does. */
static struct trapline_pending *push(struct trapline_task *t,
				     struct pt_regs *regs)
{
	struct trapline_pending *pending = &t->pending[t->depth];

	if (unlikely(t->depth == ARRAY_SIZE(t->pending))) {
		t->overflow = true;
		return NULL;
	}
	pending->arg1 = arg1_of(regs);
	pending->arg2 = arg2_of(regs);
	pending->arg3 = arg3_of(regs);
	t->depth++;
	return pending;
}

static struct trapline_pending *pop(struct trapline_task *t)
{
	if (t->depth)
		return &t->pending[--t->depth];
	t->overflow = true;
	return NULL;
}

HANDLER(call_enter)
{
	struct trapline_task *t = trapline_task_open();

	return t && push(t, regs) ? 0 : DECLINE;
}

/* What __lgread is about to read: a word, a byte of an instruction, or an entry
 * of a page table with PAE. Where it can be had right away the return need not
 * be watched, which costs more than all the rest of this. False within a page
 * of the guest's limit too, where it may be refused. */
static bool read_ahead(struct trapline_task *t, u32 address, u32 length)
{
	const u8 __user *from = t->lg->mem_base + address;
	u32 words[2];
	bool there;

	if ((address >> PAGE_SHIFT) + 1 >= t->lg->pfn_limit)
		return false;
	if (likely(length == 4)) {
		if (!trapline_peek32(from, words))
			return false;
		add_word(t, TRAPLINE_READ, address, 0, words[0]);
		return true;
	}
	if (length == 1)
		there = trapline_peek8(from, (u8 *)words);
	else
		there = length == 8 && trapline_peek32(from, words) &&
			trapline_peek32(from + 4, words + 1);
	if (there)
		copy_step(t, TRAPLINE_READ, address, words, length);
	return there;
}

/* __lgread(cpu, buffer, address, bytes) */
HANDLER(read_enter)
{
	struct trapline_task *t = trapline_task_open();
	struct trapline_pending *call;

	if (!t || read_ahead(t, arg3_of(regs), arg4_of(regs)))
		return DECLINE;
	call = push(t, regs);
	if (!call)
		return DECLINE;
	call->arg1 = arg4_of(regs);
	return 0;
}

HANDLER(read_return)
{
	struct trapline_task *t = trapline_task_open();
	struct trapline_pending *call = t ? pop(t) : NULL;

	if (!call)
		return 0;
	copy_step(t, TRAPLINE_READ, call->arg3, (void *)call->arg2, call->arg1);
	trapline_step_kill(t);
	return 0;
}

/* __lgwrite(cpu, address, buffer, bytes) */
HANDLER(write_enter)
{
	struct trapline_task *t = trapline_task_open();

	if (!t)
		return 0;
	if (likely(arg4_of(regs) == 4))
		add_word(t, TRAPLINE_WRITE, arg2_of(regs), 0,
			 *(const u32 *)arg3_of(regs));
	else
		copy_step(t, TRAPLINE_WRITE, arg2_of(regs),
			  (const void *)arg3_of(regs), arg4_of(regs));
	return 0;
}

/* demand_page(cpu, vaddr, errcode) */
HANDLER(demand_page_return)
{
	struct trapline_task *t = trapline_task_open();
	struct trapline_pending *call = t ? pop(t) : NULL;

	if (!call)
		return 0;
	trapline_step_kill(t);
	add_word(t, TRAPLINE_DEMAND_PAGE, call->arg2, (u8)result_of(regs),
		 call->arg3);
	return 0;
}

/* deliver_trap(cpu, num) */
HANDLER(deliver_trap_return)
{
	struct trapline_task *t = trapline_task_open();
	struct trapline_pending *call = t ? pop(t) : NULL;

	if (!call)
		return 0;
	trapline_step_kill(t);
	add_step(t, TRAPLINE_DELIVER_TRAP, call->arg2, (u8)result_of(regs), 0);
	return 0;
}

HANDLER(clear_all_enter)
{
	struct trapline_task *t = trapline_task_open();

	if (t)
		add_step(t, TRAPLINE_CLEAR_ALL, 0, 0, 0);
	return 0;
}
