// SPDX-License-Identifier: Apache-2.0

#include "proto/memory_files.h"

#include <utility>

namespace trapline::trace {
namespace {

thread_local MemoryFiles* current = nullptr;

}  // namespace

MemoryFiles::MemoryFiles() { current = this; }
MemoryFiles::~MemoryFiles() { current = nullptr; }
MemoryFiles* MemoryFiles::Current() { return current; }

const std::string* MemoryFiles::Find(const std::string& path) const {
  const auto file = files_.find(path);
  return file == files_.end() ? nullptr : &file->second;
}

void MemoryFiles::Rename(const std::string& from, const std::string& to) {
  files_[to] = std::move(files_[from]);
  files_.erase(from);
}

}  // namespace trapline::trace
