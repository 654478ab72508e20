// SPDX-License-Identifier: Apache-2.0

// The first process of a virtual host: plays case after case, sends what was
// recorded, and switches the host off. The tests beside it judge.

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

// How each process ended, in the order of their ends: what the test is told.
static char ends[512];

void note(const char* who, int status) {
  char text[32];
  snprintf(text, sizeof text, "%s %d\n", who, status);
  strcat(ends, text);
}

void begin(const char* parameters) {
  ends[0] = '\0';
  load_module("trapline", parameters);
}

void send_notes(const char* name) {
  char file[64];
  snprintf(file, sizeof file, "%s.ends", name);
  send_text(file, ends);
}

void end(const char* name) {
  unload_module("trapline");
  send_notes(name);
}

struct script_order order_of(uint32_t traps, uint32_t flags, uint32_t at) {
  return (struct script_order){0, traps, flags, at};
}

void play_alone(const char* name, const char* parameters,
                struct script_order order) {
  begin(parameters);
  const pid_t reader = drain(name);
  note("launcher", wait_for(launch(0, &order, 1)));
  note("drain", stop_drain(reader));
  end(name);
}

void keep_probes_plain(void) {
  FILE* file = fopen("/proc/sys/debug/kprobes-optimization", "w");
  if (file == NULL || fputs("0\n", file) < 0 || fclose(file) != 0) {
    fail("kprobes-optimization");
  }
}

// With parameters that are refused nothing is left behind.
static void play_refusals(void) {
  static const char* const kParameters[] = {
      "subbufs=1",       "subbufs=1025",     "subbuf_kib=63",
      "trap_bytes=1000", "trap_bytes=16382", "tasks=0"};
  char text[512] = "";
  for (size_t i = 0; i < sizeof kParameters / sizeof *kParameters; ++i) {
    const int error = try_module("trapline", kParameters[i]);
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s %d\n",
             kParameters[i], error);
  }
  send_text("refusals", text);
}

// Guests that are killed, each a little later than the one before.
static void play_killed_guests(void) {
  const struct script_order order = order_of(UINT32_MAX, SCRIPT_WANDERS, 0);
  begin("");
  const pid_t reader = drain("mortal");
  for (int i = 0; i < 20; ++i) {
    const pid_t launcher = launch(i % 2, &order, 1);
    sleep_ms(20 + i * 7);
    kill(launcher, SIGKILL);
    note("launcher", wait_for(launcher));
  }
  note("drain", stop_drain(reader));
  end("mortal");
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
  keep_probes_plain();
  load_and_unload(100);
  for (int cycles = 0; cycles <= 2000; cycles += 500) {
    if (cycles != 0) load_and_unload(500);
    snprintf(text + strlen(text), sizeof text - strlen(text),
             "%d %ld %ld %ld\n", cycles, kernel_kib(), free_kib(),
             (long)(time(NULL) - began));
  }
  send_text("cycles", text);
}

static void play_sound(void) {
  play_alone("plain", "", order_of(3000, 0, 0));
  play_alone("dies", "", order_of(100, SCRIPT_DIES, 50));
  play_alone("vanishes", "", order_of(100, SCRIPT_VANISHES, 60));
  play_alone("skips", "skip=runs,loads", order_of(300, 0, 0));
  play_alone("bare", "skip=hypercalls,interrupts,runs,loads",
             order_of(300, 0, 0));
  play_refusals();
  play_two_guests();
  play_killed_guests();
  send_folder("/rec");
}

// The kernel makes unknown words "play=..." of its command line environment.
int main(void) {
  const char* play = getenv("play");
  start_host();
  load_module("lg", "");
  if (strcmp(play, "sound") == 0) play_sound();
  if (strcmp(play, "losses") == 0) play_losses();
  if (strcmp(play, "cycles") == 0) play_cycles();
  unload_module("lg");
  send_text("done", "");
  stop_host();
}
