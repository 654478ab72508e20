// SPDX-License-Identifier: GPL-2.0-only
/* The files beside the channels: header, totals, status. Each is made when it
 * is opened. */
#include <linux/fs.h>
#include <linux/slab.h>
#include "trapline.h"

struct content {
	size_t size;
	void *bytes;
};

static int open_content(struct file *file, void *bytes, size_t size)
{
	struct content *content = kmalloc(sizeof(*content), GFP_KERNEL);

	if (!content || !bytes) {
		kfree(content);
		kfree(bytes);
		return -ENOMEM;
	}
	content->size = size;
	content->bytes = bytes;
	file->private_data = content;
	return 0;
}

static ssize_t read_content(struct file *file, char __user *to, size_t size,
			    loff_t *at)
{
	struct content *content = file->private_data;

	return simple_read_from_buffer(to, size, at, content->bytes,
				       content->size);
}

static int release_content(struct inode *inode, struct file *file)
{
	struct content *content = file->private_data;

	kfree(content->bytes);
	kfree(content);
	return 0;
}

static int open_header(struct inode *inode, struct file *file)
{
	size_t size = 0;
	void *bytes = trapline_header_record(&size);

	return open_content(file, bytes, size);
}

static int open_totals(struct inode *inode, struct file *file)
{
	size_t size =
		sizeof(struct trapline_record) + sizeof(struct trapline_status);
	struct trapline_record *head = kmalloc(size, GFP_KERNEL);

	if (head)
		trapline_totals(head, (struct trapline_status *)(head + 1));
	return open_content(file, head, size);
}

static int open_status(struct inode *inode, struct file *file)
{
	const size_t most = 4096;
	struct trapline_record head;
	struct trapline_status s;
	char *text = kmalloc(most, GFP_KERNEL);
	size_t size;

	if (!text)
		return -ENOMEM;
	trapline_totals(&head, &s);
	size = scnprintf(
		text, most,
		"lost_no_room %llu\nlost_missed %llu\nlost_too_large %llu\n"
		"lost_no_slot %llu\nlost_unreadable %llu\nnot_returned %llu\n"
		"traps %llu\nevents %llu\nbytes %llu\nguests %u\n"
		"next_seq %llu\n",
		(unsigned long long)s.lost_no_room,
		(unsigned long long)s.lost_missed,
		(unsigned long long)s.lost_too_large,
		(unsigned long long)s.lost_no_slot,
		(unsigned long long)s.lost_unreadable,
		(unsigned long long)s.not_returned, (unsigned long long)s.traps,
		(unsigned long long)s.events, (unsigned long long)s.bytes,
		s.guests, (unsigned long long)head.seq);
	size += trapline_probes_show(text + size, most - size);
	return open_content(file, text, size);
}

#define CONTENT_FILE(name)                                                     \
	static const struct file_operations name##_operations = {              \
		.owner = THIS_MODULE,                                          \
		.open = open_##name,                                           \
		.read = read_content,                                          \
		.release = release_content,                                    \
	}

CONTENT_FILE(header);
CONTENT_FILE(totals);
CONTENT_FILE(status);

static struct dentry *files[3];

static int add(unsigned int i, struct dentry *directory, const char *name,
	       const struct file_operations *operations)
{
	struct dentry *file =
		debugfs_create_file(name, 0400, directory, NULL, operations);

	if (!file || IS_ERR(file))
		return -ENOMEM;
	files[i] = file;
	return 0;
}

int trapline_files_init(struct dentry *directory)
{
	int error = add(0, directory, "header", &header_operations);

	error = error ? error : add(1, directory, "totals", &totals_operations);
	return error ? error : add(2, directory, "status", &status_operations);
}

void trapline_files_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (files[i])
			debugfs_remove(files[i]);
}
