/* SPDX-License-Identifier: GPL-2.0-only */
/* What the stand-in's guests do: a script that the stand-in plays and that the
 * test reads, so that what was recorded can be compared with it event by
 * event. Everything follows from the number of the trap. A handler of flavor
 * F10 would do with each trap what the script says. */
#ifndef STANDIN_SCRIPT_H
#define STANDIN_SCRIPT_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

/* What a Launcher hands to the stand-in: memory of SCRIPT_PAGES pages. */
struct script_order {
	uint32_t memory; /* address in the Launcher */
	uint32_t traps;	 /* how many to play */
	uint32_t flags;
	uint32_t at; /* the trap, counted from 1, that SCRIPT_DIES... is of */
};

enum script_flag {
	SCRIPT_DIES = 1,       /* the guest dies inside the handler */
	SCRIPT_VANISHES = 2,   /* the handler never returns */
	SCRIPT_WANDERS = 4,    /* the handler now and then changes its CPU */
	SCRIPT_READS_MUCH = 8, /* trap `at` reads a page byte by byte */
	SCRIPT_SLEEPS = 16,    /* trap `at` sleeps for three seconds */
};

#define SCRIPT_PAGE	4096u
#define SCRIPT_PAGES	64u
#define SCRIPT_GPGDIR	0x1000u /* all its entries name one page table */
#define SCRIPT_TABLE	0x2000u /* whose odd entries are absent */
#define SCRIPT_DATA	0x3000u /* lguest_data */
#define SCRIPT_STACK	0x9000u /* where stacks are mapped to */
#define SCRIPT_RING	64u	/* slots */
#define SCRIPT_SWITCHER 0xffc00000u
#define SCRIPT_TEXT	0xc0004000u
#define SCRIPT_ESP	0xc0008ff0u /* of guest kernels, */
#define SCRIPT_ESP1	0xc0008e00u /* and where users' traps begin */
#define SCRIPT_HANDLER	0xc0101000u
#define SCRIPT_NOIRQ	0xc0100000u
#define SCRIPT_KERNEL	0xc0000000u

static inline uint32_t script_mix(uint32_t x)
{
	x *= 2654435761u;
	x ^= x >> 15;
	x *= 2246822519u;
	return x ^ x >> 13;
}

/* The entry of the page table for page `i` of the 1024 it maps. */
static inline uint32_t script_gpte(uint32_t i)
{
	if (i == 8)
		return SCRIPT_STACK | 0x67;
	if (i == 4)
		return 0x4067;
	if (i % 2)
		return 0;
	return (0x10 + i % 32) * SCRIPT_PAGE | 0x67;
}

/* The word at a guest-physical address, a multiple of 4, before anything is
 * written. What is written there is either the same or on the stack. */
static inline uint32_t script_word(uint32_t pa)
{
	if (pa >= SCRIPT_GPGDIR && pa < SCRIPT_TABLE)
		return SCRIPT_TABLE | 0x67;
	if (pa >= SCRIPT_TABLE && pa < SCRIPT_DATA)
		return script_gpte((pa - SCRIPT_TABLE) / 4);
	if (pa >= SCRIPT_DATA && pa < SCRIPT_DATA + SCRIPT_PAGE)
		return 0xffffffff; /* empty slots */
	/* IN AL, DX; OUT DX, EAX; 66 IN EAX, DX; CLI */
	if (pa >= 0x4000 && pa < 0x5000) {
		static const uint32_t insn[4] = {0x909090ec, 0x909090ef,
						 0x9090ed66, 0x909090fa};

		return insn[pa / 4 % 4];
	}
	return script_mix(pa);
}

enum script_step_kind {
	SCRIPT_READ = 1,
	SCRIPT_WRITE = 2,
	SCRIPT_DEMAND_PAGE = 3,
	SCRIPT_DELIVER_TRAP = 4,
};

/* One thing that the handler does. A call does the `inside` steps behind it
 * before it returns. */
struct script_step {
	uint8_t kind;
	uint8_t length;	   /* READ, WRITE */
	uint8_t inside;	   /* calls */
	uint8_t returned;  /* calls */
	uint32_t argument; /* address, vaddr or num */
	uint32_t value;	   /* WRITE: the word; DEMAND_PAGE: the error code */
};

/* The words of state that change; in the order of struct lguest_regs. */
struct script_trap {
	uint32_t before[18];
	uint32_t after[18];
	uint32_t last_pagefault;
	uint32_t ts;
	uint32_t irq_enabled, irq_enabled_after;
	uint32_t cr2, cr2_after;
	uint32_t hcall_after;
	uint32_t gate_lo, gate_hi;
	unsigned int steps;
	struct script_step step[12];
};

enum {
	SCRIPT_EAX,
	SCRIPT_EBX,
	SCRIPT_ECX,
	SCRIPT_EDX,
	SCRIPT_TRAPNUM = 11,
	SCRIPT_ERRCODE,
	SCRIPT_EIP,
	SCRIPT_CS,
	SCRIPT_EFLAGS,
	SCRIPT_SP,
	SCRIPT_SS
};

