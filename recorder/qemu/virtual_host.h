// SPDX-License-Identifier: Apache-2.0

// A host of Debian's i386 kernel in QEMU, without KVM.

#ifndef TRAPLINE_RECORDER_QEMU_VIRTUAL_HOST_H_
#define TRAPLINE_RECORDER_QEMU_VIRTUAL_HOST_H_

#include <map>
#include <string>

namespace trapline::qemu {

// Boots it, has init.c play `play`, and returns the files that it sent, by
// name. They also stand below the test's folder. Fails the test where the host
// did not come to its end.
std::map<std::string, std::string> Boot(const std::string& play);

}  // namespace trapline::qemu

#endif  // TRAPLINE_RECORDER_QEMU_VIRTUAL_HOST_H_
