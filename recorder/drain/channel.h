// SPDX-License-Identifier: Apache-2.0

// One relay channel of the module and the file that takes what it gives.

#ifndef TRAPLINE_RECORDER_DRAIN_CHANNEL_H_
#define TRAPLINE_RECORDER_DRAIN_CHANNEL_H_

#include <stddef.h>
#include <stdint.h>

#include "recorder/drain/raw_file.h"
#include "recorder/raw_format.h"

// The latest STATUS record, from a channel or from the file `totals`.
struct status_record {
  struct trapline_record record;
  struct trapline_status status;
};

struct channel {
  uint32_t cpu;
  int fd;
  struct raw_file file;
  char* buffer;  // `capacity` bytes, of which `held` begin a record
  size_t capacity;
  size_t held;
  uint64_t records;   // written
  uint64_t skipped;   // bytes that belong to no whole record
  uint64_t last_seq;  // of the last record written
};

// Reads what is there now and writes it; `*got` is how many bytes that was.
// STATUS records found are copied to `latest`. Gives 0 or the errno of a write;
// a channel that cannot be read gives nothing.
int channel_empty(struct channel* channel, struct status_record* latest,
                  size_t* got);

#endif  // TRAPLINE_RECORDER_DRAIN_CHANNEL_H_
