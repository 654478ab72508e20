// SPDX-License-Identifier: Apache-2.0

// Files in memory, for whoever reads and writes so many that system calls would
// take most of the time: fuzzing.

#ifndef TRAPLINE_PROTO_MEMORY_FILES_H_
#define TRAPLINE_PROTO_MEMORY_FILES_H_

#include <map>
#include <string>

namespace trapline::trace {

// While it lives, every path that InputFile and OutputFile are given in this
// thread is of one of these files. One at a time, which outlives all that is
// opened.
class MemoryFiles {
 public:
  MemoryFiles();
  ~MemoryFiles();
  MemoryFiles(const MemoryFiles&) = delete;
  MemoryFiles& operator=(const MemoryFiles&) = delete;

  std::string& operator[](const std::string& path) { return files_[path]; }

  // Null where there is none.
  const std::string* Find(const std::string& path) const;
  // As rename(2) and unlink(2).
  void Rename(const std::string& from, const std::string& to);
  void Remove(const std::string& path) { files_.erase(path); }

  // Of this thread; null where there are none.
  static MemoryFiles* Current();

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_MEMORY_FILES_H_
