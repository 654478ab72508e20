// SPDX-License-Identifier: Apache-2.0

// drain [-s SOURCE] FOLDER: empties the recorder's channels into a new folder,
// until a signal or until the module goes. See docs/RECORDING.md.

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recorder/drain/channel.h"
#include "recorder/file_format.h"
#include "recorder/raw_format.h"

enum {
  kMaxCpus = 256,
  kWait = 100,  // milliseconds; poll wakes only for a full sub-buffer
  kReserve = 64 << 10,
  kMaxHeader = 64 << 10,
  kSound = 0,
  kFailed = 1,
  kWrongUse = 2,
  kGaps = 3,
};

struct drain {
  const char* source;
  const char* folder;
  char header[kMaxHeader];  // the module's HEADER record
  uint32_t header_size;
  uint64_t first_seq;  // the next when the drain began
  struct status_record latest;
  struct channel channels[kMaxCpus];
  int count;
  enum trapline_file_ending ending;
  int error;
};

static volatile sig_atomic_t stop;

static void on_signal(int number) {
  (void)number;
  stop = 1;
}

static int fail(const char* what, const char* path, int error) {
  fprintf(stderr, "drain: %s %s: %s\n", what, path, strerror(error));
  return kFailed;
}

// The path of `name` in `folder`; good until the next call.
static const char* path_of(const char* folder, const char* name) {
  static char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

// Reads a file of one record; its size, or 0.
static uint32_t read_record(const struct drain* drain, const char* name,
                            uint16_t kind, char* bytes, size_t capacity) {
  const int fd = open(path_of(drain->source, name), O_RDONLY);
  size_t size = 0;
  ssize_t given = -1;
  if (fd < 0) return 0;
  do {
    given = read(fd, bytes + size, capacity - size);
    if (given > 0) size += (size_t)given;
  } while (given > 0 || (given < 0 && errno == EINTR));
  close(fd);
  const struct trapline_record* record = (const struct trapline_record*)bytes;
  const int right = given == 0 && size >= sizeof *record &&
                    record->magic == TRAPLINE_MAGIC && record->kind == kind &&
                    record->size == size;
  return right ? (uint32_t)size : 0;
}

static int read_totals(struct drain* drain) {
  return read_record(drain, "totals", TRAPLINE_STATUS, (char*)&drain->latest,
                     sizeof drain->latest) == sizeof drain->latest;
}

static int open_source(struct drain* drain) {
  errno = 0;
  drain->header_size = read_record(drain, "header", TRAPLINE_HEADER,
                                   drain->header, sizeof drain->header);
  if (drain->header_size == 0 || !read_totals(drain)) {
    fprintf(stderr,
            "drain: no recorder at %s%s%s; load its module, and mount debugfs "
            "(mount -t debugfs none /sys/kernel/debug)\n",
            drain->source, errno == 0 ? "" : ": ",
            errno == 0 ? "" : strerror(errno));
    return kFailed;
  }
  drain->first_seq = drain->latest.record.seq;
  const struct trapline_header* header =
      (const struct trapline_header*)(drain->header +
                                      sizeof(struct trapline_record));
  if (header->version != TRAPLINE_RAW_VERSION) {
    fprintf(stderr, "drain: the module's format is %u, this drain's %u\n",
            header->version, TRAPLINE_RAW_VERSION);
    return kFailed;
  }
  // As much as the channel holds: then no read ends inside a record.
  const size_t capacity = (size_t)header->subbuf_size * header->subbufs;
  for (uint32_t cpu = 0; cpu < kMaxCpus; ++cpu) {
    struct channel* channel = &drain->channels[drain->count];
    char name[16];
    snprintf(name, sizeof name, "cpu%u", cpu);
    channel->fd = open(path_of(drain->source, name), O_RDONLY | O_NONBLOCK);
    if (channel->fd < 0) continue;
    channel->cpu = cpu;
    channel->capacity = capacity;
    channel->buffer = malloc(capacity);
    if (channel->buffer == NULL) return fail("cannot buffer", name, ENOMEM);
    ++drain->count;
  }
  if (drain->count == 0) return fail("no channel in", drain->source, ENOENT);
  return kSound;
}

// The space that the last frames need, should the disk be full by then.
static int reserve(const struct drain* drain) {
  static const char zeros[kReserve];
  const int fd =
      open(path_of(drain->folder, "reserve"), O_WRONLY | O_CREAT, 0600);
  if (fd < 0) return errno;
  const ssize_t written = write(fd, zeros, sizeof zeros);
  const int error = written < 0 ? errno : written < kReserve ? ENOSPC : 0;
  close(fd);
  return error;
}

static int create_files(struct drain* drain) {
  if (mkdir(drain->folder, 0700) != 0) {
    return fail("cannot create", drain->folder, errno);
  }
  int error = reserve(drain);
  if (error != 0) return fail("cannot write to", drain->folder, error);
  for (int i = 0; i < drain->count; ++i) {
    struct channel* channel = &drain->channels[i];
    const struct trapline_file_first first = {channel->cpu, 0,
                                              drain->first_seq};
    char name[16];
    snprintf(name, sizeof name, "cpu%u.raw", channel->cpu);
    const char* path = path_of(drain->folder, name);
    error = raw_file_create(&channel->file, path);
    if (error == 0) {
      error = raw_file_append(&channel->file, TRAPLINE_FRAME_FIRST, &first,
                              sizeof first, drain->header, drain->header_size);
    }
    if (error != 0) return fail("cannot write", path, error);
  }
  return kSound;
}

// Empties each channel once; whether any had something. An error of the disk
// is left in drain->error.
static int empty_all(struct drain* drain) {
  int any = 0;
  for (int i = 0; i < drain->count && drain->error == 0; ++i) {
    size_t got;
    drain->error = channel_empty(&drain->channels[i], &drain->latest, &got);
    any |= got != 0;
  }
  return any && drain->error == 0;
}

static void record(struct drain* drain) {
  struct pollfd polls[kMaxCpus];
  int gone = 0;
  while (!stop && !gone) {
    while (empty_all(drain) && !stop) continue;
    if (drain->error != 0) break;
    for (int i = 0; i < drain->count; ++i) {
      polls[i] = (struct pollfd){drain->channels[i].fd, POLLIN, 0};
    }
    if (poll(polls, (nfds_t)drain->count, kWait) <= 0) continue;
    for (int i = 0; i < drain->count; ++i) {
      gone |= (polls[i].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
    }
  }
  // Totals before the last records: what has a smaller number is in a channel
  // by then. More comes as long as guests run, so two rounds are enough.
  if (!gone && drain->error == 0) read_totals(drain);
  for (int round = 0; round < 2 || gone; ++round) {
    const int any = empty_all(drain);
    if (!any && (gone || drain->error != 0)) break;
  }
  if (drain->error != 0) read_totals(drain);
  drain->ending = drain->error != 0 ? TRAPLINE_DISK_FAILED
                  : gone            ? TRAPLINE_MODULE_GONE
                                    : TRAPLINE_STOPPED;
}

// The address of the switcher may only have become known with the first guest.
static void renew_headers(struct drain* drain) {
  static char header[kMaxHeader];
  if (read_record(drain, "header", TRAPLINE_HEADER, header, sizeof header) !=
      drain->header_size) {
    return;
  }
  for (int i = 0; i < drain->count && drain->error == 0; ++i) {
    const struct trapline_file_first first = {drain->channels[i].cpu, 0,
                                              drain->first_seq};
    drain->error =
        raw_file_replace_first(&drain->channels[i].file, &first, sizeof first,
                               header, drain->header_size);
  }
}

static void close_files(struct drain* drain) {
  unlink(path_of(drain->folder, "reserve"));
  if (drain->ending == TRAPLINE_STOPPED) renew_headers(drain);
  for (int i = 0; i < drain->count; ++i) {
    struct channel* channel = &drain->channels[i];
    channel->skipped += channel->held;
    const struct trapline_file_last last = {(uint32_t)drain->ending,
                                            (uint32_t)drain->error,
                                            channel->records, channel->skipped};
    int error =
        raw_file_append(&channel->file, TRAPLINE_FRAME_LAST, &last, sizeof last,
                        &drain->latest, sizeof drain->latest);
    const int closed = raw_file_close(&channel->file);
    if (error == 0) error = closed;
    if (drain->error == 0) drain->error = error;
  }
}

// The exit status.
static int tell(const struct drain* drain) {
  const struct trapline_status* status = &drain->latest.status;
  uint64_t records = 0;
  uint64_t next = drain->latest.record.seq;
  for (int i = 0; i < drain->count; ++i) {
    const struct channel* channel = &drain->channels[i];
    printf("cpu%u: %llu records, %lld bytes\n", channel->cpu,
           (unsigned long long)channel->records, (long long)channel->file.size);
    if (channel->skipped != 0) {
      printf("cpu%u: %llu bytes of no whole record\n", channel->cpu,
             (unsigned long long)channel->skipped);
    }
    records += channel->records;
    if (channel->last_seq >= next) next = channel->last_seq + 1;
  }
  const uint64_t missing = next - 1 - records;
  printf(
      "%llu records since the module was loaded: %llu are here, %llu are "
      "not\n",
      (unsigned long long)(next - 1), (unsigned long long)records,
      (unsigned long long)missing);
  printf(
      "the module lost %llu for want of room, %llu that probes missed, %llu "
      "too large, %llu of too many tasks\n",
      (unsigned long long)status->lost_no_room,
      (unsigned long long)status->lost_missed,
      (unsigned long long)status->lost_too_large,
      (unsigned long long)status->lost_no_slot);
  if (drain->error != 0) {
    printf("ended early: %s: %s\n", drain->folder, strerror(drain->error));
    return kFailed;
  }
  return missing == 0 ? kSound : kGaps;
}

int main(int argc, char** argv) {
  static struct drain drain = {.source = "/sys/kernel/debug/trapline"};
  for (int option; (option = getopt(argc, argv, "s:")) != -1;) {
    if (option != 's') argc = 0;
    drain.source = optarg;
  }
  if (argc != optind + 1) {
    fprintf(stderr,
            "usage: drain [-s SOURCE] FOLDER\n"
            "Records into FOLDER, which must not exist, until a signal. Exit "
            "status: 0 all is\nthere, 1 ended early, 2 wrong use, 3 records "
            "are missing.\n");
    return kWrongUse;
  }
  drain.folder = argv[optind];
  const struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  int status = open_source(&drain);
  if (status == kSound) status = create_files(&drain);
  if (status != kSound) return status;
  record(&drain);
  close_files(&drain);
  return tell(&drain);
}
