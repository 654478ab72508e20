// SPDX-License-Identifier: GPL-2.0-only
/* The words of state that a handler call can see or change. */
#include "trapline.h"

#define BIT64(word) (1ull << (word))
#define ALWAYS                                                                 \
	(BIT64(TRAPLINE_LD_IRQ_ENABLED) - 1 - BIT64(TRAPLINE_LINEAR_PAGES) +   \
	 (LG_HAS_LINEAR_PAGES ? BIT64(TRAPLINE_LINEAR_PAGES) : 0))

static u64 peek_word(const void __user *from, u32 *words, unsigned int word)
{
	words[word] = 0;
	return trapline_peek32(from, &words[word]) ? BIT64(word) : 0;
}

/* Returns a mask of the words that could be read; the others are 0. */
u64 trapline_capture(struct lg_cpu *cpu, u32 *words)
{
	struct lguest *lg = lg_of(cpu);
	struct lguest_data __user *data = lg->lguest_data;
	u64 present = ALWAYS;

	BUILD_BUG_ON(sizeof(*cpu->regs) != 4 * (TRAPLINE_SS + 1));
	BUILD_BUG_ON(offsetof(struct lguest_regs, trapnum) !=
		     4 * TRAPLINE_TRAPNUM);
	BUILD_BUG_ON(offsetof(struct lguest_regs, eip) != 4 * TRAPLINE_EIP);
	memcpy(words, cpu->regs, sizeof(*cpu->regs));
	words[TRAPLINE_LAST_PAGEFAULT] = cpu->arch.last_pagefault;
	words[TRAPLINE_TS] = cpu->ts;
	words[TRAPLINE_KERNEL_ADDRESS] = lg->kernel_address;
	words[TRAPLINE_LGUEST_DATA] = (unsigned long)data;
	words[TRAPLINE_HALTED] = cpu->halted;
	words[TRAPLINE_GPGDIR] = pgdir_of(cpu)->gpgdir;
	words[TRAPLINE_ESP1] = cpu->esp1;
	words[TRAPLINE_SS1] = cpu->ss1;
	words[TRAPLINE_NOIRQ_START] = lg->noirq_start;
	words[TRAPLINE_NOIRQ_END] = lg->noirq_end;
	words[TRAPLINE_IRQS_PENDING] = cpu->irqs_pending[0];
	words[TRAPLINE_CHANGED] = cpu->changed;
	words[TRAPLINE_PENDING_NOTIFY] = cpu->pending_notify;
	words[TRAPLINE_NEXT_HCALL] = cpu->next_hcall;
	words[TRAPLINE_STACK_PAGES] = lg->stack_pages;
	words[TRAPLINE_PFN_LIMIT] = lg->pfn_limit;
	words[TRAPLINE_LINEAR_PAGES] = linear_pages_of(cpu);
	words[TRAPLINE_HCALL_PENDING] = cpu->hcall != NULL;
	words[TRAPLINE_DEAD] = lg->dead != NULL;
	words[TRAPLINE_LD_IRQ_PENDING] = 0;
	if (!data) {
		words[TRAPLINE_LD_IRQ_ENABLED] = 0;
		words[TRAPLINE_LD_BLOCKED] = 0;
		words[TRAPLINE_LD_CR2] = 0;
		return present;
	}
	present |=
		peek_word(&data->irq_enabled, words, TRAPLINE_LD_IRQ_ENABLED);
	present |= peek_word(&data->blocked_interrupts, words,
			     TRAPLINE_LD_BLOCKED);
	present |= peek_word(&data->cr2, words, TRAPLINE_LD_CR2);
#if LG_HAS_IRQ_PENDING
	present |=
		peek_word(&data->irq_pending, words, TRAPLINE_LD_IRQ_PENDING);
#endif
	return present;
}
