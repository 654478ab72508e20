// SPDX-License-Identifier: Apache-2.0

// Files in memory, for harnesses of what takes paths.

#ifndef TRAPLINE_TOOLS_FUZZ_SCRATCH_H_
#define TRAPLINE_TOOLS_FUZZ_SCRATCH_H_

#include <string>

namespace trapline::fuzz {

// The path of a file of these bytes, for as long as this lives.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  int fd_;
  std::string path_;
};

// A path for a file of this process, in memory where the system has that. It is
// the same each time; the folder is removed at the process's end.
std::string ScratchPath();

}  // namespace trapline::fuzz

#endif  // TRAPLINE_TOOLS_FUZZ_SCRATCH_H_
