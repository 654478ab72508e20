// SPDX-License-Identifier: Apache-2.0

#include "replayer/mutants/mutation.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"

namespace trapline::mutants {
namespace {

constexpr std::string_view kOpen = "namespace trapline::model {\n";
constexpr std::string_view kClose = "}  // namespace trapline::model\n";
constexpr std::string_view kHeaderOfCpu = "model/cpu.h";

constexpr absl::string_view kSource = R"(#include <array>
#include <cstdint>

#include "replayer/mutants/mutant_prelude.h"

namespace trapline::mutants::$0 {

using namespace model;
$1
}  // namespace trapline::mutants::$0

namespace trapline::mutants {

extern const Mutant kMutant_$0 = {
    "$0",
    "$2",
    "$3",
    "$4",
    $0::handle_trap<properties::LoggingWorld<properties::SymbolicGuest>>,
    $0::handle_trap<properties::LoggingWorld<properties::ConcreteGuest>>,
    $0::handle_trap<replay::RecordedWorld>,
};

}  // namespace trapline::mutants
)";

constexpr absl::string_view kList = R"(#include "replayer/mutants/mutant.h"

namespace trapline::mutants {
$0
absl::Span<const Mutant* const> Mutants() {
  static constexpr const Mutant* kMutants[] = {$1};
  return kMutants;
}

}  // namespace trapline::mutants
)";

// What the header's namespace holds, below a #line of its own.
absl::StatusOr<std::string> Body(const Header& header) {
  const size_t open = header.text.find(kOpen);
  const size_t close = header.text.find(kClose);
  if (open == std::string::npos || close == std::string::npos) {
    return absl::NotFoundError(absl::StrCat(
        header.path, ": no namespace trapline::model stands in it"));
  }
  const size_t begin = open + kOpen.size();
  const auto line =
      1 + std::count(header.text.begin(), header.text.begin() + begin, '\n');
  return absl::StrCat("#line ", line, " \"", header.path, "\"\n",
                      header.text.substr(begin, close - begin));
}

// Leaves every struct out, but for its lines.
void DropTypes(std::string* text) {
  constexpr std::string_view kEnd = "\n};\n";
  size_t at;
  while ((at = text->find("\nstruct ")) != std::string::npos) {
    const size_t begin = text->rfind("template ", at);
    const size_t end = text->find(kEnd, at) + kEnd.size();
    const auto lines =
        std::count(text->begin() + begin, text->begin() + end, '\n');
    text->replace(begin, end - begin, std::string(lines, '\n'));
  }
}

absl::Status Apply(const Mutation& mutation, std::string* text) {
  const size_t at = text->find(mutation.old_text);
  if (at == std::string::npos) {
    return absl::NotFoundError(absl::StrCat(
        "mutant ", mutation.name, ": its old text no longer stands in ",
        mutation.file, "; give it the text that does"));
  }
  if (text->find(mutation.old_text, at + 1) != std::string::npos) {
    return absl::NotFoundError(absl::StrCat(
        "mutant ", mutation.name, ": its old text stands more than once in ",
        mutation.file, "; give it a longer one"));
  }
  text->replace(at, mutation.old_text.size(), mutation.new_text);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> MutantSource(const Mutation& mutation,
                                         absl::Span<const Header> headers) {
  std::string bodies;
  bool applied = false;
  for (const Header& header : headers) {
    absl::StatusOr<std::string> body = Body(header);
    if (!body.ok()) return body;
    if (header.path == kHeaderOfCpu) DropTypes(&*body);
    if (header.path == mutation.file) {
      if (absl::Status status = Apply(mutation, &*body); !status.ok()) {
        return status;
      }
      applied = true;
    }
    absl::StrAppend(&bodies, *body);
  }
  if (!applied) {
    return absl::NotFoundError(absl::StrCat("mutant ", mutation.name, ": ",
                                            mutation.file,
                                            " is no header that is mutated"));
  }
  return absl::Substitute(kSource, mutation.name, bodies, mutation.file,
                          absl::CEscape(mutation.change),
                          absl::CEscape(mutation.equivalent));
}

std::string MutantList(absl::Span<const std::string> names) {
  std::string declared;
  std::string listed;
  for (const std::string& name : names) {
    absl::StrAppend(&declared, "extern const Mutant kMutant_", name, ";\n");
    absl::StrAppend(&listed, "&kMutant_", name, ", ");
  }
  return absl::Substitute(kList, declared, listed);
}

}  // namespace trapline::mutants
