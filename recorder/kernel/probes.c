// SPDX-License-Identifier: GPL-2.0-only
/* Which functions of lg are watched. None of them can be inlined away: each is
 * called from another translation unit. The switcher is left alone, for it
 * runs from a copy. */
#include <linux/delay.h>
#include <linux/string.h>
#include "trapline.h"

#define LG "lg:"

typedef int probe_handler(void *probe, struct pt_regs *regs);

/* A function with a handler for its entry, its return, or both. */
struct probe {
	const char *function;
	probe_handler *enter;
	probe_handler *leave;
	const char *part;	/* leave out by parameter `skip`; NULL: never */
	probe_handler *instead; /* at its entry, where it is left out */
	struct kprobe entry;
	struct kretprobe both;
	kprobe_pre_handler_t watch; /* the kretprobe's own */
	bool has_entry;
	bool has_both;
};

static struct probe probes[] = {
	/* With a return. */
	{"lguest_arch_handle_trap", trapline_trap_enter, trapline_settle, NULL},
	{"__lgread", trapline_read_enter, trapline_read_return, NULL},
	{"demand_page", trapline_call_enter, trapline_demand_page_return, NULL},
	{"deliver_trap", trapline_call_enter, trapline_deliver_trap_return,
	 NULL},
	{LG_DELIVER_INTERRUPT, trapline_interrupt_enter,
	 trapline_interrupt_return, "interrupts", trapline_settle},
	{"lguest_arch_setup_regs", trapline_cpu_enter, trapline_start_return,
	 NULL},
	{"lguest_arch_init_hypercalls", trapline_cpu_enter,
	 trapline_init_hypercalls_return, NULL},
	{"page_table_guest_data_init", trapline_cpu_enter, trapline_init_return,
	 NULL},
	{"run_guest", trapline_run_guest_enter, trapline_run_guest_return,
	 NULL},
	/* Without. */
	{"__lgwrite", trapline_write_enter, NULL, NULL},
	{"guest_pagetable_clear_all", trapline_clear_all_enter, NULL, NULL},
	{"do_hypercalls", trapline_hypercalls_enter, NULL, "hypercalls",
	 trapline_settle},
	{"lguest_arch_run_guest", trapline_run_enter, NULL, "runs",
	 trapline_settle},
	{"load_guest_idt_entry", trapline_idt_entry_enter, NULL, "loads"},
	{LG_LOAD_GDT, trapline_gdt_enter, NULL, "loads"},
	{"guest_load_tls", trapline_tls_enter, NULL, "loads"},
	{"guest_set_stack", trapline_stack_enter, NULL, "loads"},
	{"free_guest_pagetable", trapline_free_enter, NULL, NULL},
};

static char names[ARRAY_SIZE(probes)][48];

/* Calls accounted for as missed, of all probes together, and the faults that
 * count as such and are none. */
static unsigned long accounted;
static unsigned long excused;

static unsigned long missed_by(const struct probe *p)
{
	return p->entry.nmissed + p->both.kp.nmissed + p->both.nmissed;
}

/* Of all probes; unrolled into one instruction for each count, for this is done
 * once a trap. */
static inline unsigned long missed_by_all(void)
{
	unsigned long missed = 0;

	BUILD_BUG_ON(ARRAY_SIZE(probes) != 18);
#define ADD(count) asm volatile("addl %1, %0" : "+r"(missed) : "m"(count))
#define ENTRY(i)   ADD(probes[i].entry.nmissed)
#define BOTH(i)                                                                \
	ADD(probes[i].both.nmissed);                                           \
	ADD(probes[i].both.kp.nmissed)
	BOTH(0);
	BOTH(1);
	BOTH(2);
	BOTH(3);
	BOTH(4);
	ENTRY(4); /* of interrupts that are left out */
	BOTH(5);
	BOTH(6);
	BOTH(7);
	BOTH(8);
	ENTRY(9);
	ENTRY(10);
	ENTRY(11);
	ENTRY(12);
	ENTRY(13);
	ENTRY(14);
	ENTRY(15);
	ENTRY(16);
	ENTRY(17);
#undef ENTRY
#undef BOTH
#undef ADD
	return missed;
}

/* As it was when trapline_missed() last looked. */
unsigned long trapline_missed_so_far(void)
{
	return accounted;
}

/* How many calls have been missed. What is new takes numbers, so that it is
 * missing from the sequence where it was noticed. */
