// SPDX-License-Identifier: Apache-2.0

#include "recorder/qemu/virtual_host.h"

#include <cstdlib>
#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "proto/testing_files.h"

namespace trapline::qemu {
namespace {

// Two CPUs, by turns: in threads of their own QEMU 7.2 may go on with code that
// the other has changed, which is what probes do. What the host writes to port
// 0xE9 goes to `out`.
constexpr char kCommand[] =
    "timeout 3300 qemu-system-i386 -accel tcg,thread=single -smp 2 -m 384 "
    "-kernel external/i386/vmlinuz -initrd recorder/qemu/initramfs.cpio "
    "-append \"console=ttyS0 panic=-1 mitigations=off rcupdate.rcu_expedited=1 "
    "play=$play\" -no-reboot -display none -monitor none "
    "-serial file:$folder/console "
    "-chardev file,id=out,path=$folder/out "
    "-device isa-debugcon,iobase=0xe9,chardev=out </dev/null";

// "NAME SIZE\n" and that many bytes, again and again.
std::map<std::string, std::string> Split(absl::string_view bytes) {
  std::map<std::string, std::string> files;
  while (!bytes.empty()) {
    const size_t line = bytes.find('\n');
    const std::vector<std::string> head =
        absl::StrSplit(bytes.substr(0, line), ' ');
    size_t size = 0;
    if (line == absl::string_view::npos || head.size() != 2 ||
        !absl::SimpleAtoi(head[1], &size) || size > bytes.size() - line - 1) {
      ADD_FAILURE() << "the host sends in part " << bytes.substr(0, line);
      return files;
    }
    files[head[0]] = std::string(bytes.substr(line + 1, size));
    bytes.remove_prefix(line + 1 + size);
  }
  return files;
}

}  // namespace

std::map<std::string, std::string> Boot(const std::string& play) {
  namespace fs = std::filesystem;
  const std::string folder = trace::TestPath("host-" + play);
  fs::create_directories(folder);
  setenv("folder", folder.c_str(), 1);
  setenv("play", play.c_str(), 1);
  EXPECT_EQ(std::system(kCommand), 0);
  const std::map<std::string, std::string> files =
      Split(trace::ReadBytes(folder + "/out"));
  const auto failed = files.find("failed");
  EXPECT_TRUE(failed == files.end()) << failed->second;
  EXPECT_EQ(files.count("done"), 1u) << trace::ReadBytes(folder + "/console");
  for (const auto& [name, bytes] : files) {
    const fs::path path = fs::path(folder) / name;
    fs::create_directories(path.parent_path());
    trace::WriteBytes(path.string(), bytes);
  }
  return files;
}

}  // namespace trapline::qemu
