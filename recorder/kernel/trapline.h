/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the module have of each other. */
#ifndef TRAPLINE_H
#define TRAPLINE_H

#include "compat.h"
#include "../raw_format.h"

#define TRAPLINE_VERSION "trapline 1"

/* main.c: the parameters. */
extern unsigned int trapline_subbuf_kib;
extern unsigned int trapline_subbufs;
extern unsigned int trapline_trap_bytes;
extern unsigned int trapline_tasks;
extern char *trapline_skip;

/* A call whose arguments are kept until it returns. */
struct trapline_pending {
	unsigned long arg1;
	unsigned long arg2;
	unsigned long arg3;
};

/* A task that runs a guest, and the handler call that it is in. */
struct trapline_task {
	struct task_struct *task; /* NULL: free */
	struct lguest *lg;
	u32 guest;
	u32 traps;
	int init_result; /* of lguest_arch_init_hypercalls */
	bool dead;	 /* the guest was, when last looked */
	bool death_told; /* a DEATH was written */

	/* The open call: TRAPLINE_TRAP, TRAPLINE_INTERRUPT, or 0. */
	u16 open;
	bool overflow;
	unsigned long missed; /* trapline_missed() at its entry */
	struct lg_cpu *cpu;
	struct trapline_record record;
	struct trapline_trap trap;

	/* Calls inside it that have not returned. */
	unsigned int depth;
	struct trapline_pending pending[8];

	u32 steps_size;
	u8 *steps; /* trapline_trap_bytes */
};

/* task.c */
int trapline_tasks_init(void);
void trapline_tasks_exit(void);
struct trapline_task *trapline_task_search(void);
DECLARE_PER_CPU(struct trapline_task *, trapline_last);
struct trapline_task *trapline_task_get(struct lguest *lg);
struct trapline_task *trapline_task_next(struct trapline_task *t);
bool trapline_tasks_open(void);
void trapline_task_put(struct trapline_task *t);
u32 trapline_guests(void);

/* state.c */
u64 trapline_capture(struct lg_cpu *cpu, u32 *words);
unsigned int trapline_compare(struct lg_cpu *cpu, const u32 *before, u32 *words,
			      u64 *present, u64 *changed);

/* guest_memory.c */
void trapline_peek_insn(struct lg_cpu *cpu, struct trapline_trap *trap);

/* trap.c: handlers of probes at and inside lguest_arch_handle_trap. */
int trapline_trap_enter(struct pt_regs *regs);
void trapline_trap_return(struct pt_regs *regs);
int trapline_interrupt_enter(struct pt_regs *regs);
void trapline_interrupt_return(struct pt_regs *regs);
void trapline_trap_abandon(struct trapline_task *t, u16 flags);

/* step.c */
int trapline_read_enter(struct pt_regs *regs);
void trapline_read_return(struct pt_regs *regs);
int trapline_write_enter(struct pt_regs *regs);
int trapline_call_enter(struct pt_regs *regs);
void trapline_demand_page_return(struct pt_regs *regs);
void trapline_deliver_trap_return(struct pt_regs *regs);
int trapline_clear_all_enter(struct pt_regs *regs);
void trapline_step_kill(struct trapline_task *t);

/* between.c: handlers of probes between two traps. */
int trapline_hypercalls_enter(struct pt_regs *regs);
int trapline_run_enter(struct pt_regs *regs);
int trapline_idt_entry_enter(struct pt_regs *regs);
int trapline_gdt_enter(struct pt_regs *regs);
int trapline_tls_enter(struct pt_regs *regs);
int trapline_stack_enter(struct pt_regs *regs);

/* life.c: handlers of probes where guests come and go. */
int trapline_cpu_enter(struct pt_regs *regs);
void trapline_start_return(struct pt_regs *regs);
void trapline_init_hypercalls_return(struct pt_regs *regs);
void trapline_init_return(struct pt_regs *regs);
void trapline_run_guest_return(struct pt_regs *regs);
int trapline_free_enter(struct pt_regs *regs);

/* probes.c */
DECLARE_PER_CPU(bool, trapline_peek_failed);
#define peek_failed() per_cpu(trapline_peek_failed, raw_smp_processor_id())
int trapline_probes_init(void);
void trapline_probes_exit(void);
unsigned long trapline_missed(void);
unsigned long trapline_missed_so_far(void);
void *trapline_symbol(const char *name);
size_t trapline_probes_show(char *text, size_t size);

/* channel.c */
int trapline_channel_init(struct dentry *directory);
void trapline_channel_exit(void);
void *trapline_begin(struct trapline_record *head, u32 payload);
void trapline_commit(const struct trapline_record *head);
void trapline_write(struct trapline_record *head, const void *payload,
		    u32 size);
void trapline_lose(u64 *counter, u64 records);
void trapline_totals(struct trapline_record *head,
		     struct trapline_status *status);
extern struct trapline_status trapline_counts;

/* header.c */
int trapline_header_init(void);
void *trapline_header_record(size_t *size);
void trapline_header_switcher(struct lg_cpu *cpu);

/* files.c */
int trapline_files_init(struct dentry *directory);
void trapline_files_exit(void);

static inline struct trapline_task *trapline_task_find(void)
{
	struct trapline_task *t =
		per_cpu(trapline_last, raw_smp_processor_id());

	return likely(t && t->task == current) ? t : trapline_task_search();
}

/* That of the current task, if it is inside a handler. */
static inline struct trapline_task *trapline_task_open(void)
{
	struct trapline_task *t = trapline_task_find();

	return t && t->open ? t : NULL;
}

/* Reads the Launcher's memory, with page faults disabled; false where it is
 * not there. */
static inline bool trapline_peek32(const void __user *from, u32 *to)
{
	if (likely(!__get_user(*to, (const u32 __user *)from)))
		return true;
	peek_failed() = true;
	return false;
}

static inline bool trapline_peek8(const void __user *from, u8 *to)
{
	if (likely(!__get_user(*to, (const u8 __user *)from)))
		return true;
	peek_failed() = true;
	return false;
}

/* memcpy of words; gcc makes a loop of six instructions a word of that. */
static inline void trapline_copy(void *to, const void *from, size_t words)
{
	asm volatile("rep movsl"
		     : "+D"(to), "+S"(from), "+c"(words)
		     :
		     : "memory");
}

/* The head of a record of a task's guest, but for what channel.c fills in. */
static inline void trapline_head(struct trapline_record *head, u16 kind,
				 const struct trapline_task *t,
				 struct lg_cpu *cpu)
{
	head->tsc = get_cycles();
	head->guest = t->guest;
	head->kind = kind;
	head->flags = 0;
	head->vcpu = vcpu_of(cpu);
	head->host_cpu = raw_smp_processor_id();
	head->reserved = 0;
}

#endif /* TRAPLINE_H */
