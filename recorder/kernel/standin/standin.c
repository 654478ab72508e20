// SPDX-License-Identifier: GPL-2.0-only
/* A module called lg for kernels that have none. It has the functions that the
 * recorder watches, and plays script.h with them in a Launcher's memory. */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include "lg.h"

/* Called as if from another translation unit. */
#define FUNCTION noinline __attribute__((noclone))

unsigned long switcher_addr = SCRIPT_SWITCHER;

static void play(struct lg_cpu *cpu, unsigned int end);

FUNCTION bool lguest_address_ok(const struct lguest *lg, unsigned long addr,
				unsigned long len)
{
	return (addr + len) / PAGE_SIZE < lg->pfn_limit && addr + len >= addr;
}

FUNCTION void __lgread(struct lg_cpu *cpu, void *b, unsigned long addr,
		       unsigned int bytes)
{
	if (!lguest_address_ok(cpu->lg, addr, bytes) ||
	    copy_from_user(b, cpu->lg->mem_base + addr, bytes))
		memset(b, 0, bytes);
}

FUNCTION void __lgwrite(struct lg_cpu *cpu, unsigned long addr, const void *b,
			unsigned int bytes)
{
	if (!lguest_address_ok(cpu->lg, addr, bytes) ||
	    copy_to_user(cpu->lg->mem_base + addr, b, bytes))
		pr_err("lg: the script writes to %#lx\n", addr);
}

/* What the step that calls does inside; its result. */
static bool play_call(struct lg_cpu *cpu)
{
	const struct script_step *call = &cpu->lg->trap.step[cpu->lg->step - 1];

	play(cpu, cpu->lg->step + call->inside);
	return call->returned;
}

FUNCTION bool demand_page(struct lg_cpu *cpu, unsigned long vaddr, int errcode)
{
	return play_call(cpu);
}

FUNCTION bool deliver_trap(struct lg_cpu *cpu, unsigned int num)
{
	return play_call(cpu);
}

static void play(struct lg_cpu *cpu, unsigned int end)
{
	struct lguest *lg = cpu->lg;
	u8 bytes[8];

	while (lg->step < end) {
		const struct script_step *step = &lg->trap.step[lg->step++];

		switch (step->kind) {
		case SCRIPT_READ:
			__lgread(cpu, bytes, step->argument, step->length);
			break;
		case SCRIPT_WRITE:
			__lgwrite(cpu, step->argument, &step->value, 4);
			break;
		case SCRIPT_DEMAND_PAGE:
			demand_page(cpu, step->argument, step->value);
			break;
		case SCRIPT_DELIVER_TRAP:
			if (!deliver_trap(cpu, step->argument))
				lg->dead = kasprintf(
					GFP_KERNEL,
					"unhandled trap %u at %#x (%#x)",
					step->argument,
					lg->trap.before[SCRIPT_EIP],
					lg->trap.before[SCRIPT_ERRCODE]);
		}
	}
}

static void set_guest(struct lg_cpu *cpu, const u32 *registers, u32 irq_enabled,
		      u32 cr2)
{
	struct lguest_data __user *data = cpu->lg->lguest_data;

	memcpy(cpu->regs, registers, sizeof(*cpu->regs));
	if (data && (put_user(irq_enabled, &data->irq_enabled) ||
		     put_user(cr2, &data->cr2)))
		pr_err("lg: no lguest_data\n");
}

static bool is_at(const struct lguest *lg, u32 flag)
{
	return (lg->order.flags & flag) && lg->played == lg->order.at;
}

/* More steps than a record of a small recorder can take. */
static void read_much(struct lg_cpu *cpu)
{
	u8 bytes[64];
	unsigned int i;

	for (i = 0; i < SCRIPT_PAGE / sizeof(bytes); i++)
		__lgread(cpu, bytes, i * sizeof(bytes), sizeof(bytes));
}

static void change_cpu(void)
{
	unsigned int cpu =
		cpumask_next(raw_smp_processor_id(), cpu_online_mask);

	if (cpu >= nr_cpu_ids)
		cpu = cpumask_first(cpu_online_mask);
	set_cpus_allowed_ptr(current, cpumask_of(cpu));
}

