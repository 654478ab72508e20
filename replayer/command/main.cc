// SPDX-License-Identifier: Apache-2.0

// The command `trapline`.

#include <cstdio>

#include "replayer/command/verbs.h"

int main(int argc, char** argv) {
  using namespace trapline::command;  // NOLINT
  const int status =
      Run({ImportVerb(), ConvertVerb(), ExportVerb(), InfoVerb(), StatsVerb(),
           CheckVerb(), DumpVerb(), ReplayVerb(), RecoverVerb(), SliceVerb(),
           DiffVerb(), MinimizeVerb(), DecodeVerb(), ProveVerb()},
          argc, argv);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fputs("trapline: the output could not be written in full\n", stderr);
    return kWrongUse;
  }
  return status;
}