unsigned long trapline_missed(void)
{
	unsigned long missed = missed_by_all() - excused;
	unsigned long new;

	if (likely(missed == accounted))
		return missed;
	new = missed - xchg(&accounted, missed);
	if ((long)new > 0)
		trapline_lose(&trapline_counts.lost_missed, new);
	return missed;
}

/* Reads again, word by word, what could not be read at once; a mask of the
 * words that could now. A fault of a handler counts as a missed call of its
 * probe, and the read that failed before has counted as often as this one does.
 */
u32 trapline_peek_again(const void __user *const *from, u32 *to,
			unsigned int words)
{
	unsigned long before = missed_by_all();
	u32 read = 0;
	unsigned int i;

	peek_begin();
	for (i = 0; i < words; i++)
		if (!__get_user(to[i], (const u32 __user *)from[i]))
			read |= 1u << i;
		else
			to[i] = 0;
	peek_end();
	excused += 2 * (missed_by_all() - before);
	return read;
}

/* Whether something may begin: all probes stand, for a trap that only some of
 * them see would be half a trap, and the module is not going. What is open may
 * end. */
bool trapline_watching;

/* Whether all probes have stood since whatever is open began. */
bool trapline_complete;

static bool has_part(const char *list, const char *part)
{
	size_t length = strlen(part);

	for (; list && *list; list = strchr(list, ','), list += !!list)
		if (!strncmp(list, part, length) &&
		    (!list[length] || list[length] == ','))
			return true;
	return false;
}

/* The entry of a kretprobe: asks before the return is watched. Its own
 * entry_handler is asked after half of that, is not there before 2.6.25, and
 * until 3.3 leaks an instance when it declines. */
static int enter_both(struct kprobe *kprobe, struct pt_regs *regs)
{
	struct probe *p = container_of(kprobe, struct probe, both.kp);

	return p->enter(kprobe, regs) == DECLINE ? 0 : p->watch(kprobe, regs);
}

static int add(struct probe *p, char *name)
{
	int error;

	if (p->part && has_part(trapline_skip, p->part)) {
		if (!p->instead)
			return 0;
		p->enter = p->instead;
		p->leave = NULL;
	}
	snprintf(name, sizeof(names[0]), LG "%s", p->function);
	if (p->leave) {
		p->both.kp.symbol_name = name;
		p->both.handler = (void *)p->leave;
		p->both.maxactive = 2 * trapline_tasks;
		error = register_kretprobe(&p->both);
		if (error)
			return error;
		p->has_both = true;
		p->watch = p->both.kp.pre_handler;
		smp_wmb();
		p->both.kp.pre_handler = enter_both;
	} else {
		p->entry.symbol_name = name;
		p->entry.pre_handler = (void *)p->enter;
		error = register_kprobe(&p->entry);
		if (error)
			return error;
		p->has_entry = true;
	}
	return 0;
}

int trapline_probes_init(void)
{
	unsigned int i;
	int error;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		error = add(&probes[i], names[i]);
		if (!error)
			continue;
		printk(KERN_ERR "trapline: cannot watch %s (error %d); is lg "
				"loaded?\n",
		       names[i], error);
		trapline_probes_exit();
		return error;
	}
	trapline_complete = true;
	trapline_watching = true;
	return 0;
}

void trapline_probes_exit(void)
{
	struct kprobe *entries[ARRAY_SIZE(probes)];
	struct kretprobe *boths[ARRAY_SIZE(probes)];
	int entry_count = 0;
	int both_count = 0;
	unsigned int i;

	trapline_watching = false;
	for (i = 0; trapline_tasks_open() && i < 100; i++)
		msleep(10);
	trapline_complete = false;
	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		if (probes[i].has_entry)
			entries[entry_count++] = &probes[i].entry;
		if (probes[i].has_both)
			boths[both_count++] = &probes[i].both;
		probes[i].has_entry = false;
		probes[i].has_both = false;
	}
	unregister_kprobes(entries, entry_count);
	unregister_kretprobes(boths, both_count);
}

/* Calls that each probe missed, one line for each that did. */
size_t trapline_probes_show(char *text, size_t size)
{
	size_t length = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		if (missed_by(&probes[i]))
			length += scnprintf(text + length, size - length,
					    "nmissed %s %lu\n",
					    probes[i].function,
					    missed_by(&probes[i]));
	return length;
}

/* The address of a function; NULL where there is none. kallsyms_lookup_name
 * is not for modules in every kernel. */
void *trapline_symbol(const char *name)
{
	struct kprobe probe = {.symbol_name = name};
	void *address;

	if (register_kprobe(&probe))
		return NULL;
	address = probe.addr;
	unregister_kprobe(&probe);
	return address;
}