FUNCTION void lguest_arch_handle_trap(struct lg_cpu *cpu)
{
	struct lguest *lg = cpu->lg;
	struct script_trap *t = &lg->trap;

	lg->step = 0;
	if (is_at(lg, SCRIPT_VANISHES))
		BUG();
	if (is_at(lg, SCRIPT_READS_MUCH))
		read_much(cpu);
	if (is_at(lg, SCRIPT_SLEEPS))
		msleep(3000);
	if ((lg->order.flags & SCRIPT_WANDERS) && lg->played % 50 == 0)
		change_cpu();
	play(cpu, t->steps);
	set_guest(cpu, t->after, t->irq_enabled_after, t->cr2_after);
	if (t->hcall_after)
		cpu->hcall = (struct hcall_args *)cpu->regs;
}

/* What the guest leaves in its ring at trap `i`. */
static void fill_ring(struct lg_cpu *cpu, u32 i)
{
	struct lguest_data __user *data = cpu->lg->lguest_data;
	unsigned int call;

	for (call = 1; call <= script_ring_calls(i); call++) {
		u32 slot = (cpu->next_hcall + call - 1) % LHCALL_RING_SIZE;
		u32 args[5];
		unsigned int n;

		for (n = 0; n < 5; n++)
			args[n] = script_argument(i, call, n);
		if (copy_to_user(&data->hcalls[slot], args, sizeof(args)) ||
		    put_user(0, &data->hcall_status[slot]))
			pr_err("lg: no ring\n");
	}
}

/* The guest runs, and traps. */
FUNCTION void lguest_arch_run_guest(struct lg_cpu *cpu)
{
	struct lguest *lg = cpu->lg;
	struct script_trap *t = &lg->trap;

	lg->played++;
	script_trap_of(lg->played, is_at(lg, SCRIPT_DIES), t);
	set_guest(cpu, t->before, t->irq_enabled, t->cr2);
	cpu->arch.last_pagefault = t->last_pagefault;
	cpu->ts = t->ts;
	cpu->changed = lg->played % 8;
	if (t->hcall_after && lg->lguest_data)
		fill_ring(cpu, lg->played);
}

FUNCTION void try_deliver_interrupt(struct lg_cpu *cpu, unsigned int irq,
				    bool more)
{
	struct lguest *lg = cpu->lg;

	script_interrupt(lg->played + 1, &lg->trap);
	lg->step = 0;
	play(cpu, lg->trap.steps);
	memcpy(cpu->regs, lg->trap.after, sizeof(*cpu->regs));
}

FUNCTION void load_guest_idt_entry(struct lg_cpu *cpu, unsigned int num, u32 lo,
				   u32 hi)
{
	barrier();
}

FUNCTION void load_guest_gdt_entry(struct lg_cpu *cpu, unsigned int num, u32 lo,
				   u32 hi)
{
	barrier();
}

FUNCTION void guest_load_tls(struct lg_cpu *cpu, unsigned long tls_array)
{
	barrier();
}

FUNCTION void guest_set_stack(struct lg_cpu *cpu, u32 seg, u32 esp,
			      unsigned int pages)
{
	barrier();
}

FUNCTION void guest_pagetable_clear_all(struct lg_cpu *cpu)
{
	barrier();
}

FUNCTION int lguest_arch_init_hypercalls(struct lg_cpu *cpu)
{
	struct lguest *lg = cpu->lg;

	lg->noirq_start = SCRIPT_NOIRQ;
	lg->noirq_end = SCRIPT_NOIRQ + 16;
	return 0;
}

FUNCTION void page_table_guest_data_init(struct lg_cpu *cpu)
{
	cpu->lg->kernel_address = SCRIPT_KERNEL;
	if (put_user(-switcher_addr, &cpu->lg->lguest_data->reserve_mem))
		pr_err("lg: no lguest_data\n");
}

static void do_hcall(struct lg_cpu *cpu, struct hcall_args *args)
{
	switch (args->arg0) {
	case SCRIPT_INIT_CALL:
		cpu->lg->lguest_data =
			(void __user *)cpu->lg->mem_base + args->arg1;
		lguest_arch_init_hypercalls(cpu);
		page_table_guest_data_init(cpu);
		guest_pagetable_clear_all(cpu);
		break;
	case SCRIPT_IDT_CALL:
		load_guest_idt_entry(cpu, args->arg1, args->arg2, args->arg3);
		break;
	case SCRIPT_STACK_CALL:
		guest_set_stack(cpu, args->arg1, args->arg2, args->arg3);
		break;
	case SCRIPT_TLS_CALL:
		guest_load_tls(cpu, args->arg1);
		break;
	case SCRIPT_GDT_CALL:
		load_guest_gdt_entry(cpu, args->arg1, args->arg2, args->arg3);
		break;
	}
}

