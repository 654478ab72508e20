// SPDX-License-Identifier: GPL-2.0-only
/* The bytes at eip, by a silent walk: unlike guest_pa and __lgread it neither
 * sleeps nor kills, and leaves no step in the record. */
#include "trapline.h"

#define PRESENT 1

static inline bool read_entry(struct lg_cpu *cpu, u32 pa, u32 *entry)
{
	if (pa >> PAGE_SHIFT >= lg_of(cpu)->pfn_limit)
		return false;
	return trapline_peek32(lg_of(cpu)->mem_base + pa, entry) &&
	       (*entry & PRESENT);
}

/* Guest-physical address of `va`. */
static inline bool walk(struct lg_cpu *cpu, u32 va, u32 *pa)
{
	u32 entry;

	if (linear_pages_of(cpu)) {
		*pa = va;
		return true;
	}
#ifdef CONFIG_X86_PAE
	/* Entries of 8 bytes; what they address is below 4 GiB. */
	if (!read_entry(cpu, pgdir_of(cpu)->gpgdir + (va >> 30) * 8, &entry) ||
	    !read_entry(cpu, (entry & PAGE_MASK) + (va >> 21) % 512 * 8,
			&entry) ||
	    !read_entry(cpu, (entry & PAGE_MASK) + (va >> 12) % 512 * 8,
			&entry))
		return false;
#else
	if (!read_entry(cpu, pgdir_of(cpu)->gpgdir + (va >> 22) * 4, &entry) ||
	    !read_entry(cpu, (entry & PAGE_MASK) + (va >> 12) % 1024 * 4,
			&entry))
		return false;
#endif
	*pa = (entry & PAGE_MASK) | (va & ~PAGE_MASK);
	return true;
}

/* As many of 16 bytes as can be read. */
static inline unsigned int peek16(const u8 __user *from, u32 *to)
{
	const u32 __user *words = (const u32 __user *)from;
	const void __user *const at[] = {words, words + 1, words + 2,
					 words + 3};
	u32 read = 15;
	int error;

	peek_begin();
	error = __get_user(to[0], words);
	error |= __get_user(to[1], words + 1);
	error |= __get_user(to[2], words + 2);
	error |= __get_user(to[3], words + 3);
	peek_end();
	if (unlikely(error))
		read = trapline_peek_again(at, to, 4);
	return 4 * ffz(read);
}

/* As many bytes at `pa`, at most `size`, as its page and the guest have. */
static inline unsigned int peek_page(struct lg_cpu *cpu, u32 pa, u8 *to,
				     unsigned int size)
{
	const u8 __user *from = lg_of(cpu)->mem_base + pa;
	unsigned int i = 0;

	if (pa >> PAGE_SHIFT >= lg_of(cpu)->pfn_limit)
		return 0;
	if (likely(size == 16 && (pa & ~PAGE_MASK) <= PAGE_SIZE - 16))
		return peek16(from, (u32 *)to);
	size = min_t(unsigned int, size, PAGE_SIZE - (pa & ~PAGE_MASK));
	for (; i + 4 <= size; i += 4)
		if (!trapline_peek32(from + i, (u32 *)(to + i)))
			return i;
	for (; i < size; i++)
		if (!trapline_peek8(from + i, to + i))
			return i;
	return i;
}

void trapline_peek_insn(struct lg_cpu *cpu, struct trapline_trap *trap)
{
	u32 eip = cpu->regs->eip;
	u32 pa;

	trap->insn_length = 0;
	trap->insn_mapped = walk(cpu, eip, &pa);
	trap->insn_pa = trap->insn_mapped ? pa : 0;
	if (trap->insn_mapped)
		trap->insn_length =
			peek_page(cpu, pa, trap->insn, sizeof(trap->insn));
	if (trap->insn_length == sizeof(trap->insn))
		return;
	memset(trap->insn + trap->insn_length, 0,
	       sizeof(trap->insn) - trap->insn_length);
	eip += trap->insn_length;
	if (!trap->insn_length || (eip & ~PAGE_MASK) || !walk(cpu, eip, &pa))
		return;
	trap->insn_length += peek_page(cpu, pa, trap->insn + trap->insn_length,
				       sizeof(trap->insn) - trap->insn_length);
}
