// SPDX-License-Identifier: Apache-2.0

// The verdict for programs.

#ifndef TRAPLINE_REPLAYER_REPORT_MACHINE_H_
#define TRAPLINE_REPLAYER_REPORT_MACHINE_H_

#include <string>
#include <vector>

#include "replayer/verdict.h"

namespace trapline::replay {

// One JSON document: "verdict", "exit_status", "traps" and, for each of
// "traces", what FileResult holds. Ends with a newline.
std::string ReportJson(const std::vector<FileResult>& files);

// JUnit XML with a test case for each trace; divergences, bad data
// and, unless allowed, gaps are failures. As Bazel and CI servers read it.
std::string ReportJunit(const std::vector<FileResult>& files, bool allow_gaps);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_REPORT_MACHINE_H_