static inline struct script_step *
script_add(struct script_trap *t, unsigned int kind, uint32_t argument)
{
	struct script_step *step = &t->step[t->steps++];

	step->kind = kind;
	step->length = 4;
	step->inside = 0;
	step->returned = 0;
	step->argument = argument;
	step->value = 0;
	return step;
}

/* guest_pa: two reads. */
static inline uint32_t script_walk(struct script_trap *t, uint32_t va)
{
	uint32_t index = (va >> 12) % 1024;

	script_add(t, SCRIPT_READ, SCRIPT_GPGDIR + (va >> 22) * 4);
	script_add(t, SCRIPT_READ, SCRIPT_TABLE + index * 4);
	return (script_gpte(index) & ~0xfffu) | (va & 0xfff);
}

static inline void script_push(struct script_trap *t, uint32_t *pa,
			       uint32_t value)
{
	*pa -= 4;
	script_add(t, SCRIPT_WRITE, *pa)->value = value;
}

/* The gate of a vector; those of 3 modulo 16 have none. */
static inline uint32_t script_gate_lo(uint32_t vector)
{
	uint32_t handler = SCRIPT_HANDLER + vector * 16;

	return vector % 16 == 3 ? 0 : 0x00610000 | (handler & 0xffff);
}

static inline uint32_t script_gate_hi(uint32_t vector)
{
	uint32_t handler = SCRIPT_HANDLER + vector * 16;

	if (vector % 16 == 3)
		return 0;
	return (handler & 0xffff0000) | (vector == 14 ? 0x8e00 : 0xef00);
}

/* set_guest_interrupt */
static inline void script_enter(struct script_trap *t, uint32_t vector,
				int push_errcode)
{
	uint32_t *r = t->after;
	int user = (t->before[SCRIPT_SS] & 3) != 1;
	uint32_t top = user ? SCRIPT_ESP1 : r[SCRIPT_SP];
	uint32_t pa = script_walk(t, top);
	uint32_t begin = pa;
	uint32_t eflags = r[SCRIPT_EFLAGS];

	if (user) {
		script_push(t, &pa, r[SCRIPT_SS]);
		script_push(t, &pa, r[SCRIPT_SP]);
	}
	if (!(t->irq_enabled & 0x200))
		eflags &= ~0x200u;
	script_push(t, &pa, eflags);
	script_push(t, &pa, r[SCRIPT_CS]);
	script_push(t, &pa, r[SCRIPT_EIP]);
	if (push_errcode)
		script_push(t, &pa, r[SCRIPT_ERRCODE]);
	if (user)
		r[SCRIPT_SS] = 0x69;
	r[SCRIPT_SP] = top - (begin - pa);
	r[SCRIPT_CS] = 0x61;
	r[SCRIPT_EIP] = SCRIPT_HANDLER + vector * 16;
	r[SCRIPT_EFLAGS] &= ~0x34100u;
	if ((t->gate_hi >> 8 & 0xf) == 0xe)
		t->irq_enabled_after = 0;
}

static inline void script_deliver(struct script_trap *t, uint32_t vector)
{
	unsigned int call = t->steps;

	script_add(t, SCRIPT_DELIVER_TRAP, vector);
	if (!(t->gate_hi & 0x8000))
		return;
	script_enter(t, vector, vector == 13 || vector == 14);
	t->step[call].returned = 1;
	t->step[call].inside = t->steps - call - 1;
}

static inline void script_demand_page(struct script_trap *t, uint32_t va,
				      uint32_t errcode)
{
	unsigned int call = t->steps;
	uint32_t index = (va >> 12) % 1024;
	struct script_step *step = script_add(t, SCRIPT_DEMAND_PAGE, va);

	step->value = errcode;
	script_walk(t, va);
	if (script_gpte(index) & 1) {
		script_add(t, SCRIPT_WRITE, SCRIPT_TABLE + index * 4)->value =
			script_gpte(index);
		step->returned = 1;
	}
	t->step[call].inside = t->steps - call - 1;
}

/* emulate_insn, on one of the four instructions of script_word. */
static inline void script_emulate(struct script_trap *t)
{
	uint32_t pa = script_walk(t, t->before[SCRIPT_EIP]);

	script_add(t, SCRIPT_READ, pa)->length = 1;
	if (pa / 4 % 4 == 0)
		t->after[SCRIPT_EAX] |= 0xff;
	if (pa / 4 % 4 == 2) {
		script_add(t, SCRIPT_READ, pa + 1)->length = 1;
		t->after[SCRIPT_EAX] |= 0xffff;
		t->after[SCRIPT_EIP]++;
	}
	t->after[SCRIPT_EIP]++;
}

