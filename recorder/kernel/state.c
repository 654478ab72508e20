// SPDX-License-Identifier: GPL-2.0-only
/* The words of state that a handler call can see or change. This runs twice a
 * trap, so each word is one load and one store, or one load and one compare;
 * the registers are one copy, or one comparison. */
#include "trapline.h"

#define BIT64(word) (1ull << (word))
#define ALWAYS                                                                 \
	(BIT64(TRAPLINE_LD_IRQ_ENABLED) - 1 - BIT64(TRAPLINE_LINEAR_PAGES) +   \
	 (LG_HAS_LINEAR_PAGES ? BIT64(TRAPLINE_LINEAR_PAGES) : 0))

/* struct lguest_regs begins with the words in their order. */
#define REGISTERS (TRAPLINE_SS + 1)
#define CHECK_REGISTERS(REGISTER)                                              \
	REGISTER(EAX, eax)                                                     \
	REGISTER(EBX, ebx)                                                     \
	REGISTER(ECX, ecx)                                                     \
	REGISTER(EDX, edx)                                                     \
	REGISTER(ESI, esi)                                                     \
	REGISTER(EDI, edi)                                                     \
	REGISTER(EBP, ebp)                                                     \
	REGISTER(GS, gs)                                                       \
	REGISTER(FS, fs)                                                       \
	REGISTER(DS, ds)                                                       \
	REGISTER(ES, es)                                                       \
	REGISTER(TRAPNUM, trapnum)                                             \
	REGISTER(ERRCODE, errcode)                                             \
	REGISTER(EIP, eip)                                                     \
	REGISTER(CS, cs)                                                       \
	REGISTER(EFLAGS, eflags)                                               \
	REGISTER(ESP, esp)                                                     \
	REGISTER(SS, ss)

/* Those behind them, in the order of enum trapline_word. */
#define HOST_WORDS(WORD)                                                       \
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
static inline u64 peek_words(const struct lguest *lg, u32 *words)
{
	const struct lguest_data __user *data = lg->lguest_data;
	u32 read = LG_HAS_IRQ_PENDING ? 15 : 7;
	int error;

#define AT(field) ((const u32 __user *)&data->field)
	words[3] = 0;
	if (unlikely(!data)) {
		words[0] = words[1] = words[2] = 0;
		return 0;
	}
	peek_begin();
	error = __get_user(words[0], AT(irq_enabled));
	error |= __get_user(words[1], AT(blocked_interrupts));
	error |= __get_user(words[2], AT(cr2));
#if LG_HAS_IRQ_PENDING
	error |= __get_user(words[3], AT(irq_pending));
#endif
	peek_end();
	if (unlikely(error)) {
		const void __user *const at[] = {
			AT(irq_enabled),
			AT(blocked_interrupts),
			AT(cr2),
#if LG_HAS_IRQ_PENDING
			AT(irq_pending),
#endif
		};
		read = trapline_peek_again(at, words, ARRAY_SIZE(at));
	}
#undef AT
	return (u64)read << TRAPLINE_LD_IRQ_ENABLED;
}

/* Returns a mask of the words that could be read; the others are 0. */
u64 trapline_capture(struct lg_cpu *cpu, u32 *words)
{
	const struct lguest *lg = lg_of(cpu);

#define CHECK(name, field)                                                     \
	BUILD_BUG_ON(offsetof(struct lguest_regs, field) !=                    \
		     TRAPLINE_##name * 4);
	CHECK_REGISTERS(CHECK)
#undef CHECK
	trapline_copy(words, cpu->regs, REGISTERS);
#define STORE(name, value) words[TRAPLINE_##name] = (value);
	HOST_WORDS(STORE)
#undef STORE
	return ALWAYS | peek_words(lg, &words[TRAPLINE_LD_IRQ_ENABLED]);
}

/* Keeps of `after` only the words that differ from `before`; returns how many.
 * Most often none does. */
unsigned int trapline_compare(const u32 *before, u32 *after, u64 *changed)
{
	const u32 *now = after;
	u32 *to = after;
	u32 mask[2] = {0, 0};
	u32 left = TRAPLINE_WORDS;
	bool same;
	u32 i;

	for (;;) {
		asm volatile("repe cmpsl\n\tsete %b3"
			     : "+S"(now), "+D"(before), "+c"(left), "=&q"(same)
			     :
			     : "memory", "cc");
		if (same)
			break;
		i = TRAPLINE_WORDS - left - 1;
		mask[i / 32] |= 1u << i % 32;
		*to++ = now[-1];
		if (!left)
			break;
	}
	*changed = mask[0] | (u64)mask[1] << 32;
	return to - after;
}
