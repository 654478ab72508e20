// SPDX-License-Identifier: Apache-2.0

#include "replayer/prove/smt2_file.h"

#include "absl/strings/str_cat.h"
#include "properties/engines/show_guest.h"

namespace trapline::replay {

std::string Smt2Name(const model::Host& host) {
  return properties::HostName(host) + ".smt2";
}

Smt2File::Smt2File(const std::string& path, const model::Host& host)
    : path_(path), file_(path, std::ios::binary) {
  file_ << "; What trapline asked of the guests of "
        << properties::HostName(host) << ", and what Z3 answered.\n";
}

void Smt2File::Add(const properties::Query& query) {
  if (queries_++ != 0) file_ << "\n(reset)";
  file_ << "\n; question " << queries_ << "\n" << query.smt2();
}

absl::Status Smt2File::Close() {
  file_.close();
  if (file_) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("'", path_, "' cannot be written"));
}

}  // namespace trapline::replay
