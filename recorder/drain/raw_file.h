// SPDX-License-Identifier: Apache-2.0

// A file of recorder/file_format.h as it grows.

#ifndef TRAPLINE_RECORDER_DRAIN_RAW_FILE_H_
#define TRAPLINE_RECORDER_DRAIN_RAW_FILE_H_

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "recorder/file_format.h"

struct raw_file {
  int fd;
  off_t size;  // up to the end of the last whole frame
  uint32_t ordinal;
};

// Creates `path`, which must not exist, and writes the prefix. All give 0 or
// an errno.
int raw_file_create(struct raw_file* file, const char* path);

// Writes a frame of two parts. One that the disk does not take whole is cut
// off again.
int raw_file_append(struct raw_file* file, uint32_t kind, const void* first,
                    size_t first_size, const void* second, size_t second_size);

// Writes frame 0 anew, of parts that are as long together.
int raw_file_replace_first(struct raw_file* file, const void* first,
                           size_t first_size, const void* second,
                           size_t second_size);

// Makes it durable.
int raw_file_close(struct raw_file* file);

#endif  // TRAPLINE_RECORDER_DRAIN_RAW_FILE_H_
