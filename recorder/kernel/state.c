// SPDX-License-Identifier: GPL-2.0-only
/* The words of state that a handler call can see or change. This runs twice a
 * trap, so each word is one load and one store, or one load and one compare. */
#include "trapline.h"

#define BIT64(word) (1ull << (word))
#define ALWAYS                                                                 \
	(BIT64(TRAPLINE_LD_IRQ_ENABLED) - 1 - BIT64(TRAPLINE_LINEAR_PAGES) +   \
	 (LG_HAS_LINEAR_PAGES ? BIT64(TRAPLINE_LINEAR_PAGES) : 0))

/* In the order of enum trapline_word. */
#define HOST_WORDS(WORD)                                                       \
	WORD(EAX, regs->eax)                                                   \
	WORD(EBX, regs->ebx)                                                   \
	WORD(ECX, regs->ecx)                                                   \
	WORD(EDX, regs->edx)                                                   \
	WORD(ESI, regs->esi)                                                   \
	WORD(EDI, regs->edi)                                                   \
	WORD(EBP, regs->ebp)                                                   \
	WORD(GS, regs->gs)                                                     \
	WORD(FS, regs->fs)                                                     \
	WORD(DS, regs->ds)                                                     \
	WORD(ES, regs->es)                                                     \
	WORD(TRAPNUM, regs->trapnum)                                           \
	WORD(ERRCODE, regs->errcode)                                           \
	WORD(EIP, regs->eip)                                                   \
	WORD(CS, regs->cs)                                                     \
	WORD(EFLAGS, regs->eflags)                                             \
	WORD(ESP, regs->esp)                                                   \
	WORD(SS, regs->ss)                                                     \
	WORD(LAST_PAGEFAULT, cpu->arch.last_pagefault)                         \
	WORD(TS, cpu->ts)                                                      \
	WORD(KERNEL_ADDRESS, lg->kernel_address)                               \
	WORD(LGUEST_DATA, (unsigned long)lg->lguest_data)                      \
	WORD(HALTED, cpu->halted)                                              \
	WORD(GPGDIR, pgdir_of(cpu)->gpgdir)                                    \
	WORD(ESP1, cpu->esp1)                                                  \
	WORD(SS1, cpu->ss1)                                                    \
	WORD(NOIRQ_START, lg->noirq_start)                                     \
	WORD(NOIRQ_END, lg->noirq_end)                                         \
	WORD(IRQS_PENDING, cpu->irqs_pending[0])                               \
	WORD(CHANGED, cpu->changed)                                            \
	WORD(PENDING_NOTIFY, cpu->pending_notify)                              \
	WORD(NEXT_HCALL, cpu->next_hcall)                                      \
	WORD(STACK_PAGES, lg->stack_pages)                                     \
	WORD(PFN_LIMIT, lg->pfn_limit)                                         \
	WORD(LINEAR_PAGES, linear_pages_of(cpu))                               \
	WORD(HCALL_PENDING, cpu->hcall != NULL)                                \
	WORD(DEAD, lg->dead != NULL)

/* Those in lguest_data, which may be out of reach. */
static u64 peek_words(const struct lguest *lg, u32 *words)
{
	const struct lguest_data __user *data = lg->lguest_data;
	u64 present = 0;

	words[0] = words[1] = words[2] = words[3] = 0;
	if (!data)
		return 0;
	if (trapline_peek32(&data->irq_enabled, &words[0]))
		present |= BIT64(TRAPLINE_LD_IRQ_ENABLED);
	if (trapline_peek32(&data->blocked_interrupts, &words[1]))
		present |= BIT64(TRAPLINE_LD_BLOCKED);
	if (trapline_peek32(&data->cr2, &words[2]))
		present |= BIT64(TRAPLINE_LD_CR2);
#if LG_HAS_IRQ_PENDING
	if (trapline_peek32(&data->irq_pending, &words[3]))
		present |= BIT64(TRAPLINE_LD_IRQ_PENDING);
#endif
	return present;
}

/* Returns a mask of the words that could be read; the others are 0. */
u64 trapline_capture(struct lg_cpu *cpu, u32 *words)
{
	const struct lguest *lg = lg_of(cpu);
	const struct lguest_regs *regs = cpu->regs;

#define STORE(name, value) words[TRAPLINE_##name] = (value);
	HOST_WORDS(STORE)
#undef STORE
	return ALWAYS | peek_words(lg, &words[TRAPLINE_LD_IRQ_ENABLED]);
}

/* The same, but keeps only the words that differ from `before`; returns how
 * many. */
unsigned int trapline_compare(struct lg_cpu *cpu, const u32 *before, u32 *words,
			      u64 *present, u64 *changed)
{
	const struct lguest *lg = lg_of(cpu);
	const struct lguest_regs *regs = cpu->regs;
	u32 peeked[TRAPLINE_WORDS - TRAPLINE_LD_IRQ_ENABLED];
	u32 *to = words;
	u32 low = 0, high = 0;
	u32 now;

	*present = ALWAYS | peek_words(lg, peeked);
#define COMPARE(name, value)                                                   \
	now = (value);                                                         \
	if (unlikely(now != before[TRAPLINE_##name])) {                        \
		*to++ = now;                                                   \
		if (TRAPLINE_##name < 32)                                      \
			low |= 1u << TRAPLINE_##name % 32;                     \
		else                                                           \
			high |= 1u << TRAPLINE_##name % 32;                    \
	}
	HOST_WORDS(COMPARE)
	COMPARE(LD_IRQ_ENABLED, peeked[0])
	COMPARE(LD_BLOCKED, peeked[1])
	COMPARE(LD_CR2, peeked[2])
	COMPARE(LD_IRQ_PENDING, peeked[3])
#undef COMPARE
	*changed = low | (u64)high << 32;
	return to - words;
}
