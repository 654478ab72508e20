// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "recorder/drain/raw_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static int write_all(int fd, const void* bytes, size_t size) {
  while (size != 0) {
    const ssize_t written = write(fd, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    if (written == 0) return ENOSPC;
    bytes = (const char*)bytes + written;
    size -= (size_t)written;
  }
  return 0;
}

int raw_file_create(struct raw_file* file, const char* path) {
  const uint32_t version = TRAPLINE_FILE_VERSION;
  char prefix[TRAPLINE_FILE_PREFIX];
  file->size = 0;
  file->ordinal = 0;
  file->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_LARGEFILE, 0600);
  if (file->fd < 0) return errno;
  memcpy(prefix, TRAPLINE_FILE_MAGIC, 8);
  memcpy(prefix + 8, &version, 4);
  const int error = write_all(file->fd, prefix, sizeof prefix);
  if (error == 0) file->size = sizeof prefix;
  return error;
}

union frame_head {
  uint32_t words[TRAPLINE_FRAME_HEAD / 4];
  uint64_t checksum[TRAPLINE_FRAME_HEAD / 8];
};

static union frame_head head_of(uint32_t kind, uint32_t ordinal,
                                const void* first, size_t first_size,
                                const void* second, size_t second_size) {
  static XXH3_state_t hash;
  union frame_head head;
  head.words[0] = TRAPLINE_FRAME_SYNC;
  head.words[1] = kind;
  head.words[2] = (uint32_t)(first_size + second_size);
  head.words[3] = ordinal;
  XXH3_64bits_reset(&hash);
  XXH3_64bits_update(&hash, head.words, TRAPLINE_FRAME_HASHED);
  XXH3_64bits_update(&hash, first, first_size);
  XXH3_64bits_update(&hash, second, second_size);
  head.checksum[2] = XXH3_64bits_digest(&hash);
  return head;
}

int raw_file_append(struct raw_file* file, uint32_t kind, const void* first,
                    size_t first_size, const void* second, size_t second_size) {
  const union frame_head head =
      head_of(kind, file->ordinal, first, first_size, second, second_size);
  int error = write_all(file->fd, &head, sizeof head);
  if (error == 0) error = write_all(file->fd, first, first_size);
  if (error == 0) error = write_all(file->fd, second, second_size);
  if (error != 0) {
    // Where this fails too the file ends in part of a frame, which a reader
    // tells from a whole one.
    if (ftruncate(file->fd, file->size) == 0) {
      lseek(file->fd, file->size, SEEK_SET);
    }
    return error;
  }
  file->size += (off_t)(sizeof head + first_size + second_size);
  ++file->ordinal;
  return 0;
}

int raw_file_replace_first(struct raw_file* file, const void* first,
                           size_t first_size, const void* second,
                           size_t second_size) {
  const union frame_head head =
      head_of(TRAPLINE_FRAME_FIRST, 0, first, first_size, second, second_size);
  lseek(file->fd, TRAPLINE_FILE_PREFIX, SEEK_SET);
  int error = write_all(file->fd, &head, sizeof head);
  if (error == 0) error = write_all(file->fd, first, first_size);
  if (error == 0) error = write_all(file->fd, second, second_size);
  lseek(file->fd, file->size, SEEK_SET);
  return error;
}

int raw_file_close(struct raw_file* file) {
  int error = fsync(file->fd) == 0 ? 0 : errno;
  if (close(file->fd) != 0 && error == 0) error = errno;
  return error;
}
