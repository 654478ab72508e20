// SPDX-License-Identifier: Apache-2.0

// Makes the source of a mutant from the model's headers.

#ifndef TRAPLINE_REPLAYER_MUTANTS_MUTATION_H_
#define TRAPLINE_REPLAYER_MUTANTS_MUTATION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace trapline::mutants {

struct Mutation {
  std::string name;  // an identifier
  std::string file;  // the header's path
  std::string change;
  std::string equivalent;
  std::string old_text;
  std::string new_text;
};

struct Header {
  std::string path;  // as in an #include
  std::string text;
};

// A source file that defines `const Mutant kMutant_<name>`: what stands in
// `headers`, one after the other, in a namespace of its own and with the
// mutation. Types of the header that defines Cpu stay the model's.
// NotFoundError where the old text does not stand exactly once in the header.
absl::StatusOr<std::string> MutantSource(const Mutation& mutation,
                                         absl::Span<const Header> headers);

// A source file that defines Mutants().
std::string MutantList(absl::Span<const std::string> names);

}  // namespace trapline::mutants

#endif  // TRAPLINE_REPLAYER_MUTANTS_MUTATION_H_
