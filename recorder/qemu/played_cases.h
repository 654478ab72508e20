// SPDX-License-Identifier: Apache-2.0

// What a virtual host recorded of the cases that it played, and how it compares
// with the script.

#ifndef TRAPLINE_RECORDER_QEMU_PLAYED_CASES_H_
#define TRAPLINE_RECORDER_QEMU_PLAYED_CASES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "recorder/convert/convert.h"
#include "recorder/kernel/standin/script.h"
#include "recorder/qemu/expected.h"

namespace trapline::qemu {

constexpr int kVerified = 0;
constexpr int kVerifiedWithGaps = 3;

class PlayedCases : public ::testing::Test {
 protected:
  // Once for all tests of a suite.
  static void Play(const std::string& cases);

  // What the host sent of that name.
  static std::string File(const std::string& name);
  // The drain's, of case `name`.
  static std::string RawFile(const std::string& name, int cpu);

  // Converts what the drains of these cases wrote.
  convert::ConvertCounts Convert(const std::vector<std::string>& names,
                                 bool recover = false) const;
  std::vector<Line> Converted() const { return Recorded(trace_); }

  // The exit status of a replay of that, and what it says.
  int Verdict() const;
  std::string Replay() const;

 private:
  static std::string folder_;
  static std::map<std::string, std::string> files_;
  const std::string trace_ = TracePath();
  static std::string TracePath();
};

constexpr script_order Order(uint32_t traps, uint32_t flags = 0,
                             uint32_t at = 0) {
  return {0, traps, flags, at};
}

// Compares, each loss standing for as many as it tells of. How many of
// `expected` are left over.
size_t Compare(const std::vector<Line>& recorded,
               const std::vector<Line>& expected);

// Those of one guest; losses are nobody's.
std::vector<Line> OfGuest(uint32_t guest, const std::vector<Line>& lines);

}  // namespace trapline::qemu

#endif  // TRAPLINE_RECORDER_QEMU_PLAYED_CASES_H_