static inline void script_before(uint32_t i, uint32_t trapnum,
				 struct script_trap *t)
{
	unsigned int word;
	int user = trapnum != 13 && i % 3 == 0;

	for (word = 0; word < 18; word++)
		t->before[word] = script_mix(i * 32 + word);
	for (word = 7; word < SCRIPT_TRAPNUM; word++)
		t->before[word] = 0x69;
	t->before[SCRIPT_TRAPNUM] = trapnum;
	t->before[SCRIPT_ERRCODE] =
		trapnum == 14 ? (user ? 4 : 0) | (i & 2) : 0;
	t->before[SCRIPT_EIP] = SCRIPT_TEXT + i % 512 * 4;
	t->before[SCRIPT_CS] = user ? 0x73 : 0x61;
	t->before[SCRIPT_EFLAGS] = 0x202 | (i & 1 ? 0x10000 : 0);
	t->before[SCRIPT_SP] =
		user ? 0x8000 + i % 256 * 4 : SCRIPT_ESP - i % 64 * 4;
	t->before[SCRIPT_SS] = user ? 0x7b : 0x69;
	for (word = 0; word < 18; word++)
		t->after[word] = t->before[word];
}

/* Trap `i` of a guest, counted from 1; `dies`: one without a gate. */
static inline void script_trap_of(uint32_t i, int dies, struct script_trap *t)
{
	static const uint8_t trapnums[16] = {14, 14, 31, 13, 7,	 14, 32,  14,
					     6,	 13, 14, 0,  31, 14, 239, 14};
	uint32_t trapnum = dies ? 3 : i == 1 ? 31 : trapnums[i % 16];

	script_before(i, trapnum, t);
	if (i == 1) {
		t->before[SCRIPT_EAX] = t->after[SCRIPT_EAX] = 1;
		t->before[SCRIPT_EBX] = t->after[SCRIPT_EBX] = SCRIPT_DATA;
	}
	t->steps = 0;
	t->last_pagefault = script_mix(~i) | SCRIPT_KERNEL;
	if (t->last_pagefault >= SCRIPT_SWITCHER)
		t->last_pagefault -= 0x10000000;
	t->ts = i % 5 ? 0 : 8;
	t->irq_enabled = t->irq_enabled_after = i % 4 ? 0x200 : 0;
	t->cr2 = t->cr2_after = script_mix(i);
	t->hcall_after = trapnum == 31;
	t->gate_lo = trapnum < 256 ? script_gate_lo(trapnum) : 0;
	t->gate_hi = trapnum < 256 ? script_gate_hi(trapnum) : 0;
	switch (trapnum) {
	case 14:
		script_demand_page(t, t->last_pagefault,
				   t->before[SCRIPT_ERRCODE]);
		if (t->step[0].returned)
			return;
		t->cr2_after = t->last_pagefault;
		break;
	case 13:
		script_emulate(t);
		return;
	case 7:
		if (!t->ts)
			return;
		break;
	case 31:
	case 32:
	case 239:
		return;
	}
	script_deliver(t, trapnum);
}

/* What the guest has left in its ring at trap `i`, a hypercall. */
static inline unsigned int script_ring_calls(uint32_t i)
{
	return i > 1 ? i % 5 : 0;
}

/* Whether an interrupt is delivered before trap `i`. */
static inline int script_interrupts(uint32_t i)
{
	return i > 2 && i % 11 == 0;
}

/* It, and what it does; it finds the guest as trap `i` - 1 has left it. */
static inline void script_interrupt(uint32_t i, struct script_trap *t)
{
	uint32_t vector = 32 + i % 32;
	unsigned int word;

	script_trap_of(i - 1, 0, t);
	for (word = 0; word < 18; word++)
		t->before[word] = t->after[word];
	t->steps = 0;
	t->irq_enabled = t->irq_enabled_after;
	t->gate_lo = script_gate_lo(vector);
	t->gate_hi = script_gate_hi(vector);
	if (t->gate_hi & 0x8000)
		script_enter(t, vector, 0);
}

enum script_hypercall {
	SCRIPT_INIT_CALL = 1,
	SCRIPT_IDT_CALL = 6,
	SCRIPT_STACK_CALL = 7,
	SCRIPT_TS_CALL = 8,
	SCRIPT_TLS_CALL = 16,
	SCRIPT_GDT_CALL = 18,
};

/* Argument `n` of hypercall `call` of the ring at trap `i`. */
static inline uint32_t script_argument(uint32_t i, uint32_t call, uint32_t n)
{
	static const uint8_t calls[5] = {SCRIPT_IDT_CALL, SCRIPT_STACK_CALL,
					 SCRIPT_TS_CALL, SCRIPT_TLS_CALL,
					 SCRIPT_GDT_CALL};

	if (n == 0)
		return calls[(i + call) % 5];
	return script_mix(i * 256 + call * 8 + n);
}

#endif /* STANDIN_SCRIPT_H */
