// SPDX-License-Identifier: Apache-2.0

// The command as a process of its own, for tests.

#ifndef TRAPLINE_REPLAYER_COMMAND_TESTING_COMMAND_H_
#define TRAPLINE_REPLAYER_COMMAND_TESTING_COMMAND_H_

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"

namespace trapline::command {

struct Finished {
  int status =
      0;  // exit status; of a process that a signal ended, its negative
  std::string out;
  std::string err;
};

std::ostream& operator<<(std::ostream& out, const Finished& finished);

// Runs `trapline ARGUMENTS...` in this environment, to which nothing of Bazel's
// is added.
Finished Trapline(const std::vector<std::string>& arguments,
                  const std::map<std::string, std::string>& environment = {});

// Runs `script` in Bash, in the folder `folder`; $TRAPLINE is the program.
Finished Shell(const std::string& script, const std::string& folder = ".");

// Paths of "NAME.trace" in traces/.
std::string Good(const std::string& name);
std::string Bad(const std::string& name);
std::string Historic(const std::string& name);

// A new folder for one test.
std::string NewFolder();

// The traps of v3.12-kill1, 34217 to 34412, in 12 blocks of 16 and one of 4.
std::string TraceOfManyBlocks(const std::string& folder);

// A copy of TraceOfManyBlocks with a bit of its fourth block flipped, and one
// cut inside it.
std::string DamagedTrace(const std::string& folder);
std::string CutTrace(const std::string& folder);

// DamagedTrace, recovered: the traps 34265 to 34280 are lost.
std::string TraceWithGap(const std::string& folder);

// Of a Finished.
MATCHER_P(Exits, status, "exits with " + std::to_string(status)) {
  return arg.status == status;
}

// Wrong use: status 2, nothing on stdout, and one line on stderr that holds
// `part`.
MATCHER_P(IsWrongUse, part,
          "is wrong use, told with '" + std::string(part) + "'") {
  return arg.status == 2 && arg.out.empty() &&
         arg.err.rfind("trapline: ", 0) == 0 &&
         arg.err.find(part) != std::string::npos &&
         arg.err.find('\n') == arg.err.size() - 1;
}

// Bad data: status 65, and one line on stderr that holds `part`.
MATCHER_P(IsBadData, part,
          "is bad data, told with '" + std::string(part) + "'") {
  return arg.status == 65 && arg.err.rfind("trapline: ", 0) == 0 &&
         arg.err.find(part) != std::string::npos &&
         arg.err.find('\n') == arg.err.size() - 1;
}

}  // namespace trapline::command

#endif  // TRAPLINE_REPLAYER_COMMAND_TESTING_COMMAND_H_