FUNCTION void do_hypercalls(struct lg_cpu *cpu)
{
	struct lguest_data __user *data = cpu->lg->lguest_data;
	struct hcall_args args;
	u8 status;

	while (data &&
	       !get_user(status, &data->hcall_status[cpu->next_hcall]) &&
	       status != 0xff &&
	       !copy_from_user(&args, &data->hcalls[cpu->next_hcall],
			       sizeof(args))) {
		do_hcall(cpu, &args);
		if (put_user(0xff, &data->hcall_status[cpu->next_hcall]))
			break;
		cpu->next_hcall = (cpu->next_hcall + 1) % LHCALL_RING_SIZE;
	}
	if (cpu->hcall) {
		do_hcall(cpu, cpu->hcall);
		cpu->hcall = NULL;
	}
}

/* In the order of lguest's own, and like it changing nothing but by these. */
FUNCTION int run_guest(struct lg_cpu *cpu, unsigned long __user *user)
{
	struct lguest *lg = cpu->lg;
	u32 i;

	while (lg->played < lg->order.traps && !lg->dead) {
		i = lg->played + 1;
		if (cpu->hcall)
			do_hypercalls(cpu);
		if (signal_pending(current))
			return -ERESTARTSYS;
		if (script_interrupts(i))
			try_deliver_interrupt(cpu, i % 32, false);
		lguest_arch_run_guest(cpu);
		lguest_arch_handle_trap(cpu);
		cond_resched();
	}
	return lg->dead ? -ENOENT : 0;
}

FUNCTION void lguest_arch_setup_regs(struct lg_cpu *cpu, unsigned long start)
{
	struct lguest_regs *regs = cpu->regs;

	memset(regs, 0, sizeof(*regs));
	regs->ds = regs->es = regs->ss = 0x69;
	regs->cs = 0x61;
	regs->eflags = 0x202;
	regs->eip = start;
}

FUNCTION void free_guest_pagetable(struct lguest *lg)
{
	barrier();
}

static void start(struct lguest *lg)
{
	struct lg_cpu *cpu = &lg->cpus[0];
	unsigned int i;

	lg->mem_base = (u8 __user *)lg->order.memory;
	lg->pfn_limit = SCRIPT_PAGES;
	lg->stack_pages = 2;
	lg->pgdirs[0].gpgdir = SCRIPT_GPGDIR;
	lg->pgdirs[0].pgdir = (pgd_t *)PAGE_OFFSET;
	cpu->lg = lg;
	cpu->regs = &lg->registers;
	cpu->esp1 = SCRIPT_ESP1;
	cpu->ss1 = 0x69;
	for (i = 0; i < ARRAY_SIZE(cpu->arch.idt); i++) {
		u32 gate[2] = {script_gate_lo(i), script_gate_hi(i)};

		memcpy(&cpu->arch.idt[i], gate, sizeof(gate));
	}
	lguest_arch_setup_regs(cpu, SCRIPT_TEXT);
}

static int open_guest(struct inode *inode, struct file *file)
{
	file->private_data = kzalloc(sizeof(struct lguest), GFP_KERNEL);
	return file->private_data ? 0 : -ENOMEM;
}

/* Each order plays on from where the one before left off. */
static ssize_t write_order(struct file *file, const char __user *from,
			   size_t size, loff_t *at)
{
	struct lguest *lg = file->private_data;
	int error;

	if (size != sizeof(lg->order) ||
	    copy_from_user(&lg->order, from, sizeof(lg->order)))
		return -EINVAL;
	if (!lg->mem_base)
		start(lg);
	error = run_guest(&lg->cpus[0], NULL);
	return error ? error : size;
}

static int close_guest(struct inode *inode, struct file *file)
{
	struct lguest *lg = file->private_data;

	free_guest_pagetable(lg);
	if (!IS_ERR(lg->dead))
		kfree(lg->dead);
	kfree(lg);
	return 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = open_guest,
	.write = write_order,
	.release = close_guest,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "lguest",
	.fops = &operations,
};

module_misc_device(device);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Stand-in for lguest's lg");
