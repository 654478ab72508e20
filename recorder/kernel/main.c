// SPDX-License-Identifier: GPL-2.0-only
/* trapline: records what lg does with the traps of its guests. It watches, and
 * changes nothing. recorder/README.md tells how to use it. */
#include <linux/init.h>
#include <linux/moduleparam.h>
#include <linux/notifier.h>
#include <linux/kdebug.h>
#include "trapline.h"

unsigned int trapline_subbuf_kib = 256;
module_param_named(subbuf_kib, trapline_subbuf_kib, uint, 0444);
MODULE_PARM_DESC(subbuf_kib, "KiB of a sub-buffer; 64 to 16384");

unsigned int trapline_subbufs = 16;
module_param_named(subbufs, trapline_subbufs, uint, 0444);
MODULE_PARM_DESC(subbufs, "sub-buffers of each CPU; 2 to 1024");

unsigned int trapline_trap_bytes = 16384;
module_param_named(trap_bytes, trapline_trap_bytes, uint, 0444);
MODULE_PARM_DESC(trap_bytes, "bytes for the steps of a trap; 1024 to 32768");

unsigned int trapline_tasks = 16;
module_param_named(tasks, trapline_tasks, uint, 0444);
MODULE_PARM_DESC(tasks, "virtual CPUs at once; 1 to 1024");

char *trapline_skip = "";
module_param_named(skip, trapline_skip, charp, 0444);
MODULE_PARM_DESC(skip, "of hypercalls,interrupts,runs,loads: leave out");

static struct dentry *directory;

static int check(const char *name, unsigned int value, unsigned int least,
		 unsigned int most)
{
	if (value >= least && value <= most)
		return 0;
	printk(KERN_ERR "trapline: %s=%u; give %u to %u\n", name, value, least,
	       most);
	return -EINVAL;
}

static int check_parameters(void)
{
	int error = check("subbuf_kib", trapline_subbuf_kib, 64, 16384);

	error = error ? error : check("subbufs", trapline_subbufs, 2, 1024);
	error = error ? error
		      : check("trap_bytes", trapline_trap_bytes, 1024, 32768);
	error = error ? error : check("tasks", trapline_tasks, 1, 1024);
	if (!error && trapline_trap_bytes % 4) {
		printk(KERN_ERR "trapline: trap_bytes is no multiple of 4\n");
		error = -EINVAL;
	}
	return error;
}

static void tear_down(void)
{
	struct trapline_task *t = NULL;

	trapline_probes_exit();
	while ((t = trapline_task_next(t)))
		if (t->open)
			trapline_trap_abandon(t);
	trapline_channel_exit();
	trapline_files_exit();
	debugfs_remove(directory);
	trapline_tasks_exit();
}

static int ignore(struct notifier_block *self, unsigned long event, void *data)
{
	return NOTIFY_DONE;
}

/* Maps what was allocated into all tasks, in kernels that would do so by a
 * fault of the handler: registering for these events has always done it. */
static void map_everywhere(void)
{
	static struct notifier_block block = {.notifier_call = ignore};

	register_die_notifier(&block);
	unregister_die_notifier(&block);
}

static int __init trapline_init(void)
{
	int error = check_parameters();

	if (error)
		return error;
	directory = debugfs_create_dir(TRAPLINE_DIRECTORY, NULL);
	if (!directory || IS_ERR(directory)) {
		printk(KERN_ERR "trapline: no debugfs\n");
		return -ENODEV;
	}
	error = trapline_tasks_init();
	if (!error)
		error = trapline_channel_init(directory);
	if (!error)
		error = trapline_header_init();
	if (!error)
		error = trapline_files_init(directory);
	map_everywhere();
	if (!error)
		error = trapline_probes_init();
	if (error)
		tear_down();
	return error;
}

static void __exit trapline_exit(void)
{
	tear_down();
}

module_init(trapline_init);
module_exit(trapline_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Records lguest trap handling");
