// SPDX-License-Identifier: Apache-2.0

// Files by their descriptors, or in memory (memory_files.h); errors carry the
// name.

#ifndef TRAPLINE_PROTO_FILE_H_
#define TRAPLINE_PROTO_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trapline::trace {

// A regular file, of the size it had when it was opened.
class InputFile {
 public:
  static absl::StatusOr<std::unique_ptr<InputFile>> Open(
      const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::string& path() const { return path_; }
  uint64_t size() const { return size_; }

  // Sets `bytes` to `length` of them from `offset` on, fewer where the file
  // ends. Its capacity is kept.
  absl::Status Read(uint64_t offset, uint64_t length, std::string* bytes) const;

  // Whether `path` names this very file.
  bool Is(const std::string& path) const;

 private:
  InputFile(std::string path, int fd, const std::string* bytes, uint64_t size)
      : path_(std::move(path)), fd_(fd), bytes_(bytes), size_(size) {}

  std::string path_;
  int fd_;                    // -1 of a file in memory,
  const std::string* bytes_;  // which this is, else null
  uint64_t size_;
};

// A file that grows as `part` and is called `path` once it is whole.
class OutputFile {
 public:
  static absl::StatusOr<std::unique_ptr<OutputFile>> Create(
      const std::string& path, const std::string& part);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // In one write(2), unless the system takes less.
  absl::Status Append(absl::string_view bytes);

  // Makes it durable and gives it its name.
  absl::Status Commit();

 private:
  OutputFile(std::string path, std::string part, int fd, std::string* bytes)
      : path_(std::move(path)),
        part_(std::move(part)),
        fd_(fd),
        bytes_(bytes) {}

  std::string path_;
  std::string part_;
  int fd_;              // -1 of a file in memory,
  std::string* bytes_;  // which this is, else null
};

// Of what was called so while it grew, if it is there.
void RemoveFile(const std::string& path);

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_FILE_H_
