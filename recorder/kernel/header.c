// SPDX-License-Identifier: GPL-2.0-only
/* The header: which host this is, as far as it can be told by asking it. */
#include <linux/slab.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>
#include "trapline.h"

static struct trapline_header header;

/* Told where it cannot be asked: -DCONFIG_... of what changes the layout or
 * the behaviour of lg. */
static const char config[] =
#ifdef CONFIG_SMP
	"config CONFIG_SMP=y\n"
	"config CONFIG_NR_CPUS=" __stringify(
		CONFIG_NR_CPUS) "\n"
#endif
#ifdef CONFIG_X86_PAE
				"config CONFIG_X86_PAE=y\n"
#endif
#ifdef CONFIG_PREEMPT
				"config CONFIG_PREEMPT=y\n"
#endif
#ifdef CONFIG_PARAVIRT
				"config CONFIG_PARAVIRT=y\n"
#endif
#ifdef CONFIG_OPTPROBES
				"config CONFIG_OPTPROBES=y\n"
#endif
#ifdef CONFIG_NO_HZ
				"config CONFIG_NO_HZ=y\n"
#endif
				"config CONFIG_HZ=" __stringify(
					CONFIG_HZ) "\n"
						   "config "
						   "CONFIG_PAGE_"
						   "OFFSET=" __stringify(
							   CONFIG_PAGE_OFFSET) "\n";

/* Which form lguest_address_ok has: asked of a guest of one page whether all
 * of it may be read. */
static u32 address_ok(void)
{
	u8 (*ask)(const struct lguest *lg, unsigned long addr,
		  unsigned long len) = trapline_symbol("lg:lguest_address_ok");
	struct lguest *lg = vmalloc(sizeof(*lg));
	u32 traits = 0;

	if (ask && lg) {
		memset(lg, 0, sizeof(*lg));
		lg->pfn_limit = 1;
		traits = TRAPLINE_ADDRESS_OK_KNOWN;
		if (ask(lg, 0, PAGE_SIZE))
			traits |= TRAPLINE_ADDRESS_OK_NEW;
	}
	vfree(lg);
	return traits;
}

/* A constant until 3.9, then a variable of lg. */
static u32 ask_switcher(void)
{
#ifdef SWITCHER_ADDR
	return SWITCHER_ADDR;
#else
	unsigned long (*lookup)(const char *name) =
		trapline_symbol("kallsyms_lookup_name");
	unsigned long *variable =
		lookup ? (void *)lookup("lg:switcher_addr") : NULL;

	return variable ? *variable : 0;
#endif
}

/* Without kallsyms of variables: what a guest is told not to use begins at the
 * switcher. */
void trapline_header_switcher(struct lg_cpu *cpu)
{
	struct lguest_data __user *data = lg_of(cpu)->lguest_data;
	u32 reserved;

	if (!header.switcher_addr && data &&
	    trapline_peek32(&data->reserve_mem, &reserved))
		header.switcher_addr = -reserved;
}

int trapline_header_init(void)
{
	unsigned int i;

	header.version = TRAPLINE_RAW_VERSION;
	header.traits = address_ok();
#ifdef CONFIG_SMP
	header.traits |= TRAPLINE_SMP;
#endif
#ifdef CONFIG_X86_PAE
	header.traits |= TRAPLINE_PAE;
#endif
	if (LG_HAS_CPU)
		header.traits |= TRAPLINE_HAS_LG_CPU;
	if (LG_HAS_LINEAR_PAGES)
		header.traits |= TRAPLINE_HAS_LINEAR_PAGES;
	if (LG_HAS_IRQ_PENDING)
		header.traits |= TRAPLINE_HAS_IRQ_PENDING;
	header.traits |= TRAPLINE_KILL_MESSAGES;
	header.linux_version_code = LINUX_VERSION_CODE;
	header.switcher_addr = ask_switcher();
	header.lguest_irqs = LGUEST_IRQS;
	header.cr0 = read_cr0();
	header.cr4 = host_cr4();
	header.tsc_khz = tsc_khz;
	for (i = 0; i < ARRAY_SIZE(header.cpu_features) &&
		    i < ARRAY_SIZE(boot_cpu_data.x86_capability);
	     i++)
		header.cpu_features[i] = boot_cpu_data.x86_capability[i];
	header.cpus = num_possible_cpus();
	header.subbuf_size = trapline_subbuf_kib * 1024;
	header.subbufs = trapline_subbufs;
	header.loaded_at = host_seconds();
	return 0;
}

/* The HEADER record, to be freed by kfree. */
void *trapline_header_record(size_t *size)
{
	const size_t most = 4096;
	struct trapline_record *head = kzalloc(most, GFP_KERNEL);
	struct trapline_header *to = (void *)(head + 1);
	char *text = (char *)(to + 1);
	size_t room = most - sizeof(*head) - sizeof(*to);

	if (!head)
		return NULL;
	*to = header;
	to->text_length =
		scnprintf(text, room,
			  "recorder " TRAPLINE_VERSION "\n"
			  "flavor " LG_FLAVOR "\n"
			  "kernel %s\n"
			  "host %s\n"
			  "cpu %s\n"
			  "parameter subbuf_kib %u\n"
			  "parameter subbufs %u\n"
			  "parameter trap_bytes %u\n"
			  "parameter tasks %u\n"
			  "parameter skip %s\n"
			  "%s",
			  init_utsname()->release, init_utsname()->nodename,
			  boot_cpu_data.x86_model_id, trapline_subbuf_kib,
			  trapline_subbufs, trapline_trap_bytes, trapline_tasks,
			  trapline_skip, config);
	head->magic = TRAPLINE_MAGIC;
	head->kind = TRAPLINE_HEADER;
	head->tsc = get_cycles();
	*size = sizeof(*head) + sizeof(*to) + to->text_length;
	*size = ALIGN(*size, 8);
	head->size = *size;
	return head;
}
