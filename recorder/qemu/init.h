// SPDX-License-Identifier: Apache-2.0

// What the first process of the virtual host does for the cases it plays.

#ifndef TRAPLINE_RECORDER_QEMU_INIT_H_
#define TRAPLINE_RECORDER_QEMU_INIT_H_

#include <stdint.h>
#include <sys/types.h>

#include "recorder/kernel/standin/script.h"

// system.c: the host. Whatever fails ends the test.

void fail(const char* what);
void start_host(void);
void stop_host(void);
void load_module(const char* name, const char* parameters);
int try_module(const char* name, const char* parameters);  // 0, or an errno
void unload_module(const char* name);

// Sends what the host recorded to the test: a text, or all files of a folder.
void send_text(const char* name, const char* text);
void send_folder(const char* folder);
// The recorder's: as NAME.files which there are, with modes and owners; as
// NAME.status what its status says.
void send_debugfs(const char* name);

// init.c: what all cases share.

#define SMALL "subbuf_kib=64 subbufs=2"

// A case, which begins with loading the recorder and ends with unloading it.
void begin(const char* parameters);
void end(const char* name);
// How a process ended: the test is told as NAME.ends, at the end.
void note(const char* who, int status);
void send_notes(const char* name);

struct script_order order_of(uint32_t traps, uint32_t flags, uint32_t at);

// One guest from its start to its end, all of it drained.
void play_alone(const char* name, const char* parameters,
                struct script_order order);

// For cases that unload under load: where it optimizes probes the kernel waits
// for whole grace periods before one can be taken away.
void keep_probes_plain(void);

// losses.c
void play_losses(void);

// play.c: Launchers and drains.

// Starts a Launcher on `cpu` that gives the `count` orders of its guest, and
// stops itself after each but the last.
pid_t launch(int cpu, const struct script_order* orders, int count);
void wait_until_stopped(pid_t pid);

// Waits for its end; the exit status, or that of a signal, negative.
int wait_for(pid_t pid);

// Starts a drain into /rec/`name`, which is there when this returns, with only
// the system calls of Linux 2.6.24.
pid_t drain(const char* name);

// Has the drain end by a signal; its exit status.
int stop_drain(pid_t pid);

void sleep_ms(int milliseconds);

#endif  // TRAPLINE_RECORDER_QEMU_INIT_H_
