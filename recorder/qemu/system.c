// SPDX-License-Identifier: Apache-2.0

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "recorder/qemu/init.h"

// QEMU's isa-debugcon: what is written to it stands in a file outside.
enum { kPort = 0xE9 };

static const char kFiles[] = "/sys/kernel/debug/trapline";
static const char kStatus[] = "/sys/kernel/debug/trapline/status";

static void send_bytes(const void* bytes, size_t size) {
  __asm__ volatile("rep outsb"
                   : "+S"(bytes), "+c"(size)
                   : "d"(kPort)
                   : "memory");
}

// "NAME SIZE\n", then the bytes.
static void send_file(const char* name, const void* bytes, size_t size) {
  char head[512];
  const int length =
      snprintf(head, sizeof head, "%s %lu\n", name, (unsigned long)size);
  send_bytes(head, (size_t)length);
  send_bytes(bytes, size);
}

void send_text(const char* name, const char* text) {
  send_file(name, text, strlen(text));
}

void fail(const char* what) {
  char text[512];
  snprintf(text, sizeof text, "%s: %s\n", what, strerror(errno));
  send_text("failed", text);
  stop_host();
}

static char* read_file(const char* path, size_t* size) {
  struct stat status;
  const int fd = open(path, O_RDONLY);
  if (fd < 0 || fstat(fd, &status) != 0) fail(path);
  char* bytes = malloc((size_t)status.st_size + 1);
  *size = 0;
  ssize_t given;
  while ((given = read(fd, bytes + *size, (size_t)status.st_size - *size)) >
         0) {
    *size += (size_t)given;
  }
  if (given < 0) fail(path);
  close(fd);
  return bytes;
}

void send_folder(const char* folder) {
  DIR* directory = opendir(folder);
  if (directory == NULL) fail(folder);
  const struct dirent* entry;
  while ((entry = readdir(directory)) != NULL) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    struct stat status;
    if (entry->d_name[0] == '.' || stat(path, &status) != 0) continue;
    if (S_ISDIR(status.st_mode)) {
      send_folder(path);
      continue;
    }
    size_t size;
    char* bytes = read_file(path, &size);
    send_file(path + strlen("/rec/"), bytes, size);
    free(bytes);
  }
  closedir(directory);
}

void send_debugfs(const char* name) {
  char text[4096];
  char file[64];
  size_t size = 0;
  DIR* directory = opendir(kFiles);
  if (directory == NULL) fail(kFiles);
  const struct dirent* entry;
  while ((entry = readdir(directory)) != NULL) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", kFiles, entry->d_name);
    struct stat status;
    if (entry->d_name[0] == '.' || stat(path, &status) != 0) continue;
    size += (size_t)snprintf(text + size, sizeof text - size, "%s %o %u\n",
                             entry->d_name, status.st_mode & 07777,
                             (unsigned)status.st_uid);
  }
  closedir(directory);
  snprintf(file, sizeof file, "%s.files", name);
  send_text(file, text);

  const int fd = open(kStatus, O_RDONLY);
  const ssize_t length = read(fd, text, sizeof text - 1);
  if (length < 0) fail(kStatus);
  close(fd);
  text[length] = '\0';
  snprintf(file, sizeof file, "%s.status", name);
  send_text(file, text);
}

int try_module(const char* name, const char* parameters) {
  char path[64];
  size_t size;
  snprintf(path, sizeof path, "/%s.ko", name);
  char* bytes = read_file(path, &size);
  const long loaded = syscall(SYS_init_module, bytes, size, parameters);
  const int error = loaded == 0 ? 0 : errno;
  free(bytes);
  return error;
}

void load_module(const char* name, const char* parameters) {
  errno = try_module(name, parameters);
  if (errno != 0) fail(name);
}

void unload_module(const char* name) {
  if (syscall(SYS_delete_module, name, O_NONBLOCK) != 0) fail(name);
}

void start_host(void) {
  mkdir("/proc", 0700);
  mkdir("/sys", 0700);
  mkdir("/dev", 0700);
  mkdir("/rec", 0700);
  if (ioperm(kPort, 1, 1) != 0) fail("ioperm");
  if (mount("none", "/proc", "proc", 0, "") != 0 ||
      mount("none", "/sys", "sysfs", 0, "") != 0 ||
      mount("none", "/dev", "devtmpfs", 0, "") != 0 ||
      mount("none", "/sys/kernel/debug", "debugfs", 0, "") != 0) {
    fail("mount");
  }
}

void stop_host(void) {
  reboot(RB_POWER_OFF);
  reboot(RB_AUTOBOOT);
  for (;;) pause();
}
