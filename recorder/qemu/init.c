// SPDX-License-Identifier: Apache-2.0

// The first process of a virtual host: plays case after case, sends what was
// recorded, and switches the host off. qemu_test.cc judges it.

#include "recorder/qemu/init.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SMALL "subbuf_kib=64 subbufs=2"

// How each process ended, in the order of their ends: what the test is told.
static char ends[256];

static void note(const char* who, int status) {
  char text[32];
  snprintf(text, sizeof text, "%s %d\n", who, status);
  strcat(ends, text);
}

static void begin(const char* parameters) {
  ends[0] = '\0';
  load_module("trapline", parameters);
}

static void end(const char* name) {
  unload_module("trapline");
  char file[64];
  snprintf(file, sizeof file, "%s.ends", name);
  send_text(file, ends);
}

static struct script_order order_of(uint32_t traps, uint32_t flags,
                                    uint32_t at) {
  return (struct script_order){0, traps, flags, at};
}

// One guest from its start to its end, all of it drained.
static void play_alone(const char* name, const char* parameters,
                       struct script_order order) {
  begin(parameters);
  const pid_t reader = drain(name);
  note("launcher", wait_for(launch(0, &order, 1)));
  note("drain", stop_drain(reader));
  end(name);
}

static void play_two_guests(void) {
  const struct script_order order = order_of(3000, SCRIPT_WANDERS, 0);
  begin("");
  const pid_t reader = drain("two");
  const pid_t first = launch(0, &order, 1);
  const pid_t second = launch(1, &order, 1);
  note("launcher", wait_for(first));
  note("launcher", wait_for(second));
  note("drain", stop_drain(reader));
  end("two");
}

// Nobody reads until channels have overflowed.
static void play_overflow(void) {
  const struct script_order orders[] = {order_of(1000, 0, 0),
                                        order_of(1100, 0, 0)};
  begin(SMALL);
  const pid_t launcher = launch(0, orders, 2);
  wait_until_stopped(launcher);
  const pid_t reader = drain("overflow");
  sleep_ms(500);
  kill(launcher, SIGCONT);
  note("launcher", wait_for(launcher));
  note("drain", stop_drain(reader));
  end("overflow");
}

// A reader that now and then does not.
static void play_slow_reader(void) {
  const struct script_order order = order_of(6000, 0, 0);
  begin(SMALL);
  const pid_t reader = drain("slow");
  const pid_t launcher = launch(0, &order, 1);
  for (int i = 0; i < 4; ++i) {
    kill(reader, SIGSTOP);
    sleep_ms(200);
    kill(reader, SIGCONT);
    sleep_ms(50);
  }
  note("launcher", wait_for(launcher));
  note("drain", stop_drain(reader));
  end("slow");
}

static void play_killed_reader(void) {
  const struct script_order order = order_of(6000, 0, 0);
  begin("");
  pid_t reader = drain("killed-1");
  const pid_t launcher = launch(0, &order, 1);
  sleep_ms(300);
  kill(reader, SIGKILL);
  note("drain", wait_for(reader));
  sleep_ms(100);
  reader = drain("killed-2");
  note("launcher", wait_for(launcher));
  note("drain", stop_drain(reader));
  end("killed");
}

static void play_full_disk(void) {
  const struct script_order order = order_of(6000, 0, 0);
  mkdir("/rec/full", 0700);
  if (mount("none", "/rec/full", "tmpfs", 0, "size=400k") != 0) fail("tmpfs");
  begin("");
  const pid_t reader = drain("full/disk");
  const pid_t launcher = launch(0, &order, 1);
  note("drain", wait_for(reader));
  note("launcher", wait_for(launcher));
  end("full");
}

// Where it optimizes probes the kernel waits for whole grace periods before one
// can be taken away.
static void keep_probes_plain(void) {
  FILE* file = fopen("/proc/sys/debug/kprobes-optimization", "w");
  if (file == NULL || fputs("0\n", file) < 0 || fclose(file) != 0) {
    fail("kprobes-optimization");
  }
}

// Loaded while guests run, and unloaded while they do.
static void play_reload(void) {
  load_module("trapline", "");
  const pid_t reader = drain("reload");
  sleep_ms(200);
  unload_module("trapline");
  note("drain", wait_for(reader));
}

static void play_unload(void) {
  const struct script_order order = order_of(UINT32_MAX, SCRIPT_WANDERS, 0);
  keep_probes_plain();
  begin("");
  const pid_t reader = drain("unload");
  const pid_t first = launch(0, &order, 1);
  const pid_t second = launch(1, &order, 1);
  sleep_ms(200);
  end("unload");
  note("drain", wait_for(reader));
  play_reload();
  kill(first, SIGKILL);
  kill(second, SIGKILL);
  note("launcher", wait_for(first));
  note("launcher", wait_for(second));
  send_text("unload.ends", ends);
}

// KiB that the kernel has given out and will not take back by itself.
static long kernel_kib(void) {
  static const char* const kNames[] = {
      "SUnreclaim:", "VmallocUsed:", "PageTables:", "Percpu:"};
  FILE* file = fopen("/proc/meminfo", "r");
  char line[128];
  long sum = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    for (size_t i = 0; i < sizeof kNames / sizeof *kNames; ++i) {
      if (strncmp(line, kNames[i], strlen(kNames[i])) == 0) {
        sum += strtol(line + strlen(kNames[i]), NULL, 10);
      }
    }
  }
  fclose(file);
  return sum;
}

static long free_kib(void) {
  FILE* file = fopen("/proc/meminfo", "r");
  char line[128];
  long kib = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, "MemFree:", 8) == 0) kib = strtol(line + 8, NULL, 10);
  }
  fclose(file);
  return kib;
}

static void load_and_unload(int times) {
  for (int i = 0; i < times; ++i) {
    load_module("trapline", SMALL);
    unload_module("trapline");
  }
  sleep_ms(200);
}

// "CYCLES KIB-GIVEN-OUT KIB-FREE SECONDS", a line after each round. The first
// hundred fill caches that stay.
static void play_cycles(void) {
  char text[512] = "";
  const time_t began = time(NULL);
  load_and_unload(100);
  for (int cycles = 0; cycles <= 2000; cycles += 500) {
    if (cycles != 0) load_and_unload(500);
    snprintf(text + strlen(text), sizeof text - strlen(text),
             "%d %ld %ld %ld\n", cycles, kernel_kib(), free_kib(),
             (long)(time(NULL) - began));
  }
  send_text("cycles", text);
}

static void play_cases(void) {
  play_alone("plain", "", order_of(3000, 0, 0));
  play_alone("dies", "", order_of(100, SCRIPT_DIES, 50));
  play_alone("vanishes", "", order_of(100, SCRIPT_VANISHES, 60));
  play_alone("large", "trap_bytes=1024", order_of(100, SCRIPT_READS_MUCH, 70));
  play_two_guests();
  play_overflow();
  play_slow_reader();
  play_killed_reader();
  play_full_disk();
  play_unload();
  send_folder("/rec");
}

// The kernel makes unknown words "play=..." of its command line environment.
int main(void) {
  const char* play = getenv("play");
  start_host();
  load_module("lg", "");
  if (play != NULL && strcmp(play, "cycles") == 0) {
    keep_probes_plain();
    play_cycles();
  } else {
    play_cases();
  }
  unload_module("lg");
  send_text("done", "");
  stop_host();
}
