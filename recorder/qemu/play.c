// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recorder/qemu/init.h"

// The last system call of Linux 2.6.24 for i386: fallocate.
enum { kLastCall = 324 };

void sleep_ms(int milliseconds) { poll(NULL, 0, milliseconds); }

static void give_orders(const struct script_order* orders, int count) {
  uint32_t* memory =
      mmap(NULL, SCRIPT_PAGES * SCRIPT_PAGE, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (uint32_t pa = 0; pa < SCRIPT_PAGES * SCRIPT_PAGE; pa += 4) {
    memory[pa / 4] = script_word(pa);
  }
  const int fd = open("/dev/lguest", O_WRONLY);
  if (fd < 0) _exit(100);
  for (int i = 0; i < count; ++i) {
    struct script_order order = orders[i];
    order.memory = (uint32_t)memory;
    if (write(fd, &order, sizeof order) != sizeof order) _exit(errno);
    if (i + 1 < count) raise(SIGSTOP);
  }
  _exit(0);
}

static void pin_to(int cpu) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(cpu, &cpus);
  if (sched_setaffinity(0, sizeof cpus, &cpus) != 0) fail("sched_setaffinity");
}

pid_t launch(int cpu, const struct script_order* orders, int count) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  pin_to(cpu);
  give_orders(orders, count);
  return 0;
}

void wait_until_stopped(pid_t pid) {
  int status;
  if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status)) {
    fail("a Launcher that does not stop");
  }
}

int wait_for(pid_t pid) {
  int status;
  if (waitpid(pid, &status, 0) != pid) fail("waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// Newer system calls are not there. A filter of linux/seccomp.h, whose headers
// musl does not have: loads the number, compares, and returns.
static void allow_old_calls(void) {
  static const struct {
    uint16_t code;
    uint8_t jump_if, jump_else;
    uint32_t k;
  } kFilter[] = {
      {0x20, 0, 0, 0},                    // BPF_LD | BPF_W | BPF_ABS
      {0x25, 0, 1, kLastCall},            // BPF_JMP | BPF_JGT | BPF_K
      {0x06, 0, 0, 0x00050000 | ENOSYS},  // SECCOMP_RET_ERRNO
      {0x06, 0, 0, 0x7FFF0000},           // SECCOMP_RET_ALLOW
  };
  const struct {
    unsigned short length;
    const void* filter;
  } program = {sizeof kFilter / sizeof *kFilter, kFilter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, 2 /* SECCOMP_MODE_FILTER */, &program) != 0) {
    fail("seccomp");
  }
}

pid_t drain(const char* name) {
  char folder[64];
  char file[80];
  snprintf(folder, sizeof folder, "/rec/%s", name);
  const pid_t pid = fork();
  if (pid == 0) {
    snprintf(file, sizeof file, "/rec/%s.out", name);
    const int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(fd, 1);
    dup2(fd, 2);
    allow_old_calls();
    execl("/drain", "drain", folder, NULL);
    _exit(127);
  }
  snprintf(file, sizeof file, "%s/cpu1.raw", folder);
  struct stat status;
  for (int i = 0; stat(file, &status) != 0 || status.st_size < 100; ++i) {
    if (i == 1000) fail(file);
    sleep_ms(10);
  }
  return pid;
}

int stop_drain(pid_t pid) {
  kill(pid, SIGTERM);
  return wait_for(pid);
}
