// SPDX-License-Identifier: Apache-2.0

// The questions of a proof as a script for another solver.

#ifndef TRAPLINE_REPLAYER_PROVE_SMT2_FILE_H_
#define TRAPLINE_REPLAYER_PROVE_SMT2_FILE_H_

#include <cstddef>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "model/flavor.h"
#include "properties/paths.h"

namespace trapline::replay {

// "F7_pae_old.smt2".
std::string Smt2Name(const model::Host& host);

// One question after the other, each with the answer it got as its :status, and
// each complete: (reset) stands between them.
class Smt2File {
 public:
  Smt2File(const std::string& path, const model::Host& host);

  void Add(const properties::Query& query);

  // Whether all of it could be written.
  absl::Status Close();

 private:
  const std::string path_;
  std::ofstream file_;
  size_t queries_ = 0;
};

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_PROVE_SMT2_FILE_H_
