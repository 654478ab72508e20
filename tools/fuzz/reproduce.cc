// SPDX-License-Identifier: Apache-2.0

#include "tools/fuzz/reproduce.h"

#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace trapline::fuzz {
namespace {

constexpr size_t kMaxInLine = 4096;  // bytes of an input

}  // namespace

std::string Reproduce(const std::string& target, const std::string& input,
                      const std::string& file) {
  return absl::StrCat("reproduce: bazel test ", target, " --test_arg=",
                      input.size() <= kMaxInLine
                          ? absl::StrCat("hex:", absl::BytesToHexString(input))
                          : file);
}

}  // namespace trapline::fuzz
