// SPDX-License-Identifier: Apache-2.0

// The verdict for people.

#ifndef TRAPLINE_REPLAYER_REPORT_TEXT_H_
#define TRAPLINE_REPLAYER_REPORT_TEXT_H_

#include <string>
#include <vector>

#include "replayer/verdict.h"

namespace trapline::replay {

// What a trapnum is called, such as "page fault".
std::string TrapName(uint32_t trapnum);

// A divergence told so that nobody has to ask again.
std::string DivergenceText(const FileResult& file,
                           const Divergence& divergence);

// A line for each trace, its gaps and divergences, and a last line for all.
std::string ReportText(const std::vector<FileResult>& files);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_REPORT_TEXT_H_
