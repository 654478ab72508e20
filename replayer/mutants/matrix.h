// SPDX-License-Identifier: Apache-2.0

// The matrix of docs/MUTANTS.md, mutants by engines, as text.

#ifndef TRAPLINE_REPLAYER_MUTANTS_MATRIX_H_
#define TRAPLINE_REPLAYER_MUTANTS_MATRIX_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace trapline::mutants {

// A line: what the mutant was killed by, empty where it survived.
struct Row {
  std::string mutant;
  std::string change;
  std::string recordings;
  std::string random;
  std::string enumeration;
  std::string solver;
  std::string equivalent;  // why; empty: it does something else

  // Killed by the solver and by another engine, or else equivalent.
  bool IsSettled() const;
};

std::string FormatRow(const Row& row);

// Those lines of `text` that are rows.
std::vector<Row> ParseRows(absl::string_view text);

// What the rows add up to.
std::string Summary(absl::Span<const Row> rows);

// `text` with these rows for its own; they stand below its last heading.
std::string WithRows(absl::string_view text, absl::Span<const Row> rows);

}  // namespace trapline::mutants

#endif  // TRAPLINE_REPLAYER_MUTANTS_MATRIX_H_
