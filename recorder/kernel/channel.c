// SPDX-License-Identifier: GPL-2.0-only
/* The per-CPU channels, and the one sequence over all of them. Nothing here
 * waits for a reader: a record without room is lost, and its number with it. */
#include "trapline.h"

struct trapline_status trapline_counts;

static struct rchan *channel;
static u64 next = 1;

/* Guards `next` and the counts; taken with interrupts off. */
static DEFINE_SPINLOCK(lock);

static int subbuf_start(struct rchan_buf *buf, void *subbuf, void *previous,
			size_t padding)
{
	return !relay_buf_full(buf);
}

/* As relay's own, but an open file keeps the module. */
static struct file_operations keeping_operations;

static struct dentry *create_file(const char *name, struct dentry *parent,
				  relay_mode_t mode, struct rchan_buf *buf,
				  int *is_global)
{
	return create_channel_file(name, 0400, parent, buf,
				   RELAY_CALLS_LATE ? &keeping_operations
						    : &relay_file_operations);
}

static int remove_file(struct dentry *file)
{
	debugfs_remove(file);
	return 0;
}

static struct rchan_callbacks callbacks = {
	.subbuf_start = subbuf_start,
	.create_buf_file = create_file,
	.remove_buf_file = remove_file,
};

int trapline_channel_init(struct dentry *directory)
{
	keeping_operations = relay_file_operations;
	keeping_operations.owner = THIS_MODULE;
	channel = relay_open("cpu", directory, trapline_subbuf_kib * 1024,
			     trapline_subbufs, &callbacks, NULL);
	return channel ? 0 : -ENOMEM;
}

void trapline_totals(struct trapline_record *head,
		     struct trapline_status *status)
{
	unsigned long flags;

	memset(head, 0, sizeof(*head));
	head->magic = TRAPLINE_MAGIC;
	head->size = sizeof(*head) + sizeof(*status);
	head->tsc = get_cycles();
	head->kind = TRAPLINE_STATUS;
	spin_lock_irqsave(&lock, flags);
	head->seq = next;
	*status = trapline_counts;
	spin_unlock_irqrestore(&lock, flags);
	status->guests = trapline_guests();
}

/* Where `size` bytes can be written on this CPU; NULL where there is no room.
 */
static void *room(u32 size)
{
	struct rchan_buf *buf = relay_buf(channel, raw_smp_processor_id());

	if (unlikely(buf->offset + size > channel->subbuf_size) &&
	    !relay_switch_subbuf(buf, size))
		return NULL;
	return buf->data + buf->offset;
}

/* Begins a record with `payload` bytes behind its head: takes its number and
 * returns where it goes, the first three fields filled in; NULL where there is
 * no room. The caller has interrupts off until it commits, for a reader on this
 * CPU must not see half of it. */
struct trapline_record *trapline_begin(u16 kind, u32 payload)
{
	u32 size = ALIGN(sizeof(struct trapline_record) + payload, 8);
	struct trapline_record *to = room(size);
	u64 seq;

	spin_lock(&lock);
	seq = next++;
	if (unlikely(!to))
		trapline_counts.lost_no_room++;
	else if (kind == TRAPLINE_TRAP)
		trapline_counts.traps++;
	else
		trapline_counts.events++;
	if (likely(to))
		trapline_counts.bytes += size;
	spin_unlock(&lock);
	if (unlikely(!to))
		return NULL;
	*(u32 *)((u8 *)to + size - 4) = 0; /* what pads it, if any */
	to->magic = TRAPLINE_MAGIC;
	to->size = size;
	to->seq = seq;
	return to;
}

void trapline_commit(const struct trapline_record *record)
{
	struct rchan_buf *buf = relay_buf(channel, raw_smp_processor_id());

	smp_wmb();
	buf->offset += record->size;
}

/* Records that could not be made. They use up numbers like any other. */
void trapline_lose(u64 *counter, u64 records)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	*counter += records;
	next += records;
	spin_unlock_irqrestore(&lock, flags);
}

/* Leaves the totals as the last record. A reader that has a channel open can
 * still empty it. */
void trapline_channel_exit(void)
{
	struct trapline_record head;
	struct trapline_status status;
	struct trapline_record *to;
	unsigned long flags;

	if (!channel)
		return;
	trapline_totals(&head, &status);
	status.final = 1;
	local_irq_save(flags);
	to = trapline_begin(TRAPLINE_STATUS, sizeof(status));
	if (to) {
		head.seq = to->seq;
		memcpy(to, &head, sizeof(head));
		memcpy(to + 1, &status, sizeof(status));
		trapline_commit(to);
	}
	local_irq_restore(flags);
	relay_flush(channel);
	relay_close(channel);
}
