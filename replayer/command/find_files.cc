// SPDX-License-Identifier: Apache-2.0

#include "replayer/command/find_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace trapline::command {

namespace fs = std::filesystem;

absl::StatusOr<std::vector<std::string>> FindFiles(
    const std::vector<std::string>& paths, const std::string& extension) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::exists(path, error)) {
      return absl::NotFoundError(absl::StrCat("there is no '", path, "'"));
    }
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    const size_t before = files.size();
    for (fs::recursive_directory_iterator it(path, error), end;
         !error && it != end; it.increment(error)) {
      if (it->path().extension() == extension) {
        files.push_back(it->path().string());
      }
    }
    if (error) {
      return absl::PermissionDeniedError(
          absl::StrCat("'", path, "' cannot be listed: ", error.message()));
    }
    if (files.size() == before) {
      return absl::NotFoundError(absl::StrCat(
          "the folder '", path, "' holds no ", extension, " file"));
    }
    std::sort(files.begin() + before, files.end());
  }
  return files;
}

}  // namespace trapline::command
