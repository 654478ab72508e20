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
	bool entered;	 /* inside a run_guest whose return is watched */

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
struct trapline_task *trapline_task_new(struct lguest *lg);
struct trapline_task *trapline_task_next(struct trapline_task *t);
bool trapline_tasks_open(void);
void trapline_task_put(struct trapline_task *t);
u32 trapline_guests(void);

/* state.c */
u64 trapline_capture(struct lg_cpu *cpu, u32 *words);
unsigned int trapline_compare(const u32 *before, u32 *after, u64 *changed);

/* guest_memory.c */
void trapline_peek_insn(struct lg_cpu *cpu, struct trapline_trap *trap);

/* Handlers of probes. The first argument is the kprobe, or the instance of a
 * kretprobe; none looks at it. One at the entry of a call whose return may be
 * watched gives DECLINE where there is no need of the return. */
#define DECLINE	      1
#define HANDLER(name) int trapline_##name(void *probe, struct pt_regs *regs)

/* trap.c: at and around lguest_arch_handle_trap. */
HANDLER(trap_enter);
HANDLER(settle);
HANDLER(interrupt_enter);
HANDLER(interrupt_return);
void trapline_trap_finish(struct trapline_task *t);
void trapline_trap_abandon(struct trapline_task *t);

/* step.c: inside it. */
HANDLER(read_enter);
HANDLER(read_return);
HANDLER(write_enter);
HANDLER(call_enter);
HANDLER(demand_page_return);
HANDLER(deliver_trap_return);
HANDLER(clear_all_enter);
void trapline_step_kill(struct trapline_task *t);

/* between.c: between two traps. */
HANDLER(hypercalls_enter);
HANDLER(run_enter);
HANDLER(idt_entry_enter);
HANDLER(gdt_enter);
HANDLER(tls_enter);
HANDLER(stack_enter);

/* life.c: where guests come and go. */
HANDLER(cpu_enter);
HANDLER(start_return);
HANDLER(init_hypercalls_return);
HANDLER(init_return);
HANDLER(run_guest_enter);
HANDLER(run_guest_return);
HANDLER(free_enter);

/* probes.c */
extern bool trapline_watching;
extern bool trapline_complete;
u32 trapline_peek_again(const void __user *const *from, u32 *to,
			unsigned int words);
int trapline_probes_init(void);
void trapline_probes_exit(void);
unsigned long trapline_missed(void);
unsigned long trapline_missed_so_far(void);
void *trapline_symbol(const char *name);
size_t trapline_probes_show(char *text, size_t size);

/* channel.c */
int trapline_channel_init(struct dentry *directory);
void trapline_channel_exit(void);
struct trapline_record *trapline_begin(u16 kind, u32 payload);
void trapline_commit(const struct trapline_record *record);
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

/* That of the current task, if it has one, for something that cannot be inside
 * a trap: ends the one that it was in. To watch its return would cost more:
 * from there to the next call that is watched no version of run_guest changes a
 * word of state. (What timers add to irqs_pending they may add inside the
 * handler, too.) */
static inline struct trapline_task *trapline_task_settled(void)
{
	struct trapline_task *t = trapline_task_find();

	if (t && t->open == TRAPLINE_TRAP)
		trapline_trap_finish(t);
	return t;
}

/* As that, of a task which runs a CPU of `lg`, for something that begins; NULL
 * where nothing may. Counts where there are more tasks than places. */
static inline struct trapline_task *trapline_task_get(struct lguest *lg)
{
	struct trapline_task *t = trapline_task_settled();

	return likely(t && t->lg == lg && trapline_watching)
		       ? t
		       : trapline_task_new(lg);
}

/* Reads the Launcher's memory, silently; false where it is not there. */
static inline bool trapline_peek32(const void __user *from, u32 *to)
{
	int error;

	peek_begin();
	error = __get_user(*to, (const u32 __user *)from);
	peek_end();
	return likely(!error) || trapline_peek_again(&from, to, 1);
}

static inline bool trapline_peek8(const void __user *from, u8 *to)
{
	unsigned long at = (unsigned long)from;
	u32 word;

	if (!trapline_peek32((const void __user *)(at & ~3ul), &word))
		return false;
	*to = word >> at % 4 * 8;
	return true;
}

/* memcpy of words, of which gcc makes a loop of six instructions a word;
 * returns the end. */
static inline void *trapline_copy(void *to, const void *from, size_t words)
{
	asm volatile("rep movsl"
		     : "+D"(to), "+S"(from), "+c"(words)
		     :
		     : "memory");
	return to;
}

/* The head of a record of a task's guest, but for what channel.c fills in. */
static inline void trapline_head(struct trapline_record *head, u16 kind,
				 const struct trapline_task *t, u16 vcpu)
{
	head->tsc = get_cycles();
	head->guest = t->guest;
	head->kind = kind;
	head->flags = 0;
	head->vcpu = vcpu;
	head->host_cpu = raw_smp_processor_id();
	head->reserved = 0;
}

#endif /* TRAPLINE_H */
