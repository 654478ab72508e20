// SPDX-License-Identifier: Apache-2.0

#include "replayer/verdict.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace trapline::replay {

absl::Status InFile(const std::string& path, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(
      status.code(),
      absl::StrCat(path, ": ", status.message(),
                   absl::IsDataLoss(status)
                       ? "; `trapline recover` takes out what is intact"
                       : ""));
}

std::string FieldOf(const Divergence& divergence) {
  return divergence.differences.empty()
             ? std::string(divergence.broken.at(0).clause->id)
             : divergence.differences[0].field;
}

const char* VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kVerified:
      return "VERIFIED";
    case Verdict::kVerifiedWithGaps:
      return "VERIFIED-WITH-GAPS";
    case Verdict::kDiverged:
      return "DIVERGED";
    case Verdict::kBadData:
      return "BAD-DATA";
  }
  return "";
}

int ExitStatus(Verdict verdict) {
  switch (verdict) {
    case Verdict::kVerified:
      return 0;
    case Verdict::kVerifiedWithGaps:
      return 3;
    case Verdict::kDiverged:
      return 1;
    case Verdict::kBadData:
      return 65;
  }
  return 70;
}

Verdict VerdictOf(const FileResult& file) {
  if (!file.status.ok()) return Verdict::kBadData;
  if (file.diverged != 0) return Verdict::kDiverged;
  if (file.lost != 0) return Verdict::kVerifiedWithGaps;
  return Verdict::kVerified;
}

Verdict VerdictOf(const std::vector<FileResult>& files) {
  if (files.empty()) return Verdict::kBadData;
  Verdict heaviest = Verdict::kVerified;
  for (const FileResult& file : files) {
    heaviest = std::max(heaviest, VerdictOf(file));
  }
  return heaviest;
}

}  // namespace trapline::replay
