// SPDX-License-Identifier: Apache-2.0

// How an input is taken again.

#ifndef TRAPLINE_TOOLS_FUZZ_REPRODUCE_H_
#define TRAPLINE_TOOLS_FUZZ_REPRODUCE_H_

#include <string>

namespace trapline::fuzz {

// The command line that has the test `target` take `input`, which is in the
// file that `file` tells of where it is too long for a line.
std::string Reproduce(const std::string& target, const std::string& input,
                      const std::string& file);

}  // namespace trapline::fuzz

#endif  // TRAPLINE_TOOLS_FUZZ_REPRODUCE_H_
