// SPDX-License-Identifier: Apache-2.0

// The verbs of the command, each in the file of its name or its kind.

#ifndef TRAPLINE_REPLAYER_COMMAND_VERBS_H_
#define TRAPLINE_REPLAYER_COMMAND_VERBS_H_

#include "replayer/command/verb.h"

namespace trapline::command {

Verb ReplayVerb();  // replay.cc
Verb ImportVerb();  // capture.cc
Verb ExportVerb();
Verb ConvertVerb();  // convert.cc
Verb InfoVerb();     // inspect.cc
Verb CheckVerb();
Verb StatsVerb();    // stats.cc
Verb DumpVerb();     // dump.cc
Verb RecoverVerb();  // salvage.cc
Verb SliceVerb();
Verb DiffVerb();      // diff.cc
Verb MinimizeVerb();  // minimize.cc
Verb DecodeVerb();    // decode.cc
Verb ProveVerb();     // prove.cc

}  // namespace trapline::command

#endif  // TRAPLINE_REPLAYER_COMMAND_VERBS_H_
