// SPDX-License-Identifier: Apache-2.0

#include "proto/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/memory_files.h"

namespace trapline::trace {

absl::StatusOr<std::unique_ptr<InputFile>> InputFile::Open(
    const std::string& path) {
  if (const MemoryFiles* files = MemoryFiles::Current()) {
    const std::string* const bytes = files->Find(path);
    if (bytes == nullptr) return absl::NotFoundError(path);
    return std::unique_ptr<InputFile>(
        new InputFile(path, -1, bytes, bytes->size()));
  }
  // Not to wait for the writer of a pipe.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return absl::ErrnoToStatus(errno, path);
  struct stat status;
  if (fstat(fd, &status) != 0) {
    const int error = errno;
    close(fd);
    return absl::ErrnoToStatus(error, path);
  }
  if (!S_ISREG(status.st_mode)) {
    close(fd);
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": is not a regular file"));
  }
  return std::unique_ptr<InputFile>(
      new InputFile(path, fd, nullptr, static_cast<uint64_t>(status.st_size)));
}

InputFile::~InputFile() {
  if (fd_ >= 0) close(fd_);
}

absl::Status InputFile::Read(uint64_t offset, uint64_t length,
                             std::string* bytes) const {
  const uint64_t there = offset < size_ ? size_ - offset : 0;
  if (bytes_ != nullptr) {
    bytes->assign(*bytes_, std::min(offset, size_), std::min(length, there));
    return absl::OkStatus();
  }
  bytes->resize(std::min(length, there));
  size_t done = 0;
  while (done < bytes->size()) {
    const ssize_t got = pread(fd_, &(*bytes)[done], bytes->size() - done,
                              static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return absl::ErrnoToStatus(errno, path_);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  bytes->resize(done);
  return absl::OkStatus();
}

bool InputFile::Is(const std::string& path) const {
  if (bytes_ != nullptr) return path == path_;
  struct stat mine;
  struct stat other;
  return fstat(fd_, &mine) == 0 && stat(path.c_str(), &other) == 0 &&
         mine.st_dev == other.st_dev && mine.st_ino == other.st_ino;
}

absl::StatusOr<std::unique_ptr<OutputFile>> OutputFile::Create(
    const std::string& path, const std::string& part) {
  if (MemoryFiles* files = MemoryFiles::Current()) {
    std::string* const bytes = &(*files)[part];
    bytes->clear();
    return std::unique_ptr<OutputFile>(new OutputFile(path, part, -1, bytes));
  }
  const int fd =
      open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return absl::ErrnoToStatus(errno, part);
  return std::unique_ptr<OutputFile>(new OutputFile(path, part, fd, nullptr));
}

OutputFile::~OutputFile() {
  if (fd_ >= 0) close(fd_);
}

absl::Status OutputFile::Append(absl::string_view bytes) {
  if (bytes_ != nullptr) {
    bytes_->append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }
  while (!bytes.empty()) {
    const ssize_t done = write(fd_, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return absl::ErrnoToStatus(errno, part_);
    bytes.remove_prefix(static_cast<size_t>(done));
  }
  return absl::OkStatus();
}

absl::Status OutputFile::Commit() {
  if (bytes_ != nullptr) {
    MemoryFiles::Current()->Rename(part_, path_);
    return absl::OkStatus();
  }
  if (fsync(fd_) != 0) return absl::ErrnoToStatus(errno, part_);
  if (close(std::exchange(fd_, -1)) != 0) {
    return absl::ErrnoToStatus(errno, part_);
  }
  if (rename(part_.c_str(), path_.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, path_);
  }
  const size_t slash = path_.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "." : path_.substr(0, slash + 1);
  // The name as well; where a file system has no such thing, that is as good
  // as it gets.
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    fsync(fd);
    close(fd);
  }
  return absl::OkStatus();
}

void RemoveFile(const std::string& path) {
  if (MemoryFiles* files = MemoryFiles::Current()) {
    files->Remove(path);
  } else {
    std::remove(path.c_str());
  }
}

}  // namespace trapline::trace
