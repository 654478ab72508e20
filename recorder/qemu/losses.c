// SPDX-License-Identifier: Apache-2.0

// Cases in which records are lost, or might be. loss_test.cc judges them.

#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "recorder/qemu/init.h"

// More guests than there are places for.
static void play_crowd(void) {
  const struct script_order order = order_of(500, 0, 0);
  begin("tasks=1");
  const pid_t reader = drain("crowd");
  const pid_t first = launch(0, &order, 1);
  const pid_t second = launch(1, &order, 1);
  note("launcher", wait_for(first));
  note("launcher", wait_for(second));
  note("drain", stop_drain(reader));
  send_debugfs("crowd");
  end("crowd");
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
  send_debugfs("overflow");
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

// Loaded while guests run, which are killed.
static void play_late(pid_t first, pid_t second) {
  load_module("trapline", "");
  const pid_t reader = drain("late");
  sleep_ms(200);
  kill(first, SIGKILL);
  kill(second, SIGKILL);
  note("launcher", wait_for(first));
  note("launcher", wait_for(second));
  note("drain", stop_drain(reader));
  unload_module("trapline");
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
  play_late(first, second);
  send_notes("unload");
}

// Unloaded while the handler sleeps for longer than that waits.
static void play_asleep(void) {
  const struct script_order order = order_of(100, SCRIPT_SLEEPS, 60);
  begin("");
  const pid_t reader = drain("asleep");
  const pid_t launcher = launch(0, &order, 1);
  sleep_ms(500);
  end("asleep");
  wait_for(reader);
  wait_for(launcher);
}

void play_losses(void) {
  play_alone("large", "trap_bytes=1024", order_of(100, SCRIPT_READS_MUCH, 70));
  play_crowd();
  play_overflow();
  play_slow_reader();
  play_killed_reader();
  play_full_disk();
  play_unload();
  play_asleep();
  send_folder("/rec");
}
