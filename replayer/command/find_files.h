// SPDX-License-Identifier: Apache-2.0

// Files and folders as a command line names them.

#ifndef TRAPLINE_REPLAYER_COMMAND_FIND_FILES_H_
#define TRAPLINE_REPLAYER_COMMAND_FIND_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace trapline::command {

// Folders stand for the files below them with this extension, such as
// ".trace", sorted by name. NotFoundError for what is not there or stands for
// nothing.
absl::StatusOr<std::vector<std::string>> FindFiles(
    const std::vector<std::string>& paths, const std::string& extension);

}  // namespace trapline::command

#endif  // TRAPLINE_REPLAYER_COMMAND_FIND_FILES_H_
