// SPDX-License-Identifier: Apache-2.0

// The files that the drain writes, one for each CPU: what a channel of the
// module gave (recorder/raw_format.h), framed. The frames are those of a trace
// (docs/FORMAT.md); all integers are little-endian.
//
//   prefix   TRAPLINE_FILE_MAGIC, u32 TRAPLINE_FILE_VERSION
//   frame 0  kind FIRST: trapline_file_first, then the module's HEADER record
//   frames   kind RECORDS: whole records, their numbers ascending over the file
//   last     kind LAST: trapline_file_last, then the latest STATUS record
//
// A file without the last was cut: the drain was killed, or the disk took no
// more.

#ifndef TRAPLINE_RECORDER_FILE_FORMAT_H_
#define TRAPLINE_RECORDER_FILE_FORMAT_H_

#include <stdint.h>

#define TRAPLINE_FILE_MAGIC "\x89TRAW\r\n\x1a"
#define TRAPLINE_FILE_VERSION 1
#define TRAPLINE_FILE_PREFIX 12  // bytes

// u32 sync, u32 kind, u32 bytes of payload, u32 ordinal, u64 XXH3 of the first
// 16 bytes and the payload.
#define TRAPLINE_FRAME_SYNC 0xD54D5246u
#define TRAPLINE_FRAME_HEAD 24
#define TRAPLINE_FRAME_HASHED 16

// Of a RECORDS frame, but for one that holds a single record.
#define TRAPLINE_FRAME_BYTES (256 << 10)
// Of any record.
#define TRAPLINE_MAX_RECORD (8 << 20)

enum trapline_frame_kind {
  TRAPLINE_FRAME_FIRST = 1,
  TRAPLINE_FRAME_RECORDS = 2,
  TRAPLINE_FRAME_LAST = 3,
};

struct trapline_file_first {
  uint32_t cpu;
  uint32_t reserved;
  uint64_t next_seq;  // number of the next record when the drain began
};

enum trapline_file_ending {
  TRAPLINE_STOPPED = 1,  // by a signal
  TRAPLINE_MODULE_GONE = 2,
  TRAPLINE_DISK_FAILED = 3,  // full, or broken
};

struct trapline_file_last {
  uint32_t ending;   // enum trapline_file_ending
  uint32_t error;    // errno of TRAPLINE_DISK_FAILED
  uint64_t records;  // in the file
  uint64_t skipped;  // bytes of records that an earlier reader tore
};

#endif  // TRAPLINE_RECORDER_FILE_FORMAT_H_
