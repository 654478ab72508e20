// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "recorder/drain/channel.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

static uint32_t size_at(const char* record) {
  uint32_t size;
  memcpy(&size, record + offsetof(struct trapline_record, size), sizeof size);
  return size;
}

// Whether what begins at `at` of the `size` bytes held may be a record, be it
// that some of it is still to come.
static int is_record(const struct channel* channel, size_t at, size_t size) {
  struct trapline_record record;
  if (size - at < sizeof record) return 0;
  memcpy(&record, channel->buffer + at, sizeof record);
  return record.magic == TRAPLINE_MAGIC && record.size >= sizeof record &&
         record.size % 8 == 0 && record.size <= channel->capacity &&
         record.kind >= TRAPLINE_HEADER && record.kind <= TRAPLINE_DEATH;
}

// The first record at `at` or after that another one follows, or the end of
// what is there; `size` where there is none.
static size_t next_record(const struct channel* channel, size_t at,
                          size_t size) {
  for (; at < size; ++at) {
    if (!is_record(channel, at, size)) continue;
    const size_t next = at + size_at(channel->buffer + at);
    if (next == size || (next < size && is_record(channel, next, size))) break;
  }
  return at;
}

static int write_frames(struct channel* channel, size_t begin, size_t end,
                        struct status_record* latest) {
  const char* bytes = channel->buffer;
  while (begin < end) {
    struct trapline_record record;
    size_t stop = begin;
    uint64_t records = 0;
    while (stop < end && (stop == begin || stop + size_at(bytes + stop) <=
                                               begin + TRAPLINE_FRAME_BYTES)) {
      memcpy(&record, bytes + stop, sizeof record);
      if (record.kind == TRAPLINE_STATUS && record.size == sizeof *latest) {
        memcpy(latest, bytes + stop, sizeof *latest);
      }
      stop += record.size;
      ++records;
    }
    const int error = raw_file_append(&channel->file, TRAPLINE_FRAME_RECORDS,
                                      bytes + begin, stop - begin, "", 0);
    if (error != 0) return error;
    channel->records += records;
    channel->last_seq = record.seq;
    begin = stop;
  }
  return 0;
}

int channel_empty(struct channel* channel, struct status_record* latest,
                  size_t* got) {
  *got = 0;
  // On the channel's own CPU: on another one relay may skip what it is just
  // filling. A CPU that is gone fills nothing.
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(channel->cpu, &cpus);
  sched_setaffinity(0, sizeof cpus, &cpus);
  ssize_t given;
  do {
    given = read(channel->fd, channel->buffer + channel->held,
                 channel->capacity - channel->held);
  } while (given < 0 && errno == EINTR);
  if (given <= 0) return 0;
  *got = (size_t)given;
  const size_t size = channel->held + (size_t)given;
  size_t begin = 0;  // of what is not written
  size_t end = 0;    // of the records in it
  while (size - end >= sizeof(struct trapline_record)) {
    if (is_record(channel, end, size)) {
      const size_t next = end + size_at(channel->buffer + end);
      if (next > size) break;
      end = next;
      continue;
    }
    const int error = write_frames(channel, begin, end, latest);
    if (error != 0) return error;
    begin = next_record(channel, end, size);
    channel->skipped += begin - end;
    end = begin;
  }
  const int error = write_frames(channel, begin, end, latest);
  if (error != 0) return error;
  channel->held = size - end;
  memmove(channel->buffer, channel->buffer + end, channel->held);
  return 0;
}
