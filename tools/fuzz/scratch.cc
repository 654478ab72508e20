// SPDX-License-Identifier: Apache-2.0

#include "tools/fuzz/scratch.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "tools/fuzz/harness.h"

namespace trapline::fuzz {

MemoryFile::MemoryFile(const std::string& bytes)
    : fd_(memfd_create("input", MFD_CLOEXEC)),
      path_("/proc/self/fd/" + std::to_string(fd_)) {
  if (fd_ < 0 || write(fd_, bytes.data(), bytes.size()) !=
                     static_cast<ssize_t>(bytes.size())) {
    Fail("No memory for a file.");
  }
}

MemoryFile::~MemoryFile() { close(fd_); }

std::string ScratchPath() {
  struct Folder {
    Folder() {
      path = std::filesystem::is_directory("/dev/shm")
                 ? "/dev/shm"
                 : std::filesystem::temp_directory_path().string();
      path += "/trapline-XXXXXX";
      if (mkdtemp(path.data()) == nullptr) Fail("No folder for files.");
      owner = getpid();
    }
    ~Folder() {
      std::error_code ignored;
      if (getpid() == owner) std::filesystem::remove_all(path, ignored);
    }
    std::string path;
    pid_t owner;
  };
  static const Folder folder;
  return folder.path + "/output";
}

}  // namespace trapline::fuzz
